"""Two versions of a plant in operation, and who is worse off with the new one.

Every topic is written out. For each one, old publishers and new ones send messages, a broker keeps
the retained ones and delivers them by the filters of each client, and a log keeps the records at
their Kafka addresses. The changes that ``uns.diff`` finds play no part.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import uns
from tests.laws.beliefs import misread
from uns.payloads import ValueType
from uns.rules.breaking import Audience

P, C = Audience.PRODUCERS, Audience.CONSUMERS
K, Q = Audience.KAFKA_READERS, Audience.QUERIES

#: Levels that may take the place of an open set, or stand below an open node.
LEVELS = ("a", "b", "m1", "m2", "m3", "m4", "z1", "z5", "z7", "z12", "y1", "power", "q")

#: Topics that somebody may publish below an open node.
BELOW = (
    "q", "q/q", "power", "_info", "a/power", "m1/power", "part/power", "q/q/q/q/q/q", "q/q/q/q/q/a",
    f"{240 * 'x'}/q",
)  # fmt: skip


class Harm(NamedTuple):
    """Somebody who is worse off, where and why."""

    audience: Audience
    where: str
    why: str


# --- names ---------------------------------------------------------------------------------------

_PART = re.compile(r"\[\[|\{\{|\[[^]]*\]|\{[^}]*\}|[^[{]+")


def written_out(template: str) -> set[str]:
    """Every name that a template stands for; open sets are filled with :data:`LEVELS`."""
    levels = [_members(level) for level in template.split("/")]
    return {"/".join(names) for names in itertools.product(*levels)}


@cache
def _members(level: str) -> tuple[str, ...]:
    parts: list[list[str]] = []
    for part in _PART.findall(level):
        if part in ("[[", "{{"):
            parts.append([part[0]])
        elif part.startswith("["):
            parts.append([name for item in part[1:-1].split(",") for name in _item(item)])
        elif part.startswith("{"):
            parts.append(list(LEVELS))
        else:
            parts.append([part])
    return tuple("".join(names) for names in itertools.product(*parts))


def _item(item: str) -> list[str]:
    first, dots, last = item.partition("..")
    if not dots:
        return [item]
    width = len(first) if len(first) == len(last) else 0
    return [str(n).zfill(width) for n in range(int(first), int(last) + 1)]


def takes(text: str, topic: str) -> bool:
    """Whether a topic filter matches a topic (MQTT 5.0 §4.7)."""
    wanted, names = text.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    if wanted[-1] == "#":
        wanted.pop()
        names = names[: len(wanted)] if len(names) >= len(wanted) else names
    return len(wanted) == len(names) and all(
        w in ("+", n) for w, n in zip(wanted, names, strict=True)
    )


class Address(NamedTuple):
    """Where a record is in Kafka."""

    topic: str
    key: bytes
    partition: int


# --- one version -----------------------------------------------------------------------------------


class Plant:
    """One version of a namespace, with every topic written out."""

    def __init__(self, ns: uns.Namespace) -> None:
        self.ns = ns
        self.topics = frozenset(
            topic
            for node in self.ns.endpoints()
            for topic in written_out(node.template.text)
            if self.endpoint(topic) is not None
        )
        self.unmodelled = frozenset(
            f"{name}/{below}"
            for node in self.ns.walk(expand=False)
            if node.open
            for name in written_out(node.template.text)
            for below in (*BELOW, *self._asked_below(name))
            if self.is_open(f"{name}/{below}")
        )
        self.templates = frozenset(node.template.text for node in self.ns.walk(expand=False))
        #: All names of positions, those without a topic of their own among them.
        self.places = frozenset(
            name for node in self.ns.walk(expand=False) for name in self.names(node)
        )
        #: Whether the number of topics is known.
        self.is_closed = self.ns.count(open="skip") == len(self.topics) and not self.unmodelled
        #: The former names that it says, from the top of the tree.
        self.moved_from = frozenset(
            text for node in self.ns.walk(expand=False) for text in node.moved_from
        )
        #: The names of what is deprecated.
        self.deprecated = frozenset(
            name
            for node in self.ns.walk(expand=False)
            if node.deprecated
            for name in self.names(node)
        )
        self._addresses: dict[str, Address | None] = {}

    def _asked_below(self, name: str) -> Iterator[str]:
        """Topics below a node for which a client asks."""
        levels = name.split("/")
        for client in self.ns.clients.values():
            for text in map(str, (*client.publish, *client.subscribe)):
                wanted = plain(text).split("/")
                above = zip(wanted, levels, strict=False)
                if len(wanted) > len(levels) and all(w in ("+", n) for w, n in above):
                    below = "/".join(wanted[len(levels) :]).replace("#", "q")
                    yield from (below.replace("+", level) for level in ("q", "a", "b", "m1"))

    def endpoint(self, topic: str) -> uns.Endpoint | None:
        """What is published to a topic, if it is modelled."""
        found = self.ns.resolve(topic)
        return found.endpoint if found.outcome is uns.Outcome.ENDPOINT else None

    def classes(self, name: str) -> frozenset[str]:
        """The classes of a node, with those that they extend."""
        direct = self.ns[name].classes
        return frozenset(c for class_ in direct for c in (class_.name, *class_.ancestors))

    def property_types(self, classes: frozenset[str]) -> dict[tuple[str, str], ValueType]:
        """The properties that some classes declare."""
        return {
            (class_, key): type_
            for class_ in classes
            for key, type_ in self.ns.classes[class_].properties.items()
        }

    def names(self, node: uns.Node) -> set[str]:
        """The names of a node; of an open set those that its pattern takes."""
        written = written_out(node.template.text)
        if "{" not in node.template.text:
            return written
        return {name for name in written if node.template.match(name) is not None}

    def must_publish(self, topic: str) -> bool:
        """Whether a topic is required, by itself or by the list of its equipment."""
        node = self.ns[topic]
        endpoint, equipment = node.endpoint, node.equipment
        assert endpoint is not None
        return endpoint.required or (equipment is not None and endpoint.key in equipment.required)

    def required_at(self, topic: str) -> tuple[str, str] | None:
        """The equipment that must publish a topic, and its key there."""
        node = self.ns[topic]
        if node.endpoint is None or node.equipment is None or not self.must_publish(topic):
            return None
        return "/".join(topic.split("/")[: len(node.equipment.levels)]), node.endpoint.key

    def is_open(self, topic: str) -> bool:
        """Whether anything may be published to a topic."""
        return self.ns.resolve(topic).outcome is uns.Outcome.UNMODELLED

    def address(self, topic: str) -> Address | None:
        """Where the records of a topic are; ``None`` if nowhere."""
        if topic not in self._addresses:
            try:
                found = self.ns.to_kafka(topic)
            except uns.Untranslatable:
                self._addresses[topic] = None
            else:
                partition = found.partition(self.ns.kafka.cluster.partitions)
                self._addresses[topic] = Address(found.topic, found.key, partition)
        return self._addresses[topic]

    def positions(self, class_: str) -> set[str]:
        """Every position of a class; none if the model does not know it."""
        try:
            nodes = list(self.ns.find(class_, expand=False))
        except uns.UnknownName:
            return set()
        return set().union(*(self.names(node) for node in nodes))

    @cached_property
    def levels(self) -> dict[str, str]:
        """The equipment level of every position, with the kind that B2MML knows it by."""
        return {
            name: f"{level} ({level.kind})"
            for node in self.ns.find(expand=False)
            if (level := node.equipment_level) is not None
            for name in self.names(node)
        }


@lru_cache(maxsize=4096)
def plant(text: str) -> Plant:
    """The plant of a model, worked out once."""
    return Plant(uns.loads(text))


# --- two versions ----------------------------------------------------------------------------------


def harms(old: Plant, new: Plant) -> list[Harm]:
    """Everybody who is worse off with the new version."""
    at_topics = [
        *(harm for topic in sorted(old.topics) for harm in _to_topic(old, new, topic)),
        *(harm for topic in _unmodelled(old, new) for harm in _to_unmodelled(old, new, topic)),
        *(Harm(P, topic, "is new, and must be published") for topic in _newly_required(old, new)),
    ]
    return [
        *at_topics,
        # Records hold the messages that consumers get.
        *(harm._replace(audience=K) for harm in at_topics if harm.audience is C),
        *_to_clients(old, new),
        *_to_queries(old, new),
        *_to_properties(old, new),
    ]


def _to_topic(old: Plant, new: Plant, topic: str) -> Iterator[Harm]:
    was, is_ = old.endpoint(topic), new.endpoint(topic)
    assert was is not None
    if old.address(topic) not in (None, new.address(topic)):
        yield Harm(K, topic, f"records are at {new.address(topic)}, not at {old.address(topic)}")
    if is_ is None:
        yield Harm(C, topic, "new messages have no contract" if new.is_open(topic) else "gone")
        if not new.is_open(topic):
            yield Harm(P, topic, "gone")
        return
    if was.contract != is_.contract:
        yield from _by_messages(topic, was, is_)
    yield from _by_delivery(topic, was, is_)
    had_to, has_to = old.must_publish(topic), new.must_publish(topic)
    if had_to and not has_to:
        yield Harm(C, topic, "nobody need publish it")
    if has_to and not had_to:
        yield Harm(P, topic, "everybody must publish it")


def _by_messages(topic: str, was: uns.Endpoint, is_: uns.Endpoint) -> Iterator[Harm]:
    """Old messages, live, retained or from the log, go to new readers, and new ones to old readers."""
    old, new = was.contract.payload, is_.contract.payload
    if old.is_unknown:
        return  # nobody could rely on anything
    if new.is_unknown:
        yield Harm(C, topic, "any bytes may come")
        return
    if (old.encoding, old.media_type) != (new.encoding, new.media_type):
        yield from (Harm(who, topic, "other bytes") for who in (P, C, K))
    if (new.max_bytes or math.inf) > (old.max_bytes or math.inf):
        yield Harm(C, topic, "new messages may be too long")
    if (new.max_bytes or math.inf) < (old.max_bytes or math.inf):
        yield from (Harm(who, topic, "old messages may be too long") for who in (P, K))
    if old.identity != new.identity:
        yield Harm(K, topic, "stored messages that were two become one, or the reverse")
    if old.is_opaque or new.is_opaque:
        return
    found = misread(was.contract.body, is_.contract.body, reader_is_new=True)
    if found is not None:
        yield Harm(P, topic, f"old {found}")
        yield Harm(K, topic, f"old {found}")
    found = misread(is_.contract.body, was.contract.body, reader_is_new=False)
    if found is not None:
        yield Harm(C, topic, f"new {found}")


def _by_delivery(topic: str, was: uns.Endpoint, is_: uns.Endpoint) -> Iterator[Harm]:
    if was.kind is not is_.kind:
        yield Harm(C, topic, f"new messages are no {was.kind}")
        yield Harm(P, topic, f"old messages are no {is_.kind}")
    if was.retain and not is_.retain:
        yield Harm(C, topic, "who connects gets nothing")
    if is_.retain and not was.retain and is_.kind is not uns.Kind.STATE:
        yield Harm(C, topic, f"who connects gets an old {is_.kind}")
    if is_.qos < was.qos:
        yield Harm(C, topic, "messages may get lost")


def _unmodelled(old: Plant, new: Plant) -> list[str]:
    """Topics that were legal without a contract."""
    return sorted(old.unmodelled | {topic for topic in new.topics if old.is_open(topic)})


def _to_unmodelled(old: Plant, new: Plant, topic: str) -> Iterator[Harm]:
    if old.address(topic) not in (None, new.address(topic)):
        yield Harm(K, topic, f"records are at {new.address(topic)}, not at {old.address(topic)}")
    if new.endpoint(topic) is not None:
        if topic.endswith("/_info"):
            return  # a reserved name: nothing else is published there
        yield Harm(P, topic, "got a contract")
        yield Harm(K, topic, "older records do not keep to the contract")
    elif not new.is_open(topic):
        yield Harm(P, topic, "no longer legal")
        yield Harm(C, topic, "no longer legal")


def _newly_required(old: Plant, new: Plant) -> Iterator[str]:
    """New topics that equipment of the old version must publish, and did not have to."""
    had_to = {place for topic in old.topics if (place := old.required_at(topic)) is not None}
    for topic in sorted(new.topics - old.topics):
        place = new.required_at(topic)
        is_new = place is not None and place[0] in old.levels and place not in had_to
        if is_new and not new.ns[topic].moved_from:
            yield topic


# --- clients ---------------------------------------------------------------------------------------


def _to_clients(old: Plant, new: Plant) -> Iterator[Harm]:
    legal = old.topics | {topic for topic in old.unmodelled | new.unmodelled if old.is_open(topic)}
    for name, client in old.ns.clients.items():
        after = new.ns.clients.get(name)
        for topic in sorted(legal):
            if _writes(client, topic) and not (after and _writes(after, topic)):
                yield Harm(P, topic, f"{name} may no longer publish")
            for partners in ways(old, name, topic):
                if not any(now <= partners for now in ways(new, name, topic)):
                    yield Harm(C, topic, f"{name} gets fewer messages")
            if is_own(old, name, topic) and not is_own(new, name, topic):
                yield Harm(C, topic, f"not every instance of {name} gets each message")
    for topic in sorted(legal):
        yield from _more_often(old, new, topic)


def _writes(client: uns.Client, topic: str) -> bool:
    return any(takes(text, topic) for text in client.publish)


def _more_often(old: Plant, new: Plant, topic: str) -> Iterator[Harm]:
    """Those who shared the messages of a topic, and now get each one more often."""
    sharers: dict[str, set[str]] = {}
    for client in old.ns.clients.values():
        for text in map(str, client.subscribe):
            if text.startswith("$share/") and takes(plain(text), topic):
                sharers.setdefault(text, set()).add(client.name)
    for text, names in sharers.items():
        if any(is_own(old, name, topic) for name in names):
            continue
        own = any(is_own(new, name, topic) for name in names)
        if own or _groups(new, names, topic) > _groups(old, names, topic):
            yield Harm(C, topic, f"those who share {text} get each message more often")


def _groups(version: Plant, names: set[str], topic: str) -> int:
    """The number of shared subscriptions by which some clients get a topic."""
    found = (c.subscribe for c in version.ns.clients.values() if c.name in names)
    texts = {str(text) for subscribe in found for text in subscribe}
    return sum(text.startswith("$share/") and takes(plain(text), topic) for text in texts)


def is_own(version: Plant, name: str, topic: str) -> bool:
    """Whether each instance of a client gets each message of a topic, also the retained one."""
    client = version.ns.clients.get(name)
    texts = map(str, client.subscribe if client else ())
    return any(not text.startswith("$share/") and takes(text, topic) for text in texts)


def plain(text: str) -> str:
    """The topic filter of a subscription."""
    return text.split("/", 2)[2] if text.startswith("$share/") else text


def ways(version: Plant, name: str, topic: str) -> set[frozenset[str]]:
    """The ways in which a client gets a topic: each is the clients that may get a message instead.

    A message for a shared subscription goes to one of those that share it (MQTT 5.0 §4.8.2).
    """
    found = set()
    client = version.ns.clients.get(name)
    for text in map(str, client.subscribe if client else ()):
        if takes(plain(text), topic):
            others = (c for c in version.ns.clients.values() if c.name != name)
            partners = [c.name for c in others if text in map(str, c.subscribe)]
            found.add(frozenset(partners if text.startswith("$share/") else ()))
    return found


# --- programs that ask the model -------------------------------------------------------------------


def _to_queries(old: Plant, new: Plant) -> Iterator[Harm]:
    still = {name for name in old.levels.keys() & new.places if _is_same(old, new, name)}
    for class_ in old.ns.classes:
        lost = (old.positions(class_) & still & new.levels.keys()) - new.positions(class_)
        yield from (Harm(Q, name, f"is no longer a {class_}") for name in sorted(lost))
    for name in sorted(still):
        if old.levels[name] != new.levels.get(name):
            yield Harm(Q, name, f"is a {new.levels.get(name)}, not a {old.levels[name]}")
    for topic in sorted(old.topics & new.topics):
        was, is_ = old.endpoint(topic), new.endpoint(topic)
        if was and is_ and was.key != is_.key and "[" not in f"{was.key}{is_.key}":
            yield Harm(Q, topic, f"is {is_.key}, not {was.key}")


def _is_same(old: Plant, new: Plant, name: str) -> bool:
    """Whether a name means the same equipment; under another root it does if a topic below is kept."""
    if name in new.levels and old.ns.root_levels == new.ns.root_levels:
        return True
    return any(topic.startswith(f"{name}/") for topic in old.topics & new.topics)


def _to_properties(old: Plant, new: Plant) -> Iterator[Harm]:
    """Who reads the properties of a node, from ``_info`` or from the model, by the old types."""
    for name in sorted(old.levels.keys() & new.levels.keys()):
        classes = old.classes(name) & new.classes(name)
        was, is_ = (version.property_types(classes) for version in (old, new))
        for key, type_ in was.items():
            wrong = "is gone"
            if key in is_:
                wrong = misread(is_[key], type_, reader_is_new=False) or ""
            if wrong:
                yield Harm(C, name, f"property {key[1]}: {wrong}")
                yield Harm(Q, name, f"property {key[1]}: {wrong}")
