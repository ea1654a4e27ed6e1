"""A real Apache Kafka for the time of the tests: one node, KRaft, on loopback ports of its own.

It is started once, for a Java virtual machine takes seconds, so every test
uses topics of its own. Every wait ends by itself; a started server is one that
said so. ``../install.sh`` puts its jars where they are looked for here.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.broker import HOST, PATIENCE, BrokerFailed, free_port, stop

__all__ = ["Kafka", "installed", "running_kafka"]

_FOLDER = Path(__file__).parent
_JARS = _FOLDER.parents[2] / ".venv" / "kafka-jars"

#: Seconds until it must have started, on a machine with other things to do.
_STARTED = 3 * PATIENCE

#: Others may take a free port before the server does; so often others are tried.
_TRIES = 5

#: Any 16 bytes in base64: it names a cluster that lives for minutes.
_CLUSTER = "dW5zLXRlc3QtY2x1c3Rlcg"

_CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.index.size.max.bytes=65536
# What is waited for here comes sooner than a plant needs it.
group.initial.rebalance.delay.ms=0
group.consumer.min.heartbeat.interval.ms=200
group.consumer.heartbeat.interval.ms=200
log.cleaner.backoff.ms=200
log.initial.task.delay.ms=1000
controlled.shutdown.enable=false
"""

_LOGGING = """\
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%p %m (%c)%n%throwable
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A running server: how clients find it, and the programs that come with it."""

    port: int
    java: str
    log: Path

    @property
    def bootstrap(self) -> str:
        """What clients call its address."""
        return f"{HOST}:{self.port}"

    def tool(self, name: str) -> list[str]:
        """The command that runs a class of Kafka's own tools."""
        return [self.java, "-cp", f"{_JARS}/*", name]


def installed() -> str | None:
    """The program that runs it, where its jars are there too, and are the ones meant."""
    listed = _JARS / "pom.xml"
    if not (listed.exists() and filecmp.cmp(listed, _FOLDER / "pom.xml", shallow=False)):
        return None
    return shutil.which("java")


@contextmanager
def running_kafka(java: str) -> Iterator[Kafka]:
    """A server with nothing in it, that is gone afterwards with all it was given."""
    with tempfile.TemporaryDirectory(prefix="kafka-") as folder:
        for attempt in range(_TRIES):
            home = Path(folder, str(attempt))
            home.mkdir()
            kafka = Kafka(free_port(), java, home / "log")
            process = _start(kafka, home)
            try:
                if _is_up(process, kafka):
                    yield kafka
                    return
            finally:
                stop(process)
            if "Address already in use" not in kafka.log.read_text():
                break
        raise BrokerFailed(kafka.log.read_text())


def _start(kafka: Kafka, home: Path) -> subprocess.Popen[bytes]:
    configuration, logging = home / "server.properties", home / "log4j2.properties"
    said = {"host": HOST, "port": kafka.port, "controller": free_port(), "folder": home}
    configuration.write_text(_CONFIGURATION.format(**said))
    logging.write_text(_LOGGING)
    format_storage = [*kafka.tool("kafka.tools.StorageTool"), "format"]
    subprocess.run(
        [*format_storage, "--cluster-id", _CLUSTER, "--config", str(configuration)],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_STARTED,
    )
    java, *arguments = kafka.tool("kafka.Kafka")
    options = ["-Xmx512m", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={logging}"]
    # A file, for nobody drains a pipe and a full one would stop the server.
    with kafka.log.open("wb") as log:
        return subprocess.Popen(
            [java, *options, *arguments, str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _is_up(process: subprocess.Popen[bytes], kafka: Kafka) -> bool:
    """Whether the server takes requests; not when it ended, for then somebody else may."""
    deadline = time.monotonic() + _STARTED
    while time.monotonic() < deadline:
        if "Kafka Server started" in kafka.log.read_text():
            return True
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False
