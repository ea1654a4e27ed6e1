"""A real Mosquitto for the time of one test: on a port of its own, on loopback only.

Never port 1883, which may belong to the machine's own broker. Every wait ends
by itself, and none of them is a guess: a started broker is one that said so
and takes connections.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "HOST",
    "PATIENCE",
    "Broker",
    "BrokerFailed",
    "free_port",
    "installed",
    "running_broker",
    "stop",
]

HOST = "127.0.0.1"

#: Seconds after which waiting for anything local counts as failure; reached only when it fails.
PATIENCE = 20.0

#: Others may take a free port before the broker does; so often another one is tried.
_TRIES = 5


class BrokerFailed(RuntimeError):
    """The broker did not start, with what it said."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a running broker listens, and where it writes what it does."""

    port: int
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a program of the documentation reads to find it."""
        return {"MQTT_HOST": HOST, "MQTT_PORT": str(self.port)}


def installed() -> str | None:
    """The broker's program; Debian keeps it where users do not look."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def running_broker(program: str, *settings: str) -> Iterator[Broker]:
    """A broker that keeps nothing, lets everybody in and is gone afterwards.

    ``settings`` are further lines of its configuration.
    """
    with tempfile.TemporaryDirectory(prefix="mosquitto-") as folder:
        for _ in range(_TRIES):
            broker = Broker(free_port(), Path(folder, "log"))
            process = _start(program, broker, settings)
            try:
                if _is_up(process, broker):
                    yield broker
                    return
            finally:
                stop(process)
            if "Address already in use" not in broker.log.read_text():
                break
        raise BrokerFailed(broker.log.read_text())


def free_port() -> int:
    """A port that nobody listens on, for now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _start(program: str, broker: Broker, settings: Iterable[str]) -> subprocess.Popen[bytes]:
    lines = [
        f"listener {broker.port} {HOST}",
        "allow_anonymous true",
        "persistence false",
        "log_dest stderr",
        "log_type all",
    ]
    if os.geteuid() == 0:
        # Otherwise it would become a user who may not read the folder.
        lines.append("user root")
    configuration = broker.log.with_name("conf")
    configuration.write_text("\n".join([*lines, *settings, ""]))
    # A file, for nobody drains a pipe and a full one would stop the broker.
    with broker.log.open("wb") as log:
        return subprocess.Popen(
            [program, "-c", str(configuration)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def _is_up(process: subprocess.Popen[bytes], broker: Broker) -> bool:
    """Whether the broker listens; not when it ended, for then somebody else may."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _answers(broker.port) and " running" in broker.log.read_text():
            return True
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, and wait until it is gone."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
