"""The fixtures of the tests with real parts; without the part a test is skipped, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.integration import libmosquitto
from tests.integration.broker import Broker, installed, running_broker

if TYPE_CHECKING:
    from tests.integration.mqtt5 import Connect

# Doctests are collected from every file, and this one imports a client that may not be there.
collect_ignore = ["mqtt5.py"]

INSTALL = "install it with: sh tests/integration/install.sh"


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A fresh Mosquitto: no test sees what another one retained."""
    program = installed()
    if program is None:
        pytest.skip(f"mosquitto is not installed; {INSTALL}")
    with running_broker(program) as running:
        yield running


@pytest.fixture
def connect(broker: Broker) -> Connect:
    """A client of ``broker`` for each call."""
    # Not before: the tests are collected, and left out, where no client is installed.
    from tests.integration.mqtt5 import Client

    return partial(Client, broker.port)


@pytest.fixture(scope="session")
def library() -> libmosquitto.Library:
    """Mosquitto's C library."""
    loaded = libmosquitto.loaded()
    if loaded is None:
        pytest.skip(f"libmosquitto is not installed; {INSTALL}")
    return loaded
