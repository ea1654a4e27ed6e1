"""Markdown with Mermaid diagrams: a namespace for wikis and repositories.

One file (``topics.md``), or a folder with ``index.md`` and a page for each kind
of equipment, for each contract, for the classes and for the clients. Equipment
with the same topics is told once, however many nodes there are: first what it
publishes, then the nodes that do. Every text of the model goes through
:mod:`uns.generators.document.escapes`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from uns.diagnostics import Diagnostic
from uns.generators.document.catalogue import (
    BY_DEFAULT,
    Catalogue,
    ClassEntry,
    ClassPart,
    ClassTopic,
    ClientEntry,
    ContractEntry,
    KafkaEntry,
    LevelEntry,
    TopicEntry,
)
from uns.generators.document.diagrams import Drawn, Flow, hierarchy
from uns.generators.document.escapes import cell, code, json_block, paragraph, prose
from uns.generators.generated import Generated, mark
from uns.generators.losses import loss
from uns.generators.paths import safe_name, topic_name
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated, Kind
from uns.payloads import type_in_words
from uns.topics.templates import Name

__all__ = ["generate"]

#: Most nodes and most topics that are listed for one kind of equipment.
MOST_NODES, MOST_TOPICS = 200, 500
#: Most kinds of equipment, and of each of contracts, classes, clients and findings, that are told.
MOST_KINDS, MOST_PARTS = 2_000, 2_000

#: Most templates or names that stand in one cell or line.
_SEVERAL = 12

Layout: TypeAlias = Literal["file", "folder"]

# --- what is told together -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Topic:
    """What equipment publishes under one name: equal for all nodes of a kind."""

    name: str
    contract: ContractEntry
    kind: Kind
    retain: bool
    qos: int
    required: bool
    label: str | None
    description: str | None
    deprecated: Deprecated | None
    publishers: tuple[str, ...]
    subscribers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Address:
    """Where one topic of the first node of a kind is, on both sides."""

    name: str
    example: str | None
    filter: str
    kafka: KafkaEntry


@dataclass(frozen=True, slots=True)
class _Node:
    """One node of a kind, or a family of them."""

    levels: tuple[LevelEntry, ...]
    count: int | None
    owner: str | None


@dataclass(slots=True)
class _Equipment:
    """A kind of equipment: the same level and classes, the same topics, the same clients."""

    levels: tuple[LevelEntry, ...]
    topics: tuple[_Topic, ...]
    addresses: tuple[_Address, ...]
    nodes: list[_Node] = field(default_factory=list)
    total: int = 0

    @property
    def template(self) -> str:
        """The first node."""
        return "/".join(level.text for level in self.levels)


@dataclass(slots=True)
class _Gathered:
    """What one walk over the topics brings together."""

    equipment: list[_Equipment] = field(default_factory=list)
    kinds: int = 0
    templates: int = 0
    flow: Flow = field(default_factory=Flow)
    writes: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)


def _gathered(catalogue: Catalogue) -> _Gathered:
    found = _Gathered()
    kinds: dict[object, _Equipment] = {}
    for _, group in itertools.groupby(catalogue.topics(), key=_equipment_of):
        topics = list(group)
        found.templates += len(topics)
        for topic in topics:
            found.flow.add(topic)
            found.writes.update(topic.publishers)
            found.reads.update(topic.subscribers)
        levels = topics[0].equipment
        rows = tuple(_row(topic, len(levels)) for topic in topics)
        last = levels[-1] if levels else None
        key = (last and (last.equipment_level, last.classes), rows)
        kind = kinds.get(key)
        if kind is None:
            found.kinds += 1
            if found.kinds > MOST_KINDS:
                continue
            addresses = tuple(_address(topic, len(levels)) for topic in topics)
            kind = kinds[key] = _Equipment(levels, rows, addresses)
            found.equipment.append(kind)
        kind.total += 1
        if kind.total <= MOST_NODES:
            kind.nodes.append(_node(topics[0], levels))
    return found


def _equipment_of(topic: TopicEntry) -> str:
    return "/".join(level.text for level in topic.equipment)


def _name(topic: TopicEntry, depth: int) -> str:
    """A topic below its equipment; of the equipment's own topic its last level."""
    return "/".join(level.text for level in topic.levels[depth:]) or "."


def _row(topic: TopicEntry, depth: int) -> _Topic:
    return _Topic(
        _name(topic, depth), topic.contract, topic.kind, topic.retain, topic.qos, topic.required,
        topic.label if depth < len(topic.levels) else None,
        topic.description if depth < len(topic.levels) else None,
        topic.deprecated, topic.publishers, topic.subscribers,
    )  # fmt: skip


def _address(topic: TopicEntry, depth: int) -> _Address:
    return _Address(_name(topic, depth), topic.example, topic.filter, topic.kafka)


def _node(topic: TopicEntry, levels: tuple[LevelEntry, ...]) -> _Node:
    count: int | None = 1
    for level in levels:
        size = level.count
        count = None if size is None or count is None else count * size
    return _Node(levels, count, topic.owner)


# --- pages -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """Some sections under a heading; a page of its own in a folder."""

    path: str
    title: str
    lines: tuple[str, ...]


class _Writer:
    """Writes one layout: the pages of a folder know each other's paths, one file has no links."""

    def __init__(self, catalogue: Catalogue, layout: Layout) -> None:
        self.catalogue = catalogue
        self.in_folder = layout == "folder"
        self.losses: dict[Diagnostic, None] = {}
        self.contracts = catalogue.contracts[:MOST_PARTS]
        self.classes = catalogue.classes[:MOST_PARTS]
        self.clients = catalogue.clients[:MOST_PARTS]
        self._linked = frozenset(self.contracts)

    # --- links -------------------------------------------------------------------------------------

    def contract(self, contract: ContractEntry) -> str:
        """A contract by its name, leading to its page."""
        if not self.in_folder or contract not in self._linked:
            return code(contract.name)
        return f"[{code(contract.name)}](../contracts/{safe_name(contract.key)}.md)"

    def carried(self, contract: ContractEntry) -> str:
        """What a topic carries: the payload, and the metric inside it."""
        metric = contract.metric
        words = f" {prose(type_in_words(metric))}" if metric is not None else ""
        return f"{self.contract(contract)}{words}"

    # --- the first page ----------------------------------------------------------------------------

    def overview(self, found: _Gathered, findings: Sequence[Diagnostic]) -> Iterator[str]:
        namespace = self.catalogue.namespace
        model = namespace.model
        yield from _block(f"[//]: # ({mark('markdown')})")
        yield from _block(f"# {prose(model.label or model.id or 'Unified Namespace')}")
        if model.description:
            yield from _block(paragraph(model.description))
        yield from _table(("fact", "value"), self._facts(namespace, found))
        yield from _block("## Equipment hierarchy")
        yield from self._diagram(hierarchy(namespace), "the equipment hierarchy")
        if found.templates:
            yield from _block("## From MQTT to Kafka")
            yield from self._diagram(found.flow.drawn(), "the way from MQTT to Kafka")
        yield from self._open()
        if findings:
            yield from _block("## Findings")
            yield from _table(
                ("severity", "code", "message", "topic"),
                (
                    (
                        str(f.severity),
                        code(f.code),
                        cell(f.message),
                        code(f.path) if f.path else " ",
                    )
                    for f in findings[:MOST_PARTS]
                ),
            )
        yield from self._cut(found, findings)

    def _open(self) -> Iterator[str]:
        """Where others publish what the model does not say."""
        entries = self.catalogue.open_nodes
        if not entries:
            return
        yield from _block("## Open nodes")
        yield from _block("Below these nodes anything may be published; it is not modelled.")
        yield from _table(
            ("node", "topics", "what it is", "owner", "declared"),
            (
                (
                    code(entry.template), code(entry.filter),
                    " ".join(prose(text) for text in (entry.label, entry.description) if text) or " ",
                    cell(entry.owner), code(entry.source) if entry.source else " ",
                )
                for entry in entries[:MOST_PARTS]
            ),
        )  # fmt: skip

    def _cut(self, found: _Gathered, findings: Sequence[Diagnostic]) -> Iterator[str]:
        """What is not told because there is too much of it."""
        for what, there, told in (
            ("kinds of equipment", found.kinds, len(found.equipment)),
            ("contracts", len(self.catalogue.contracts), len(self.contracts)),
            ("classes", len(self.catalogue.classes), len(self.classes)),
            ("clients", len(self.catalogue.clients), len(self.clients)),
            (
                "open nodes",
                len(self.catalogue.open_nodes),
                min(len(self.catalogue.open_nodes), MOST_PARTS),
            ),
            ("findings", len(findings), min(len(findings), MOST_PARTS)),
        ):
            if there > told:
                yield from _block(f"{there - told:,} further {what} are not told here.")
                self._lose("X402", "", f"{there - told:,} {what} are not told")

    def _facts(self, namespace: Namespace, found: _Gathered) -> Iterator[tuple[str, str]]:
        model = namespace.model
        if model.id:
            yield "model", code(model.id)
        if model.version:
            yield "version", code(model.version)
        if model.owner:
            yield "owner", prose(model.owner)
        open_sets = any(level.count is None for e in found.equipment for level in e.levels)
        more = " and those of open sets" if open_sets else ""
        yield "topics", f"{namespace.count(open='skip'):,}{more}"
        yield "topic templates", f"{found.templates:,}"
        if self.catalogue.open_nodes:
            yield "open nodes", f"{len(self.catalogue.open_nodes):,}, with any topic below them"
        yield "contracts in use", f"{len(self.catalogue.contracts):,}"
        yield "classes", f"{len(self.catalogue.classes):,}"
        yield "clients", f"{len(self.catalogue.clients):,}"
        mapping = namespace.kafka.mapping
        default = f"; {BY_DEFAULT}" if self.catalogue.kafka_by_default else ""
        yield (
            "Kafka topics",
            f"{code(mapping.prefix + '.*')}, the record key is {_key(mapping.key)}{default}",
        )

    def _diagram(self, drawn: Drawn, what: str) -> Iterator[str]:
        yield from _block("```mermaid", *drawn.lines, "```")
        if drawn.is_cut:
            self._lose("X401", "", f"the diagram of {what} shows a part of the model")

    def contents(self, found: _Gathered) -> Iterator[str]:
        """What the other pages of a folder are."""
        yield from _block("## Pages")
        if found.equipment:
            yield from _block("### Equipment")
        lines = []
        for kind in found.equipment:
            name = topic_name(kind.template)
            lines.append(f"- [{code(kind.template)}](equipment/{name}.md) {_same(kind)}".rstrip())
        yield from _block(*lines)
        if self.contracts:
            yield from _block("### Contracts")
        lines = [
            f"- [{code(contract.name)}](contracts/{safe_name(contract.key)}.md)"
            + (f" {prose(type_in_words(contract.metric))}" if contract.metric else "")
            for contract in self.contracts
        ]
        yield from _block(*lines)
        lists = [
            f"- [{title}](lists/{title.lower()}.md)"
            for title, there in (("Classes", self.classes), ("Clients", self.clients))
            if there
        ]
        if lines and lists:
            yield from _block("### Lists")
        yield from _block(*lists)

    # --- equipment ---------------------------------------------------------------------------------

    def equipment(self, kind: _Equipment) -> Iterator[str]:
        last = kind.levels[-1] if kind.levels else None
        if last is not None:
            crumbs = " / ".join(map(_crumb, kind.levels))
            yield from _block(crumbs)
        users = ("published by", "read by") if self.catalogue.clients else ()
        yield from _table(
            ("topic", "carries", "sent", *users, "what it is"),
            map(self._topic_cells, kind.topics[:MOST_TOPICS]),
        )
        yield from _table(
            ("topic", "example and filter", "Kafka topic", "partition"),
            map(_address_cells, kind.addresses[:MOST_TOPICS]),
        )
        if len(kind.topics) > MOST_TOPICS:
            more = len(kind.topics) - MOST_TOPICS
            yield from _block(f"and {more:,} more topics.")
            self._lose("X402", kind.template, f"{more:,} topics of {kind.template} are not listed")
        yield from _table(
            ("equipment", "what it is", "nodes", "owner", "declared"), map(_node_cells, kind.nodes)
        )
        if kind.total > MOST_NODES:
            more = kind.total - MOST_NODES
            yield from _block(f"and {more:,} more with the same topics.")
            self._lose(
                "X402", kind.template,
                f"{more:,} nodes with the topics of {kind.template} are not listed",
            )  # fmt: skip

    def _topic_cells(self, topic: _Topic) -> Sequence[str]:
        sent = f"{topic.kind}, {'retained' if topic.retain else 'not retained'}, QoS {topic.qos}"
        said = [prose(text) for text in (topic.label, topic.description) if text]
        if topic.required:
            said.append("Required.")
        if topic.deprecated is not None:
            said.append(_deprecated(topic.deprecated))
        users = (topic.publishers, topic.subscribers) if self.catalogue.clients else ()
        return (
            code(topic.name), self.carried(topic.contract), sent, *map(_several, users),
            " ".join(said) or " ",
        )  # fmt: skip

    # --- contracts, classes, clients ---------------------------------------------------------------

    def contract_lines(self, contract: ContractEntry) -> Iterator[str]:
        if contract.description:
            yield from _block(paragraph(contract.description))
        if contract.metric is not None:
            yield from _block(f"Wraps a {prose(type_in_words(contract.metric))}.")
        if contract.is_foreign:
            yield from _block("A JSON Schema of its own says what it holds:")
            yield from _block("```json", json_block(contract.schema()), "```")
        else:
            yield from _table(
                ("field", "type", "unit", "limits", "presence", "what it is"),
                (
                    (
                        code(row.path), row.type, code(row.unit) if row.unit else " ",
                        cell(row.limits), _presence(row.required, row.default), cell(row.description),
                    )
                    for row in contract.fields
                ),
            )  # fmt: skip
        if contract.no_example is None:
            yield from _block("A valid message:")
            yield from _block("```json", json_block(contract.example), "```")

    def class_lines(self, entry: ClassEntry, heading: str) -> Iterator[str]:
        yield from _block(f"{heading} {prose(entry.name)}")
        if entry.description:
            yield from _block(paragraph(entry.description))
        yield from _table(("fact", "value"), _class_facts(entry))
        if entry.properties:
            yield from _table(
                ("property", "type"),
                (
                    (code(name), prose(type_in_words(value)))
                    for name, value in entry.properties.items()
                ),
            )
        yield from _table(
            ("topic", "carries", "sent", "from", "what it is"),
            map(self._class_topic_cells, entry.topics),
        )
        yield from _table(
            ("part", "level", "classes", "number", "what it is"), map(_part_cells, entry.parts)
        )
        yield from _table(
            ("topic of a part", "carries", "sent", "from", "what it is"),
            (
                (code(f"{part.path}/{topic.key}"), *self._class_topic_cells(topic)[1:])
                for part in entry.parts
                for topic in part.topics
            ),
        )

    def _class_topic_cells(self, topic: ClassTopic) -> Sequence[str]:
        said = [prose(text) for text in (topic.label, topic.description) if text]
        if topic.deprecated is not None:
            said.append(_deprecated(topic.deprecated))
        return (
            code(topic.key), self.carried(topic.contract),
            f"{topic.kind}, {'retained' if topic.retain else 'not retained'}, QoS {topic.qos}",
            prose(", ".join(topic.declared_by)), " ".join(said) or " ",
        )  # fmt: skip

    def client_lines(self, entry: ClientEntry, found: _Gathered, heading: str) -> Iterator[str]:
        yield from _block(f"{heading} {prose(entry.name)}")
        if entry.description:
            yield from _block(paragraph(entry.description))
        said = [("label", entry.label), ("owner", entry.owner)]
        rows = [(name, prose(text)) for name, text in said if text]
        for verb, filters, counted in (
            ("publishes to", entry.publish, found.writes),
            ("subscribes to", entry.subscribe, found.reads),
        ):
            if filters:
                shown = ", ".join(map(code, filters[:_SEVERAL]))
                more = f" and {len(filters) - _SEVERAL:,} more" if len(filters) > _SEVERAL else ""
                rows.append(
                    (verb, f"{shown}{more}: {_counted(counted[entry.name], 'topic template')}")
                )
        yield from _table(("fact", "value"), rows)

    def _lose(self, code_: str, subject: str, message: str) -> None:
        self.losses[loss(code_, subject, message, "`uns export topics-json` has all")] = None


def generate(
    namespace: Namespace, layout: Layout = "file", findings: Sequence[Diagnostic] = ()
) -> Generated:
    """One file or a folder of pages; ``findings`` are listed on the first."""
    catalogue = Catalogue(namespace)
    found = _gathered(catalogue)
    writer = _Writer(catalogue, layout)
    first = list(writer.overview(found, findings))
    if layout == "folder":
        first += writer.contents(found)
        pages = list(_pages(writer, found))
        files = {"index.md": _file(first)} | {
            page.path: _file([*_block(f"[//]: # ({mark('markdown')})"), *_block(f"# {page.title}"), *page.lines])
            for page in pages
        }  # fmt: skip
        return Generated(dict(sorted(files.items())), tuple(writer.losses))
    return Generated(
        {"topics.md": _file([*first, *_sections(writer, found)])}, tuple(writer.losses)
    )


def _pages(writer: _Writer, found: _Gathered) -> Iterator[_Page]:
    for kind in found.equipment:
        path = f"equipment/{topic_name(kind.template)}.md"
        yield _Page(path, _heading(kind), tuple(writer.equipment(kind)))
    for contract in writer.contracts:
        path = f"contracts/{safe_name(contract.key)}.md"
        yield _Page(path, prose(contract.name), tuple(writer.contract_lines(contract)))
    if writer.classes:
        lines = (line for c in writer.classes for line in writer.class_lines(c, "##"))
        yield _Page("lists/classes.md", "Classes", tuple(lines))
    if writer.clients:
        lines = (line for c in writer.clients for line in writer.client_lines(c, found, "##"))
        yield _Page("lists/clients.md", "Clients", tuple(lines))


def _sections(writer: _Writer, found: _Gathered) -> Iterator[str]:
    if found.equipment:
        yield from _block("## Topics")
    for kind in found.equipment:
        yield from _block(f"### {_heading(kind)}")
        yield from writer.equipment(kind)
    if writer.contracts:
        yield from _block("## Contracts")
    for contract in writer.contracts:
        metric = f" {prose(type_in_words(contract.metric))}" if contract.metric else ""
        yield from _block(f"### {prose(contract.name)}{metric}")
        yield from writer.contract_lines(contract)
    if writer.classes:
        yield from _block("## Classes")
    for entry in writer.classes:
        yield from writer.class_lines(entry, "###")
    if writer.clients:
        yield from _block("## Clients")
    for client in writer.clients:
        yield from writer.client_lines(client, found, "###")


# --- words -----------------------------------------------------------------------------------------


def _heading(kind: _Equipment) -> str:
    return f"{prose(kind.template) or prose('(no equipment)')}{_and_more(kind)}"


def _and_more(kind: _Equipment) -> str:
    return f" and {kind.total - 1:,} more" if kind.total > 1 else ""


def _same(kind: _Equipment) -> str:
    return f"and {kind.total - 1:,} more with the same topics" if kind.total > 1 else ""


def _crumb(level: LevelEntry) -> str:
    """A level with what it is: the typed path of a topic."""
    what = level.equipment_level.name if level.equipment_level else str(level.kind)
    classes = f" {prose(', '.join(level.classes))}" if level.classes else ""
    return f"{code(level.text)} ({code(what)}{classes})"


def _address_cells(address: _Address) -> Sequence[str]:
    example = code(address.example) if address.example is not None else "no topic"
    where = example if address.filter == address.example else f"{example}, {code(address.filter)}"
    kafka = address.kafka
    if kafka.topic is None:
        return code(address.name), where, cell(kafka.refusal), " "
    name = code(kafka.topic)
    if kafka.pattern != kafka.topic:
        many = "without end" if kafka.topics is None else f"{kafka.topics:,}"
        name = f"{name}, one of {code(kafka.pattern or '')} ({many})"
    last = (kafka.partitions or 1) - 1
    return code(address.name), where, name, f"{kafka.partition} (0 to {last})"


def _node_cells(node: _Node) -> Sequence[str]:
    last = node.levels[-1] if node.levels else None
    said = [prose(text) for text in (last.label, last.description) if text] if last else []
    source = code(last.source) if last and last.source else " "
    template = "/".join(level.text for level in node.levels)
    return (
        code(template), " ".join(said) or " ", _number(node.count, node.levels), cell(node.owner), source,
    )  # fmt: skip


def _number(count: int | None, levels: Iterable[LevelEntry]) -> str:
    """How many there are; of an open set, which texts it takes."""
    if count is not None:
        return f"{count:,}"
    named = [
        f"{code(f'{{{part.name}}}')} like {code(part.pattern.text)}"
        for level in levels
        for part in level.segment.varying
        if isinstance(part, Name) and part.pattern is not None
    ]
    return ", ".join(["open set", *named])


def _part_cells(part: ClassPart) -> Sequence[str]:
    said = [prose(text) for text in (part.label, part.description) if text]
    count = "open set" if part.count is None else f"{part.count:,}"
    classes = _several(part.classes)
    return code(part.path), prose(part.level.name), classes, count, " ".join(said) or " "


def _class_facts(entry: ClassEntry) -> Iterator[tuple[str, str]]:
    if entry.label:
        yield "label", prose(entry.label)
    if entry.owner:
        yield "owner", prose(entry.owner)
    if entry.level:
        yield "equipment level", prose(entry.level.name)
    if entry.abstract:
        yield "abstract", "to be extended, not to be used by a node"
    if entry.ancestors:
        yield "extends", _several(entry.ancestors)
    if entry.descendants:
        yield "extended by", _several(entry.descendants)
    if entry.required:
        yield "required topics", ", ".join(map(code, entry.required))
    if entry.deprecated:
        yield "deprecated", _deprecated(entry.deprecated)
    nodes = "an open set of" if entry.nodes is None else f"{entry.nodes:,}"
    places = _counted(entry.templates, "place")
    yield "nodes", f"{nodes}, declared in {places}" if entry.templates else "none"
    if entry.source:
        yield "declared", code(entry.source)


def _deprecated(deprecated: Deprecated) -> str:
    said = "Deprecated"
    if deprecated.since:
        said += f" since {prose(deprecated.since)}"
    if deprecated.until:
        said += f", removed in {prose(deprecated.until)}"
    if deprecated.replaced_by:
        said += f", replaced by {code(deprecated.replaced_by)}"
    return f"{said}."


def _presence(required: bool, default: object) -> str:
    if required:
        return "required"
    return "optional" if default is None else f"optional, else {code(str(default))}"


def _key(key: str) -> str:
    return "the whole MQTT topic" if key == "full" else "the levels after those of the Kafka topic"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(map(prose, names[:_SEVERAL]))
    more = f" and {len(names) - _SEVERAL:,} more" if len(names) > _SEVERAL else ""
    return f"{shown}{more}" or " "


# --- lines -----------------------------------------------------------------------------------------


def _block(*lines: str) -> list[str]:
    """Lines that belong together, with an empty one after them."""
    return [*lines, ""] if lines else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return []
    return _block(f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines)


def _file(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines).rstrip() + "\n").encode()
