"""Rules of family H: the shape of the tree, and what is missing in it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import NamedTuple

from uns.counts import in_words
from uns.diagnostics import Severity, near
from uns.linting.rule import Finding, rule
from uns.linting.spellings import describe
from uns.linting.surveys import Survey, Written
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import (
    Endpoint,
    EquipmentClass,
    EquipmentType,
    Members,
    Origin,
    Place,
    PlaceKind,
    fold,
)
from uns.topics.templates import Name, Segment

# --- the shape of the tree -------------------------------------------------------------------------


@rule("H101", "topic-with-topics-below", Severity.WARNING)
def topic_with_topics_below(survey: Survey) -> Iterator[Finding]:
    """A topic carries a payload and has further topics below it.

    The `_info` that `defaults.info` gives to every node does not count.

    Why:
        MQTT allows it. Brokers and tools that show topics as folders and files do not: some
        refuse the payload, some let the folder replace the value.

    Example:
        sites: {lyon: {metrics: {energy: {type: number}, energy/day: {type: number}}}}

    Instead:
        sites: {lyon: {metrics: {energy/now: {type: number}, energy/day: {type: number}}}}
    """
    seen: set[int] = set()
    for member in survey.members:
        endpoint = member.place.endpoint
        if endpoint is None or id(endpoint) in seen or not _has_own(member.place.members):
            continue
        seen.add(id(endpoint))
        what = f"the topic of {describe(member)}" if member.is_equipment else describe(member)
        yield Finding(
            f"{what} carries {endpoint.contract.name} and has topics below it",
            (endpoint.origin or member.origin).span,
            "move the payload to a topic below, such as `state`",
            path=member.path,
        )


def _has_own(members: Members) -> bool:
    """True if ``members`` has anything besides what the model gives to every node."""
    return any(not _is_by_default(place) for place in members)


def _is_by_default(place: Place) -> bool:
    return place.endpoint is not None and place.endpoint.is_info


@rule("H102", "open-set-takes-anything", Severity.WARNING)
def open_set_takes_anything(survey: Survey) -> Iterator[Finding]:
    """The pattern of an open set is too wide: it allows blank names, or the topic level of an aspect.

    Why:
        A mistyped topic should be unknown. With `pattern: ".*"` it counts as a new serial
        number: `uns topic check` accepts it, and consumers show a machine that does not exist.

    Example:
        work_cells: {"{serial}": {pattern: ".*"}}

    Instead:
        work_cells: {"{serial}": {pattern: "[A-Z]{2}[0-9]{6}"}}
    """
    for member in survey.members:
        segment = member.place.segment
        wrong = _wrongly_allowed(survey.namespace, segment) if segment.name else iter(())
        for name in islice(wrong, 1):
            yield Finding(
                f"the open set {segment.text!r} allows {name}",
                member.origin.span,
                "describe the names more exactly in `pattern`, such as '[A-Z]{2}[0-9]{6}'",
                path=member.path,
            )


def _wrongly_allowed(namespace: Namespace, segment: Segment) -> Iterator[str]:
    for pattern in (part.pattern for part in segment.parts if isinstance(part, Name)):
        if pattern is None or pattern.matches(""):
            yield "an empty name"
        elif pattern.matches(" "):
            yield "a blank name"
    for aspect, level in namespace.aspects.items():
        if segment.match(level) is not None:
            yield f"{level!r}, the topic level of aspect {aspect!r}"


#: Keys of a node that hold mappings, as levels do.
_SECTIONS = frozenset({"metrics", "topics", "properties"})


@rule("H103", "node-named-as-key", Severity.WARNING)
def node_named_as_key(survey: Survey) -> Iterator[Finding]:
    """A node has the name of an equipment level, such as `areas` or `unit`, or is called `metrics`.

    The name of its own level is no finding, as in the area `area`, and of a level that it holds.

    Why:
        Nearly always a key is indented too little: then `areas:` is one more site beside `lyon`,
        and not the areas of `lyon`. A node may have such a name; then ignore the finding.

    Example:
        sites: {lyon: {}, areas: {}}

    Instead:
        sites: {lyon: {areas: {}}}
    """
    levels = survey.namespace.levels.by_key
    for member in survey.members:
        name, type_ = member.place.segment.literal, member.place.type
        if type_ is None or name is None or not (name in levels or name in _SECTIONS):
            continue
        held = {place.type.level for place in member.place.members if place.type is not None}
        is_own = levels.get(name) == type_.level and name != type_.level.plural
        if is_own or levels.get(name) in held:
            continue
        yield Finding(
            f"{describe(member)} has the name of a key of the model file",
            member.origin.span,
            f"to declare `{name}:` of the node above, indent it under that node",
            path=member.path,
        )


# --- required topics -------------------------------------------------------------------------------


class Lacking(NamedTuple):
    """A node, or a family of nodes as one template, and a required topic that it does not have.

    Where nodes share it as a part of their class, it is the first of them.
    """

    node: Node
    key: str


def find_lacking(survey: Survey) -> Iterator[Lacking]:
    r"""Find the nodes that lack a topic which they, their level or a class list as required.

    An endpoint that says ``required: true`` itself exists wherever its level or
    class does, so it is never missing.

    >>> import uns
    >>> ns = uns.loads('''
    ... uns: 1
    ... levels: {work_cell: {required: [state]}}
    ... sites: {lyon: {lines: {line1: {cells: {"cell[1..3]": {}}}}}}
    ... ''')
    >>> [(found.node.template.text, found.key) for found in find_lacking(Survey(ns))]
    [('lyon/line1/cell[1..3]', 'state')]
    """
    known: dict[object, tuple[str, ...]] = {}
    for node in survey.equipment:
        if not node.required:
            continue
        # Nodes of one class share what they require and what they have, so that is looked at once.
        place = node.places[-1]
        shared = place.type, place.members
        if shared not in known:
            known[shared] = tuple(_missing(survey.namespace, node))
        for key in known[shared]:
            yield Lacking(node, key)


def _missing(namespace: Namespace, node: Node) -> Iterator[str]:
    endpoints = [found.endpoint for found in node.own_endpoints(expand=False)]
    has = {spelling for endpoint in endpoints if endpoint for spelling in _spellings(endpoint)}
    for key in node.required:
        if key not in has and not _is_in_a_family(namespace, node, key):
            yield key


def _spellings(endpoint: Endpoint) -> Iterator[str]:
    """The names a model may use for an endpoint: with its aspect, or as it is declared."""
    yield endpoint.key
    if endpoint.origin is not None:
        yield endpoint.origin.key


def _is_in_a_family(namespace: Namespace, node: Node, key: str) -> bool:
    """True if ``key`` is one topic of a family, such as ``zone1/speed`` of ``zone[1..4]/speed``."""
    aspect, colon, leaf = key.rpartition(":")
    levels = [namespace.aspects.get(aspect, aspect)] if colon else []
    members = node.places[-1].members
    place = None
    for level in (*levels, *leaf.split("/")):
        place = members.find(level)
        if place is None or place.type is not None:
            return False
        members = place.members
    return place is not None and place.endpoint is not None


@rule("H201", "missing-required-topic", Severity.WARNING)
def missing_required_topic(survey: Survey) -> Iterator[Finding]:
    """A node lacks a topic that it, its equipment level or its class lists under `required`.

    Why:
        Consumers rely on required topics and subscribe without checking that they exist. A
        dashboard then stays empty, without an error.

    Example:
        levels: {work_cell: {required: [state]}}
        sites: {lyon: {lines: {line1: {cells: {oven: {}}}}}}

    Instead:
        levels: {work_cell: {required: [state]}}
        sites: {lyon: {lines: {line1: {cells: {oven: {topics: {state: {payload: info/1}}}}}}}}
    """
    namespace = survey.namespace
    for node, key in find_lacking(survey):
        by = next((c for c in _lineage(namespace, node) if key in c.required), None)
        asks = f"class {by.name}" if by else "its equipment level or the node itself"
        place = by.origin.span if by and by.origin else None
        yield Finding(
            f"{node.equipment_level} {node.name!r} has no topic {key!r}, which {asks} requires",
            node.span,
            f"declare {key!r} under `topics:` or `metrics:`, or remove it from `required`",
            ((place, "required of this class"),) if place else (),
            node.template.text,
        )


def _lineage(namespace: Namespace, node: Node) -> Iterator[EquipmentClass]:
    """The classes of a node and all they extend, the most general first."""
    for class_ in node.classes:
        yield from (namespace.classes[name] for name in reversed(class_.ancestors))
        yield class_


# --- what is declared and not used -----------------------------------------------------------------


def _own_files(survey: Survey) -> set[str]:
    """The files that belong to this model alone: the main one, and those with a part of its tree.

    The declarations of other files may be meant for other models.
    """
    equipment = (member.origin for member in survey.members if member.is_equipment)
    files = {place.source.name for origin in equipment for place in origin.places}
    main = {source.name for source in survey.namespace.sources[:1]}
    return (files | main) - survey.namespace.libraries


def _types(survey: Survey) -> list[tuple[EquipmentType, Written]]:
    """The types of the nodes (level and classes), each with the first node that has it."""
    found: dict[EquipmentType, Written] = {}
    for member in survey.members:
        if member.place.type is not None:
            found.setdefault(member.place.type, member)
    return list(found.items())


@rule("H202", "unused-class", Severity.WARNING)
def unused_class(survey: Survey) -> Iterator[Finding]:
    """No node has a class, and no other class extends it.

    Deprecated classes are not reported, nor are those of an included file without equipment,
    which may be meant for other models.

    Why:
        Readers think that the plant has such equipment. Often the node that should have the class
        names another one.

    Example:
        classes: {Filler: {level: work_cell}, Capper: {level: work_cell}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}

    Instead:
        classes: {Filler: {level: work_cell}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}
    """
    types = survey.once(_types)
    if not types:
        return
    files = _own_files(survey)
    classes = survey.namespace.classes
    used = {class_.name for type_, _ in types for class_ in type_.classes}
    used |= {name for class_ in classes.values() for name in class_.ancestors}
    for class_ in classes.values():
        origin = class_.origin
        if class_.name in used or class_.notes.deprecated is not None or origin is None:
            continue
        if origin.source.name in files:
            yield Finding(
                f"no node has class {class_.name!r}, and no class extends it",
                origin.span,
                "give it to a node, deprecate it, or remove it",
                path=f"class {class_.name}",
            )


@rule("H204", "class-without-nodes", Severity.INFO)
def class_without_nodes(survey: Survey) -> Iterator[Finding]:
    """No node has a class, only classes that extend it, and it does not say `abstract: true`.

    Why:
        Without `abstract: true` a node may get the general class by mistake, and then lacks half
        of its topics.

    Example:
        classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}

    Instead:
        classes: {Machine: {level: work_cell, abstract: true}, Filler: {extends: Machine}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}
    """
    classes = survey.namespace.classes
    had = {class_.name for type_, _ in survey.once(_types) for class_ in type_.classes}
    used = {name for known in had for name in classes[known].ancestors}
    for name, class_ in classes.items():
        if name in used and name not in had and not class_.abstract:
            yield Finding(
                f"no node has class {name!r} itself, only classes that extend it",
                class_.origin.span if class_.origin else None,
                "say `abstract: true`",
                path=f"class {name}",
            )


@rule("H205", "redundant-class", Severity.WARNING)
def redundant_class(survey: Survey) -> Iterator[Finding]:
    """A node lists a class and one that extends it: `class: [Machine, Filler]`.

    Why:
        The second includes the first. Readers look in vain for what the first adds.

    Example:
        classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: [Machine, Filler]}}}}}}

    Instead:
        classes: {Machine: {level: work_cell}, Filler: {extends: Machine}}
        sites: {lyon: {lines: {line1: {cells: {filler: {class: Filler}}}}}}
    """
    for type_, member in survey.once(_types):
        for class_ in type_.classes:
            by = next((other for other in type_.classes if class_.name in other.ancestors), None)
            if by is not None:
                yield Finding(
                    f"{describe(member)} has class {class_.name!r}, which {by.name!r} already includes",
                    member.origin.span,
                    f"leave {class_.name} out",
                    path=member.path,
                )


@rule("H301", "silent-equipment", Severity.WARNING)
def silent_equipment(survey: Survey) -> Iterator[Finding]:
    """Equipment has no topics, neither itself nor below it.

    The `_info` that `defaults.info` gives to every node does not count. Equipment that is `open`
    or deprecated is not reported, nor is equipment that lacks a required topic, which has a
    rule for itself.

    Why:
        The equipment is in the tree but never publishes. Usually its class was forgotten, and a
        dashboard that is built from the model stays empty.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}, areas: {filling: {}}}}

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}, areas: {filling: {metrics: {power: {type: number}}}}}}
    """
    known: dict[Members, bool] = {}

    def is_silent(place: Place) -> bool:
        return not (_is_heard(place) or fold(place.members, _is_any_heard, known))

    for group, members in zip(survey.groups, survey.written, strict=True):
        # What is below a silent or an open place is judged with it.
        if any(place.open for place in group.path) or (
            group.path and group.path[-1].type and is_silent(group.path[-1])
        ):
            continue
        silent = [member for member in members if member.is_equipment and is_silent(member.place)]
        if silent:
            yield _silent(silent)


def _silent(members: list[Written]) -> Finding:
    first, *rest = members
    listed = ", ".join(repr(member.place.segment.text) for member in rest[:_SEVERAL])
    more = f" and {len(rest) - _SEVERAL:,} more" if len(rest) > _SEVERAL else ""
    beside = f"; the same is true of {listed}{more} beside it" if rest else ""
    return Finding(
        f"{describe(first)} has no topics, itself or below it{beside}",
        first.origin.span,
        "give it a class or topics, or say `open: true` if they are not known yet",
        path=first.path,
    )


#: Most siblings that one finding lists.
_SEVERAL = 5


def _is_heard(place: Place) -> bool:
    """True if a place has a topic, may have topics that are not modelled, or has a reason to have none."""
    return (
        place.open
        or (place.endpoint is not None and not _is_by_default(place))
        or _is_deprecated(place)
        # Its missing topics are reported already, one by one.
        or bool(place.type and place.type.required)
    )


def _is_any_heard(members: Members) -> Generator[Members, bool, bool]:
    """For ``fold``: true if :func:`_is_heard` holds for a place among ``members`` or below."""
    for place in members:
        if _is_heard(place) or (yield place.members):
            return True
    return False


def _is_deprecated(place: Place) -> bool:
    notes = (place.notes, place.type.notes) if place.type else (place.notes,)
    return any(note.deprecated is not None for note in notes)


@rule("H302", "needless-free-containment", Severity.INFO)
def needless_free_containment(survey: Survey) -> Iterator[Finding]:
    """The model says `containment: free`, but its equipment levels follow ISA-95 anyway.

    Why:
        Free containment accepts a site below a work cell. As long as strict containment fits,
        it finds such mistakes when the model is loaded.

    Example:
        topic: {containment: free}
        sites: {lyon: {areas: {filling: {}}}}

    Instead:
        sites: {lyon: {areas: {filling: {}}}}
    """
    namespace = survey.namespace
    if namespace.is_strict:
        return
    for group in survey.groups:
        above = group.path[-1].type if group.path else None
        parent = above.level if above else None
        for place in group.members:
            if place.type and not namespace.levels.may_hold(parent, place.type.level):
                return
    yield Finding(
        "all equipment levels follow ISA-95, so containment need not be free",
        namespace.locate("topic", "containment"),
        "remove `containment: free`",
    )


@rule("H303", "open-node", Severity.INFO, default=False)
def open_node(survey: Survey) -> Iterator[Finding]:
    """A node is open: anything below it is legal and has no contract.

    Off by default: `open: true` lets you model a plant step by step. Select the rule to list
    what is left to do.

    Why:
        Nothing below is checked, documented or compared.

    Example:
        sites: {lyon: {areas: {pilot: {open: true}}}}

    Instead:
        sites: {lyon: {areas: {pilot: {metrics: {power: {type: number}}}}}}
    """
    for member in survey.members:
        if member.place.open:
            yield Finding(
                f"anything below {describe(member)} is legal and has no contract",
                member.origin.span,
                "model what is published there, then remove `open: true`",
                path=member.path,
            )


# --- properties and owners -------------------------------------------------------------------------


@rule("H501", "undeclared-property", Severity.WARNING)
def undeclared_property(survey: Survey) -> Iterator[Finding]:
    """A node has a property that its classes do not declare, though they declare others.

    Why:
        Its type is not checked. Usually the name is misspelled, and consumers ask for the
        declared name.

    Example:
        classes: {Tank: {level: storage_unit, properties: {volume: {type: number, unit: L}}}}
        storage_units: {tank1: {class: Tank, properties: {volumne: 4000}}}

    Instead:
        classes: {Tank: {level: storage_unit, properties: {volume: {type: number, unit: L}}}}
        storage_units: {tank1: {class: Tank, properties: {volume: 4000}}}
    """
    for member in survey.members:
        place = member.place
        if not place.notes.properties or place.type is None:
            continue
        declared = {name for class_ in place.type.classes for name in class_.properties}
        for name in place.notes.properties if declared else ():
            if name not in declared:
                close = near(name, sorted(declared))
                yield Finding(
                    f"no class of {describe(member)} declares a property {name!r}",
                    member.origin.span,
                    f"did you mean {close!r}?"
                    if close
                    else "declare it under `properties:` of the class",
                    path=member.path,
                )


@rule("H502", "no-owner", Severity.INFO, default=False)
def no_owner(survey: Survey) -> Iterator[Finding]:
    """Topics have no owner, neither on the topic nor on a node above it.

    Off by default: not every plant keeps owners in the model.

    Why:
        When a topic falls silent, or has to change, there is no one to ask.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}

    Instead:
        sites: {lyon: {owner: energy@acme.example, metrics: {power: {type: number}}}}
    """
    found: dict[Origin, tuple[Written, int]] = {}
    tops = {member.place: member for member in _topmost(survey)}
    for endpoint, node, _ in survey.endpoints:
        if endpoint.is_info or endpoint.notes.owner or node.owner:
            continue
        top = next((tops[place] for place in node.places if place in tops), None)
        if top is not None:
            _, count = found.get(top.origin, (top, 0))
            found[top.origin] = (top, count + 1)
    for top, count in found.values():
        verb = "has" if count == 1 else "have"
        yield Finding(
            f"{in_words(count, 'topic')} at or below {describe(top)} {verb} no owner",
            top.origin.span,
            "say `owner:` at the node: it holds for everything below",
            path=top.path,
        )


def _topmost(survey: Survey) -> Iterator[Written]:
    """The equipment at the top: no other equipment is above it."""
    for group, members in zip(survey.groups, survey.written, strict=True):
        if not any(place.kind is PlaceKind.EQUIPMENT for place in group.path):
            yield from (member for member in members if member.is_equipment)
