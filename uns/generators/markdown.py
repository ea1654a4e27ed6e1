"""Markdown with Mermaid diagrams: a namespace for wikis and repositories.

One file (``topics.md``), or a folder with ``index.md`` and a page for each kind
of equipment, for each contract, for the classes and for the clients. Equipment
with the same topics is described once: first its topics, then its nodes. Every
text of the model goes through :mod:`uns.generators.document.escapes`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from uns.counts import in_words
from uns.diagnostics import Diagnostic
from uns.generators.document.diagrams import Diagram, Flow, hierarchy
from uns.generators.document.escapes import cell, code, json_block, paragraph, prose
from uns.generators.paths import safe_name, topic_name
from uns.generators.targets import FINDINGS, Generated, Losses, Target, mark, one_of
from uns.model.catalogue import (
    BY_DEFAULT,
    BrokerEntry,
    Catalogue,
    ClassEntry,
    ClassPart,
    ClassTopic,
    ContractEntry,
    LevelEntry,
    OpenEntry,
    TopicEntry,
)
from uns.model.clients import Client, Via
from uns.model.facts import Facts
from uns.model.field_rows import FieldRow
from uns.model.namespace import Namespace
from uns.model.tree import Deprecated, Endpoint
from uns.payloads import ValueType, type_in_words

#: The most nodes and the most topics that are listed for one kind of equipment.
MOST_NODES, MOST_TOPICS = 200, 500
#: The most kinds of equipment, and the most contracts, classes, clients and findings each.
MOST_KINDS, MOST_PARTS = 2_000, 2_000

#: The most templates or names in one cell or line.
_SEVERAL = 12

Layout: TypeAlias = Literal["file", "folder"]

# --- equipment that is alike -----------------------------------------------------------------------


@dataclass(slots=True)
class _Equipment:
    """A kind of equipment: the same level and classes, the same topics, the same clients.

    ``topics`` are those of its first node, ``nodes`` has the first topic of each node.
    """

    topics: tuple[TopicEntry, ...]
    nodes: list[TopicEntry] = field(default_factory=list)
    total: int = 0

    @property
    def template(self) -> str:
        """The first node."""
        return _equipment_of(self.topics[0])

    @property
    def more(self) -> str:
        """The number of nodes besides the first, in words."""
        return f" and {self.total - 1:,} more" if self.total > 1 else ""


@dataclass(slots=True)
class _Collected:
    """Everything that one pass over the topics collects."""

    flow: Flow
    equipment: list[_Equipment] = field(default_factory=list)
    kinds: int = 0
    templates: int = 0
    writes: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)


def _collect(catalogue: Catalogue) -> _Collected:
    found = _Collected(Flow(catalogue.clients))
    kinds: dict[object, _Equipment] = {}
    for _, group in itertools.groupby(catalogue.topics(), key=_equipment_of):
        topics = tuple(group)
        found.templates += len(topics)
        for topic in topics:
            found.flow.add(topic)
            found.writes.update(topic.users.publishers)
            found.reads.update(topic.users.subscribers)
        levels = topics[0].equipment
        last = levels[-1] if levels else None
        alike = tuple(_alike(topic, len(levels)) for topic in topics)
        key = (last and (last.what, last.classes), alike)
        kind = kinds.get(key)
        if kind is None:
            found.kinds += 1
            if found.kinds > MOST_KINDS:
                continue
            kind = kinds[key] = _Equipment(topics)
            found.equipment.append(kind)
        kind.total += 1
        if kind.total <= MOST_NODES:
            kind.nodes.append(topics[0])
    return found


def _equipment_of(topic: TopicEntry) -> str:
    return "/".join(level.text for level in topic.equipment)


def _name(topic: TopicEntry, depth: int) -> str:
    """The name of a topic below its equipment, which has ``depth`` levels; ``.`` for the equipment's own topic."""
    return "/".join(level.text for level in topic.levels[depth:]) or "."


def _alike(topic: TopicEntry, depth: int) -> tuple[object, ...]:
    """Everything about a topic except the place of its equipment: equal for all nodes of a kind."""
    endpoint, node = topic.endpoint, topic.node
    words = (node.label, node.description) if depth < len(topic.levels) else None
    alike = (_name(topic, depth), topic.contract, topic.deprecated, topic.users, topic.routes)
    delivery = endpoint.kind, endpoint.retain, endpoint.qos, endpoint.pace
    return (*alike, words, *delivery, endpoint.required)


# --- pages -----------------------------------------------------------------------------------------


class _Section(NamedTuple):
    """The text under one heading; ``path`` is its page in a folder, ``link`` leads there."""

    path: str
    title: str
    link: str
    lines: Iterator[str]


class _Writer:
    """Writes one layout: the pages of a folder know each other's paths, one file has no links."""

    def __init__(self, catalogue: Catalogue, layout: Layout) -> None:
        self.catalogue = catalogue
        self.in_folder = layout == "folder"
        self.losses = Losses(LOSSES)
        self.contracts = catalogue.contracts[:MOST_PARTS]
        self.classes = catalogue.classes[:MOST_PARTS]
        self.clients = catalogue.clients[:MOST_PARTS]
        self.found = _collect(catalogue)
        self._linked = frozenset(self.contracts)

    def write(self, findings: Sequence[Diagnostic]) -> Generated:
        """The files."""
        first = list(self.overview(findings))
        files = self._folder(first) if self.in_folder else self._file(first)
        return Generated(files, tuple(self.losses))

    def _file(self, lines: list[str]) -> dict[str, bytes]:
        for group, sections in self.sections().items():
            if sections:
                lines += _block(f"## {group}")
            for section in sections:
                lines += (*_block(f"### {section.title}"), *section.lines)
        return {"topics.md": _as_file(lines)}

    def _folder(self, lines: list[str]) -> dict[str, bytes]:
        groups = self.sections()
        pages: dict[str, list[str]] = {"index.md": lines}
        lines += _block("## Pages")
        for head, group in (("Equipment", "Topics"), ("Contracts", "Contracts")):
            if groups[group]:
                lines += _block(f"### {head}")
            lines += _block(*(f"- {section.link}" for section in groups[group]))
        lists = [group for group in ("Classes", "Clients") if groups[group]]
        if groups["Contracts"] and lists:
            lines += _block("### Lists")
        lines += _block(*(f"- [{group}](lists/{group.lower()}.md)" for group in lists))
        for group, sections in groups.items():
            for path, title, _, inner in sections:
                is_new = path not in pages
                page = pages.setdefault(path, _block(f"[//]: # ({mark('markdown')})"))
                if is_new:
                    page += _block(f"# {group if group in lists else title}")
                if group in lists:
                    page += _block(f"## {title}")
                page += inner
        return {path: _as_file(pages[path]) for path in sorted(pages)}

    def sections(self) -> dict[str, list[_Section]]:
        """Everything after the overview, by groups of one kind."""
        return {
            "Topics": [self._equipment_section(kind) for kind in self.found.equipment],
            "Contracts": [self._contract_section(contract) for contract in self.contracts],
            "Classes": [
                _Section(
                    "lists/classes.md", prose(entry.declared.name), "", self.class_lines(entry)
                )
                for entry in self.classes
            ],
            "Clients": [
                _Section("lists/clients.md", prose(entry.name), "", self.client_lines(entry))
                for entry in self.clients
            ],
        }

    def _equipment_section(self, kind: _Equipment) -> _Section:
        path = f"equipment/{topic_name(kind.template)}.md"
        title = f"{prose(kind.template) or prose('(no equipment)')}{kind.more}"
        same = f"{kind.more} with the same topics" if kind.more else ""
        link = f"[{code(kind.template)}]({path}){same}"
        return _Section(path, title, link, self.equipment(kind))

    def _contract_section(self, contract: ContractEntry) -> _Section:
        path = f"contracts/{safe_name(contract.key)}.md"
        metric = _metric(contract.metric)
        title = prose(contract.name) + ("" if self.in_folder else metric)
        link = f"[{code(contract.name)}]({path}){metric}"
        return _Section(path, title, link, self.contract_lines(contract))

    def carried(self, contract: ContractEntry) -> str:
        """The payload of a topic, as a link to its page, and the metric inside it."""
        name = code(contract.name)
        if self.in_folder and contract in self._linked:
            name = f"[{name}](../contracts/{safe_name(contract.key)}.md)"
        return f"{name}{_metric(contract.metric)}"

    # --- the first page ----------------------------------------------------------------------------

    def overview(self, findings: Sequence[Diagnostic]) -> Iterator[str]:
        """The facts of the model, and its diagrams."""
        namespace = self.catalogue.namespace
        model = namespace.model
        yield from _block(f"[//]: # ({mark('markdown')})")
        yield from _block(f"# {prose(model.label or model.id or 'Unified Namespace')}")
        if model.description:
            yield from _block(paragraph(model.description))
        yield from _table(("fact", "value"), self._facts(namespace))
        yield from _block("## Equipment hierarchy")
        yield from self._diagram(hierarchy(namespace), "the equipment hierarchy")
        if self.found.templates:
            yield from _block("## From MQTT to Kafka")
            yield from self._diagram(self.found.flow.diagram(), "the way from MQTT to Kafka")
        brokers = self.catalogue.brokers
        if brokers:
            yield from _block("## Brokers")
            yield from _block("Topics that no broker holds have their home at the root.")
            head = (
                "broker",
                "upstream",
                "holds",
                "sends up",
                "gets from above",
                "clients",
                "what it is",
            )
            yield from _table(head, map(_broker_cells, brokers[:MOST_PARTS]))
        open_nodes = self.catalogue.open_nodes
        if open_nodes:
            yield from _block("## Open nodes")
            yield from _block("Below these nodes anything may be published; it is not modelled.")
            yield from _table(
                ("node", "topics", "what it is", "owner", "declared"),
                map(_open_cells, open_nodes[:MOST_PARTS]),
            )
        if findings:
            yield from _block("## Findings")
            yield from _table(
                ("severity", "code", "message", "topic"),
                map(_finding_cells, findings[:MOST_PARTS]),
            )
        for what, there, told in (
            ("kinds of equipment", self.found.kinds, len(self.found.equipment)),
            ("contracts", len(self.catalogue.contracts), MOST_PARTS),
            ("classes", len(self.catalogue.classes), MOST_PARTS),
            ("clients", len(self.catalogue.clients), MOST_PARTS),
            ("brokers", len(brokers), MOST_PARTS),
            ("open nodes", len(open_nodes), MOST_PARTS),
            ("findings", len(findings), MOST_PARTS),
        ):
            left = f"{there - told:,}"
            told_as = f"{left} further {what} are not listed here."
            yield from self._cut(there - told, told_as, f"{left} {what} are not listed")

    def _facts(self, namespace: Facts) -> Iterator[tuple[str, str]]:
        model = namespace.model
        for name, text, write in (
            ("model", model.id, code),
            ("version", model.version, code),
            ("owner", model.owner, prose),
        ):
            if text:
                yield name, write(text)
        kinds = self.found.equipment
        is_open = any(level.count is None for kind in kinds for level in kind.topics[0].equipment)
        more = " and those of open sets" if is_open else ""
        yield "topics", f"{namespace.count(open='skip'):,}{more}"
        yield "topic templates", f"{self.found.templates:,}"
        if self.catalogue.open_nodes:
            yield "open nodes", f"{len(self.catalogue.open_nodes):,}, with any topic below them"
        yield "contracts in use", f"{len(self.catalogue.contracts):,}"
        yield "classes", f"{len(self.catalogue.classes):,}"
        yield "clients", f"{len(self.catalogue.clients):,}"
        mapping = namespace.kafka.mapping
        default = f"; {BY_DEFAULT}" if self.catalogue.kafka_by_default else ""
        topics = code(f"{mapping.prefix}.*")
        yield "Kafka topics", f"{topics}, the record key is {_key(mapping.key)}{default}"

    def _diagram(self, diagram: Diagram, what: str) -> Iterator[str]:
        yield from _block("```mermaid", *diagram.lines, "```")
        if diagram.is_cut:
            self._lose("X401", f"the diagram of {what} shows only a part of the model")

    def _cut(self, number: int, told: str, lost: str, subject: str = "") -> list[str]:
        """A line about the ``number`` things that are left out, if there are any."""
        if number <= 0:
            return []
        self._lose("X402", lost, subject)
        return _block(told)

    def _lose(self, code_: str, message: str, subject: str = "") -> None:
        self.losses.add(code_, subject, message, "`uns export topics-json` has all of them")

    # --- equipment ---------------------------------------------------------------------------------

    def equipment(self, kind: _Equipment) -> Iterator[str]:
        """The topics of one kind of equipment, and its nodes."""
        levels = kind.topics[0].equipment
        if levels:
            yield from _block(" / ".join(map(_crumb, levels)))
        topics = kind.topics[:MOST_TOPICS]
        users = ("published by", "read by") if self.catalogue.clients else ()
        yield from _table(
            ("topic", "carries", "sent", *users, "what it is"),
            (self._topic_cells(topic, len(levels)) for topic in topics),
        )
        at = ("brokers",) if self.catalogue.brokers else ()
        yield from _table(
            ("topic", "example and filter", *at, "Kafka topic", "partition"),
            (_address_cells(topic, len(levels)) for topic in topics),
        )
        template, more = kind.template, len(kind.topics) - MOST_TOPICS
        lost = f"{more:,} topics of {template} are not listed"
        yield from self._cut(more, f"and {more:,} more topics.", lost, template)
        head = ("equipment", "what it is", "nodes", "owner", "declared")
        yield from _table(head, map(_node_cells, kind.nodes))
        more = kind.total - MOST_NODES
        lost = f"{more:,} nodes with the topics of {template} are not listed"
        yield from self._cut(more, f"and {more:,} more with the same topics.", lost, template)

    def _topic_cells(self, topic: TopicEntry, depth: int) -> Sequence[str]:
        users = topic.users if self.catalogue.clients else ()
        # The words of the equipment's own topic are those of the equipment, listed with its nodes.
        words = (topic.node.label, topic.node.description) if depth < len(topic.levels) else ()
        said = _about(*words, required=topic.endpoint.required, deprecated=topic.deprecated)
        carried, sent = self.carried(topic.contract), _delivery(topic.endpoint)
        return code(_name(topic, depth)), carried, sent, *map(_join, users), said

    # --- contracts, classes, clients ---------------------------------------------------------------

    def contract_lines(self, contract: ContractEntry) -> Iterator[str]:
        """The fields of a message, and an example."""
        if contract.description:
            yield from _block(paragraph(contract.description))
        if contract.metric is not None:
            yield from _block(f"Wraps a{_metric(contract.metric)}.")
        yield from _table(("fact", "value"), ((name, code(said)) for name, said in contract.form))
        if contract.is_foreign:
            yield from _block("A JSON Schema describes its fields:")
            yield from _block("```json", json_block(contract.schema()), "```")
        else:
            head = ("field", "type", "unit", "limits", "presence", "what it is")
            yield from _table(head, map(_field_cells, contract.fields))
        if contract.no_example is None and contract.is_text:
            yield from _block(f"A valid message: {code(contract.text)}")
        elif contract.no_example is None:
            yield from _block("A valid message:")
            yield from _block("```json", json_block(contract.example), "```")

    def class_lines(self, entry: ClassEntry) -> Iterator[str]:
        """A class with its topics and parts."""
        if entry.declared.notes.description:
            yield from _block(paragraph(entry.declared.notes.description))
        yield from _table(("fact", "value"), _class_facts(entry))
        properties = entry.declared.properties.items()
        rows = ((code(name), prose(type_in_words(value))) for name, value in properties)
        yield from _table(("property", "type"), rows)
        head = ("carries", "sent", "from", "what it is")
        topics = ((code(topic.endpoint.key), *self._class_topic(topic)) for topic in entry.topics)
        yield from _table(("topic", *head), topics)
        yield from _table(
            ("part", "level", "classes", "number", "what it is"), map(_part_cells, entry.parts)
        )
        topics = (
            (code(f"{part.path}/{topic.endpoint.key}"), *self._class_topic(topic))
            for part in entry.parts
            for topic in part.topics
        )
        yield from _table(("topic of a part", *head), topics)

    def _class_topic(self, topic: ClassTopic) -> Sequence[str]:
        endpoint, notes = topic.endpoint, topic.endpoint.notes
        declared_by = prose(", ".join(endpoint.declared_by))
        said = _about(notes.label, notes.description, deprecated=notes.deprecated)
        return self.carried(topic.contract), _delivery(endpoint), declared_by, said

    def client_lines(self, entry: Client) -> Iterator[str]:
        """The filters of a client."""
        if entry.description:
            yield from _block(paragraph(entry.description))
        rows = [("label", prose(entry.label or "")), ("owner", prose(entry.owner or ""))]
        if entry.via is Via.KAFKA:
            rows.append(
                ("connects to", f"Kafka, with the consumer group {code(entry.group or '')}")
            )
        elif entry.broker is not None:
            rows.append(("connects to", f"broker {prose(entry.broker)}"))
        if entry.user != entry.name:
            rows.append(("user", code(entry.user)))
        for verb, filters, counted in (
            ("publishes to", entry.publish, self.found.writes),
            ("subscribes to", entry.subscribe, self.found.reads),
        ):
            templates = in_words(counted[entry.name], "topic template")
            shown = _join(filters, code)
            rows.append((verb, f"{shown}: {templates}" if shown else ""))
        yield from _table(("fact", "value"), (row for row in rows if row[1]))


# --- cells -----------------------------------------------------------------------------------------


def _finding_cells(found: Diagnostic) -> Sequence[str]:
    topic = code(found.path) if found.path else ""
    return str(found.severity), code(found.code), cell(found.message), topic


def _open_cells(entry: OpenEntry) -> Sequence[str]:
    node = entry.node
    said = _about(node.label, node.description)
    source = code(entry.source) if entry.source else ""
    return code(entry.template.text), code(entry.filter), said, cell(node.owner), source


def _crumb(level: LevelEntry) -> str:
    """A level with its equipment level and classes."""
    classes = f" {prose(', '.join(level.classes))}" if level.classes else ""
    return f"{code(level.text)} ({code(level.what)}{classes})"


def _address_cells(topic: TopicEntry, depth: int) -> Sequence[str]:
    name = code(_name(topic, depth))
    where = code(topic.example) if topic.example is not None else "no topic"
    if topic.filter != topic.example:
        where = f"{where}, {code(topic.filter)}"
    at = (_brokers(topic),) if topic.routes else ()
    kafka = topic.kafka
    if kafka.topic is None:
        return name, where, *at, cell(kafka.refusal), ""
    address = code(kafka.topic)
    if kafka.pattern != kafka.topic:
        many = "without end" if kafka.topics is None else f"{kafka.topics:,}"
        address = f"{address}, one of {code(kafka.pattern or '')} ({many})"
    last = (kafka.partitions or 1) - 1
    return name, where, *at, address, f"{kafka.partition} (0 to {last})"


def _brokers(topic: TopicEntry) -> str:
    """The brokers that see a topic, its home first."""
    homes = [f"{prose(name)} (home)" for name in topic.homes]
    return ", ".join([*homes, *(prose(b) for b in topic.brokers if b not in topic.homes)])


def _broker_cells(entry: BrokerEntry) -> Sequence[str]:
    broker = entry.broker
    filters = [_join(each, code) for each in (broker.holds, entry.up, entry.down)]
    upstream = prose(broker.upstream) if broker.upstream else "the root"
    return prose(broker.name), upstream, *filters, _join(entry.clients), cell(broker.description)


def _node_cells(topic: TopicEntry) -> Sequence[str]:
    """The equipment whose topic this is."""
    levels = topic.equipment
    owner, template = cell(topic.node.owner), code(_equipment_of(topic))
    if not levels:
        return template, "", _number(levels), owner, ""
    last = levels[-1]
    source = code(last.source) if last.source else ""
    words = _about(last.node.label, last.node.description)
    return template, words, _number(levels), owner, source


def _number(levels: Iterable[LevelEntry]) -> str:
    """The number of nodes that the levels make; for open sets, their patterns and exceptions."""
    count = 1
    for level in levels:
        if level.count is None:
            break
        count *= level.count
    else:
        return f"{count:,}"
    named = [
        f"{code(f'{{{name}}}')} like {code(pattern)}{_except(level.less)}"
        for level in levels
        for name, pattern in level.patterns.items()
    ]
    return ", ".join(["open set", *named])


def _except(less: Sequence[str]) -> str:
    """What is beside an open set, in words."""
    if not less:
        return ""
    more = f" and {len(less) - _SEVERAL:,} more" if len(less) > _SEVERAL else ""
    return f" except {', '.join(map(code, less[:_SEVERAL]))}{more}"


def _field_cells(row: FieldRow) -> Sequence[str]:
    presence = "required" if row.required else "optional"
    if not row.required and row.default is not None:
        presence = f"optional, else {code(str(row.default))}"
    unit = code(row.unit) if row.unit else ""
    return code(row.path), row.type, unit, cell(row.limits), presence, cell(row.description)


def _part_cells(part: ClassPart) -> Sequence[str]:
    count = "open set" if part.count is None else f"{part.count:,}"
    said = _about(part.label, part.description)
    return code(part.path), prose(part.level.name), _join(part.classes), count, said


def _class_facts(entry: ClassEntry) -> Iterator[tuple[str, str]]:
    declared, notes = entry.declared, entry.declared.notes
    facts = {
        "label": prose(notes.label or ""),
        "owner": prose(notes.owner or ""),
        "equipment level": prose(declared.level.name) if declared.level else "",
        "abstract": "only to be extended: no node may use it" if declared.abstract else "",
        "extends": _join(declared.ancestors),
        "extended by": _join(entry.descendants),
        "required topics": ", ".join(map(code, declared.required)),
        "deprecated": _deprecation(notes.deprecated),
    }
    yield from ((fact, value) for fact, value in facts.items() if value)
    nodes = "an open set of" if entry.nodes is None else f"{entry.nodes:,}"
    places = in_words(entry.templates, "place")
    yield "nodes", f"{nodes}, declared in {places}" if entry.templates else "none"
    if entry.source:
        yield "declared", code(entry.source)


# --- words -----------------------------------------------------------------------------------------


def _metric(metric: ValueType | None) -> str:
    """The type of the value inside a message, behind a space."""
    return f" {prose(type_in_words(metric))}" if metric is not None else ""


def _delivery(endpoint: Endpoint) -> str:
    retained = "retained" if endpoint.retain else "not retained"
    said = [str(endpoint.kind), retained, f"QoS {endpoint.qos}", endpoint.pace]
    return ", ".join(filter(None, said))


def _about(*texts: str | None, required: bool = False, deprecated: Deprecated | None = None) -> str:
    """Label, description, and whether it is required or deprecated."""
    said = [*(prose(text) for text in texts if text), "Required." if required else ""]
    return " ".join(filter(None, [*said, _deprecation(deprecated)]))


def _deprecation(deprecated: Deprecated | None) -> str:
    if deprecated is None:
        return ""
    said = "Deprecated"
    if deprecated.since:
        said += f" since {prose(deprecated.since)}"
    if deprecated.until:
        said += f", removed in {prose(deprecated.until)}"
    if deprecated.replaced_by:
        said += f", replaced by {code(deprecated.replaced_by)}"
    return f"{said}."


def _key(key: str) -> str:
    return "the whole MQTT topic" if key == "full" else "the levels after those of the Kafka topic"


def _join(names: Sequence[str], shown: Callable[[str], str] = prose) -> str:
    more = f" and {len(names) - _SEVERAL:,} more" if len(names) > _SEVERAL else ""
    return ", ".join(map(shown, names[:_SEVERAL])) + more


# --- lines -----------------------------------------------------------------------------------------


def _block(*lines: str) -> list[str]:
    """Lines that belong together, with an empty one after them."""
    return [*lines, ""] if lines else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; a cell is never empty, so that no renderer drops it."""
    lines = [f"| {' | '.join(text or ' ' for text in row)} |" for row in rows]
    if not lines:
        return []
    return _block(f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines)


def _as_file(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines).rstrip() + "\n").encode()


# --- the target ------------------------------------------------------------------------------------


def generate(
    namespace: Namespace, layout: Layout = "file", findings: Sequence[Diagnostic] = ()
) -> Generated:
    """One file or a folder of pages; ``findings`` are listed on the first page."""
    return _Writer(Catalogue(namespace), layout).write(findings)


LOSSES = {
    "X401": ("cut-diagram", "A diagram shows only a part of the model; the tables show all of it."),
    "X402": ("cut-table", "A table shows its first rows; topics.json has all of them."),
}

TARGET = Target(
    "Markdown with Mermaid diagrams, for wikis and repositories.",
    generate,
    {
        "layout": one_of("one file, or a folder with a page for each part", "file", "folder"),
        "findings": FINDINGS,
    },
    LOSSES,
)
