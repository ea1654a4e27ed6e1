"""Diagrams in Mermaid: the equipment as a tree, and the way of messages from MQTT to Kafka.

Both are bounded, because a diagram of a thousand boxes can be neither drawn nor
read. If something is left out, the diagram says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from uns.generators.document.escapes import mermaid
from uns.model.catalogue import TopicEntry
from uns.model.clients import Client, Via
from uns.model.facts import Facts
from uns.model.nodes import Node
from uns.model.tree import PlaceKind, descend

#: Most equipment of a tree, and most places and clients of a flow.
MOST_EQUIPMENT, MOST_PLACES, MOST_CLIENTS = 60, 16, 16


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram as the lines of its source, and whether it shows only a part."""

    lines: tuple[str, ...]
    is_cut: bool


def hierarchy(namespace: Facts) -> Diagram:
    """The equipment from the top down, level by level, families as one box each."""
    lines = ["flowchart TD"]
    made = 0
    row: list[tuple[str | None, Node]] = [(None, node) for node in _equipment(namespace.root)]
    while row:
        below: list[tuple[str | None, Node]] = []
        for above, node in row:
            if made == MOST_EQUIPMENT:
                return Diagram((*lines, f"  more[{mermaid('and more')}]"), is_cut=True)
            name = f"e{made}"
            made += 1
            lines.append(f"  {name}[{mermaid(_title(node))}]")
            if above is not None:
                lines.append(f"  {above} --> {name}")
            # A row needs no more nodes than there may be boxes.
            if len(below) <= MOST_EQUIPMENT:
                below += [(name, inner) for inner in _equipment(node)]
        row = below
    return Diagram(tuple(lines), is_cut=False)


def _equipment(node: Node) -> Iterator[Node]:
    """The nearest equipment below, past the fixed levels in front of it."""
    found = descend(node.members(expand=False), _below_root_level)
    return (below for below in found if below.kind is PlaceKind.EQUIPMENT)


def _below_root_level(node: Node) -> Iterable[Node]:
    return node.members(expand=False) if node.kind is PlaceKind.ROOT else ()


def _title(node: Node) -> str:
    level = node.equipment_level
    name = node.segment.text or '""'
    what = ", ".join([*([level.name] if level else []), *(["open"] if node.open else [])])
    return f"{name} ({what})" if what else name


@dataclass(slots=True)
class _Place:
    """Topics with the same Kafka topic, and their clients: of MQTT, and of Kafka."""

    kafka: str | None
    publishers: dict[str, None] = field(default_factory=dict)
    subscribers: dict[str, None] = field(default_factory=dict)
    kafka_writers: dict[str, None] = field(default_factory=dict)
    kafka_readers: dict[str, None] = field(default_factory=dict)


class Flow:
    """The way of messages, collected topic by topic: publishers, places, subscribers."""

    def __init__(self, clients: Iterable[Client] = ()) -> None:
        self._in_kafka = frozenset(client.name for client in clients if client.via is Via.KAFKA)
        self._places: dict[str, _Place] = {}
        self._is_cut = False

    def add(self, topic: TopicEntry) -> None:
        """Add a template."""
        name = _place(topic)
        place = self._places.get(name)
        if place is None:
            if len(self._places) == MOST_PLACES:
                self._is_cut = True
                return
            place = self._places[name] = _Place(topic.kafka.pattern)
        for names, over_mqtt, in_kafka in (
            (topic.users.publishers, place.publishers, place.kafka_writers),
            (topic.users.subscribers, place.subscribers, place.kafka_readers),
        ):
            for client in names:
                (in_kafka if client in self._in_kafka else over_mqtt)[client] = None

    def diagram(self) -> Diagram:
        """The diagram of the templates that were added."""
        places = self._places.values()
        publishers = self._some(place.publishers for place in places)
        subscribers = self._some(place.subscribers for place in places)
        kafka = list(dict.fromkeys(place.kafka for place in places if place.kafka is not None))
        in_kafka = self._some(
            place.kafka_writers | place.kafka_readers for place in places if place.kafka is not None
        )
        lines = ["flowchart LR"]
        lines += _group("Publishers", "p", publishers)
        lines += _group("MQTT", "m", list(self._places))
        # Clients subscribe with MQTT filters, so they are below MQTT, and Kafka is a separate branch.
        lines += _group("MQTT subscribers", "s", subscribers)
        lines += _group("Kafka topics", "k", kafka)
        lines += _group("Kafka clients", "c", in_kafka)
        edges: list[str] = []
        for at, place in enumerate(places):
            edges += [f"p{number} --> m{at}" for number in _numbers(place.publishers, publishers)]
            if place.kafka is not None:
                to = kafka.index(place.kafka)
                edges.append(f"m{at} --> k{to}")
                edges += [f"k{to} --> c{n}" for n in _numbers(place.kafka_readers, in_kafka)]
                edges += [f"c{n} --> k{to}" for n in _numbers(place.kafka_writers, in_kafka)]
            edges += [f"m{at} --> s{number}" for number in _numbers(place.subscribers, subscribers)]
        # Several places may have one Kafka topic.
        lines += [f"  {edge}" for edge in dict.fromkeys(edges)]
        return Diagram(tuple(lines), self._is_cut)

    def _some(self, clients: Iterable[dict[str, None]]) -> list[str]:
        names = list(dict.fromkeys(name for some in clients for name in some))
        self._is_cut = self._is_cut or len(names) > MOST_CLIENTS
        return names[:MOST_CLIENTS]


def _numbers(names: Iterable[str], drawn: Sequence[str]) -> Iterator[int]:
    """The positions of the clients that are drawn."""
    return (drawn.index(name) for name in names if name in drawn)


def _place(topic: TopicEntry) -> str:
    """The filter for all topics that go to the same Kafka topic."""
    texts = [level.text for level in topic.levels]
    depth = max(1, min(topic.kafka.place_levels, len(texts) - 1)) if topic.kafka.topic else 1
    return "/".join((*texts[:depth], "#")) if len(texts) > 1 else texts[0]


def _group(title: str, letter: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    boxes = [f"    {letter}{at}[{mermaid(name)}]" for at, name in enumerate(names)]
    return [f"  subgraph {letter} [{mermaid(title)}]", *boxes, "  end"]
