"""The fixtures of the tests with real parts; without the part a test is skipped, and says so."""

from __future__ import annotations

from collections.abc import Iterator

import libmosquitto
import pytest
from broker import Broker, installed, running_broker

INSTALL = "install it with: sh tests/integration/install.sh"


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A fresh Mosquitto: no test sees what another one retained."""
    program = installed()
    if program is None:
        pytest.skip(f"mosquitto is not installed; {INSTALL}")
    with running_broker(program) as running:
        yield running


@pytest.fixture(scope="session")
def library() -> libmosquitto.Library:
    """Mosquitto's C library."""
    loaded = libmosquitto.loaded()
    if loaded is None:
        pytest.skip(f"libmosquitto is not installed; {INSTALL}")
    return loaded
