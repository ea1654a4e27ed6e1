"""The fixtures of the tests with a real Kafka; without its parts they are skipped, and say so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.integration.conftest import INSTALL
from tests.integration.kafka.server import Kafka, installed, running_kafka
from tests.integration.kafka.wire import Connection

# Doctests are collected from every file, and this one imports clients that may not be there.
collect_ignore = ["clients.py"]

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """One server for all tests."""
    java = installed()
    if java is None:
        pytest.skip(f"Apache Kafka is not installed; {INSTALL}")
    with running_kafka(java) as running:
        yield running


@pytest.fixture
def connection(kafka: Kafka) -> Iterator[Connection]:
    """A connection on which names are sent as they are."""
    connection = Connection(kafka.port)
    yield connection
    connection.close()


@pytest.fixture
def clients(kafka: Kafka) -> ModuleType:
    """The clients, of which some may not be installed."""
    pytest.importorskip("confluent_kafka", reason="pip install --group integration")
    pytest.importorskip("aiokafka", reason="pip install --group integration")
    pytest.importorskip("kafka", reason="pip install --group integration")
    # Not before: the tests are collected, and left out, where no client is installed.
    from tests.integration.kafka import clients

    return clients


@pytest.fixture
def prefix() -> str:
    """A prefix for the topics of one test."""
    return f"test{next(_NUMBERS)}"
