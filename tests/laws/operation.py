"""A plant that changes from one version to the next while it runs, with the library's own checks.

Publishers of the old version send messages; a broker keeps the retained ones, and a log keeps
every message at its Kafka address. Then clients of the new version connect, readers of the new
version replay the log, and publishers of the new version send messages to readers of the old one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import uns
from tests.laws.beliefs import LATER, mentions, messages
from tests.laws.plants import Plant, plain, takes


class Broker:
    """Keeps the last retained message of each topic."""

    def __init__(self) -> None:
        self.retained: dict[str, bytes] = {}

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Take a message."""
        if retain:
            self.retained[topic] = payload

    def connect(self, client: uns.Client | None) -> dict[str, bytes]:
        """What a client gets when it subscribes; a shared subscription gets nothing."""
        texts = [str(text) for text in client.subscribe] if client else []
        wanted = [text for text in texts if plain(text) == text]
        return {t: p for t, p in self.retained.items() if any(takes(text, t) for text in wanted)}


class Log:
    """Keeps the records of each Kafka topic and partition."""

    def __init__(self) -> None:
        self.records: defaultdict[tuple[str, int], list[tuple[bytes, bytes]]] = defaultdict(list)

    def write(self, version: Plant, topic: str, payload: bytes) -> None:
        """Take a message; one that the mapping cannot hold is not written."""
        address = version.address(topic)
        if address is not None:
            name, key, partition = address
            self.records[name, partition].append((key, payload))


def trouble(old: Plant, new: Plant) -> str | None:
    """The first thing that goes wrong when the new version follows the old one."""
    broker, log = Broker(), Log()
    for topic in sorted(old.topics):
        endpoint, later = old.endpoint(topic), new.endpoint(topic)
        assert endpoint is not None
        for value in sent(endpoint, later):
            payload = json.dumps(value).encode()
            refused = old.ns.check(topic, payload)
            assert not refused, refused
            broker.publish(topic, payload, retain=endpoint.retain)
            log.write(old, topic, payload)
    return _connecting(old, new, broker) or _replayed(new, log) or _live(old, new)


def sent(writer: uns.Endpoint, reader: uns.Endpoint | None) -> list[Any]:
    """Messages of a publisher; it does not know what later versions list."""
    if writer.contract.payload.encoding != "json":
        return []
    other = reader.contract.body if reader else None
    found = messages(writer.contract.body, other)
    return [value for value in found if not mentions(value, LATER)]


def _connecting(old: Plant, new: Plant, broker: Broker) -> str | None:
    for name, client in old.ns.clients.items():
        got, gets = broker.connect(client), broker.connect(new.ns.clients.get(name))
        if lost := sorted(got.keys() - gets.keys()):
            return f"{name} no longer gets the retained message of {lost[0]}"
        for topic, payload in gets.items():
            if wrong := _refused(new, topic, payload):
                return f"{name} connects: {wrong}"
    return None


def _replayed(new: Plant, log: Log) -> str | None:
    for (name, partition), records in log.records.items():
        for key, payload in records:
            try:
                topic = new.ns.to_mqtt(name, key)
            except uns.Untranslatable as error:
                return f"a record of {name} is not read: {error}"
            if new.address(topic) != (name, key, partition):
                return f"new records of {topic} are not with the old ones"
            if wrong := _refused(new, topic, payload):
                return f"replayed: {wrong}"
    return None


def _live(old: Plant, new: Plant) -> str | None:
    for topic in sorted(old.topics):
        endpoint = new.endpoint(topic)
        if endpoint is None:
            return f"nobody publishes {topic}"
        for value in sent(endpoint, old.endpoint(topic)):
            if wrong := _refused(old, topic, json.dumps(value).encode()):
                return f"new message, old reader: {wrong}"
    return None


def _refused(version: Plant, topic: str, payload: bytes) -> str | None:
    """Why a reader refuses a message."""
    try:
        version.ns.validate(topic, payload)
    except uns.UNSError as error:
        return f"{topic}: {error}"
    return None
