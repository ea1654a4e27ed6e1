"""Equipment classes resolved: what a class, its parents and a level say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uns.diagnostics import Span, did_you_mean
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading.faults import Faults
from uns.loading.finisher import deprecation
from uns.loading.inheritance import NO_DRAFTS, Drafts, Said, join, refine, report_conflict
from uns.loading.model_format import ClassDeclaration, Contract, LevelDeclaration, span_at
from uns.loading.value_types import value_type
from uns.loading.yaml_events import Map
from uns.model.tree import NO_NOTES, EquipmentClass, Notes, Origin
from uns.payloads import ValueType

__all__ = ["ClassResolver", "DeclaredClass", "DeclaredLevel", "Resolved", "report_unknown_level"]

#: Most classes that one class refines, directly or not.
MAX_ANCESTORS = 256


class DeclaredClass(NamedTuple):
    """A class as one file declares it; ``place`` is its mapping.

    It is not ``whole`` when the file holds no mapping there.
    """

    declaration: ClassDeclaration
    place: Map
    origin: Origin
    whole: bool = True


class DeclaredLevel(NamedTuple):
    """A contract for all nodes of a level, as one file declares it."""

    declaration: LevelDeclaration
    place: Map


@dataclass(slots=True, eq=False)
class Resolved:
    """What a class, or the level and the classes of a node, say together.

    It is not ``whole`` when some of it does not exist or could not be read.
    """

    drafts: Drafts = field(default_factory=lambda: NO_DRAFTS)
    properties: Drafts = field(default_factory=lambda: NO_DRAFTS)
    payload: Said | None = None
    required: tuple[str, ...] = ()
    notes: Notes = NO_NOTES
    children: tuple[Map, ...] = ()
    whole: bool = True


@dataclass(slots=True)
class ClassResolver:
    """The classes of one model, each resolved once."""

    levels: EquipmentLevels
    classes: Mapping[str, DeclaredClass]
    contracts: Mapping[str, DeclaredLevel]
    faults: Faults
    made: dict[str, EquipmentClass] = field(default_factory=dict)
    _resolved: dict[str, Resolved] = field(default_factory=dict)
    _circular: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in self._in_order():
            if name not in self._circular:
                self._resolve(name)

    def of_class(self, name: str) -> Resolved:
        """What one class says together with those it extends."""
        return self._resolved[name]

    def of_node(self, level: EquipmentLevel, names: tuple[str, ...]) -> Resolved:
        """What the contract of a level and a list of classes say together."""
        parts = [(f"class {name}", self._resolved[name]) for name in names]
        contract = self.contracts.get(level.name)
        if contract is not None:
            by = f"level {level.name}"
            parts.insert(
                0, (by, self.refined(Resolved(), contract.declaration, contract.place, by))
            )
        return self._join(parts)

    def _in_order(self) -> Iterator[str]:
        """Every class after the ones it extends, without recursion."""
        done: set[str] = set()
        for first in self.classes:
            stack: list[tuple[str, Iterator[str]]] = []
            open_: dict[str, None] = {}
            if first not in done:
                stack.append((first, iter(self._parents(first))))
                open_[first] = None
            while stack:
                name, parents = stack[-1]
                parent = next(parents, None)
                if parent is None:
                    stack.pop()
                    del open_[name]
                    done.add(name)
                    yield name
                elif parent in open_:
                    self._circle(name, [*list(open_)[list(open_).index(parent) :], parent])
                elif parent not in done:
                    stack.append((parent, iter(self._parents(parent))))
                    open_[parent] = None

    def _parents(self, name: str) -> list[str]:
        """The classes that ``name`` extends, as far as they exist."""
        declared = self.classes[name]
        known = []
        for index, parent in enumerate(declared.declaration.extends or ()):
            if parent in self.classes:
                known.append(parent)
            else:
                self.no_class(parent, declared.place, "extends", index)
        return known

    def no_class(self, name: str, place: Map, key: str, index: int) -> None:
        """Report that ``name``, the ``index``-th class under ``key`` of ``place``, does not exist."""
        help_ = did_you_mean(name, self.classes, "declare it under `classes:`")
        message = f"no class {name!r} is declared"
        self.faults.add("M301", message, span_at(place, (key, index)), help=help_)

    def _circle(self, name: str, chain: list[str]) -> None:
        self._circular.update(chain)
        declared = self.classes[name]
        index = (declared.declaration.extends or []).index(chain[-1])
        span = span_at(declared.place, ("extends", index))
        self.faults.add("M305", f"class {name!r} extends itself: {' > '.join(chain)}", span)

    def _resolve(self, name: str) -> None:
        declared = self.classes[name]
        said = declared.declaration
        parents = [p for p in said.extends or () if p in self._resolved]
        base = self._join([(f"class {parent}", self._resolved[parent]) for parent in parents])
        if len(parents) < len(said.extends or ()) or not declared.whole:
            base = replace(base, whole=False)
        by = f"class {name}"
        level = self._class_level(declared, parents)
        ancestors = tuple(
            dict.fromkeys(a for parent in parents for a in (parent, *self.made[parent].ancestors))
        )
        if len(ancestors) > MAX_ANCESTORS:
            self._circular.add(name)
            message = f"class {name!r} has more than {MAX_ANCESTORS} classes above it"
            self.faults.add("M107", message, declared.origin.span)
            return
        children = declared.place.get("children")
        properties = _map(declared.place, "properties")
        resolved = replace(
            self.refined(base, said, declared.place, by),
            properties=refine(
                base.properties, said.properties, "property", by, properties, self.faults
            ),
            notes=_overlay(base.notes, _notes(said)),
            children=(*base.children, *((children,) if isinstance(children, Map) else ())),
        )
        self._resolved[name] = resolved
        self.made[name] = EquipmentClass(
            name,
            level,
            ancestors,
            bool(said.abstract),
            resolved.required,
            self.property_types(resolved.properties),
            resolved.notes,
            declared.origin,
        )

    def _class_level(self, declared: DeclaredClass, parents: list[str]) -> EquipmentLevel | None:
        said = declared.declaration.level
        level = self.levels.by_key.get(said) if said is not None else None
        if said is not None and level is None:
            report_unknown_level(
                said, self.levels, span_at(declared.place, ("level",)), self.faults
            )
        for parent in parents:
            inherited = self.made[parent].level
            if inherited is None:
                continue
            if level is None:
                level = inherited
            elif level != inherited:
                self.faults.add(
                    "M307",
                    f"class {declared.origin.key!r} is for level {level}, and {parent!r}, "
                    f"which it extends, for level {inherited}",
                    span_at(declared.place, ("level",) if said else ("extends",)),
                    help="a class keeps the level of the class it extends",
                )
        return level

    def _join(self, parts: list[tuple[str, Resolved]]) -> Resolved:
        """What several classes say together, in their order."""
        if not parts:
            return Resolved()
        is_refined, faults = self._is_refined_by, self.faults
        joined = replace(parts[0][1], whole=all(part.whole for _, part in parts))
        for name, part in parts[1:]:
            joined.drafts = join(joined.drafts, part.drafts, is_refined, faults)
            joined.properties = join(joined.properties, part.properties, is_refined, faults)
            joined.payload = self._one_payload(joined.payload, part.payload, name)
            joined.required = _each_once(joined.required, part.required)
            joined.notes = _overlay(joined.notes, part.notes)
            joined.children = (
                *joined.children,
                *(c for c in part.children if not any(c is known for known in joined.children)),
            )
        return joined

    def _is_refined_by(self, upper: str, lower: str) -> bool:
        made = self.made.get(lower.removeprefix("class "))
        return made is not None and upper.removeprefix("class ") in made.ancestors

    def refined(self, base: Resolved, said: Contract, place: Map, by: str) -> Resolved:
        """``base`` with the contract that a class, a level or a node declares."""
        metrics, topics = _map(place, "metrics"), _map(place, "topics")
        keys = sum(key not in self.levels.by_key for key in place)
        whole = base.whole and keys == len(said.model_fields_set)
        if whole and not (metrics or topics or said.required or said.payload):
            return base
        faults = self.faults
        drafts = refine(base.drafts, said.metrics, "metric", by, metrics, faults, whole=whole)
        drafts = refine(drafts, said.topics, "topic", by, topics, faults, whole=whole)
        lost = len(said.metrics or ()) + len(said.topics or ()) < len(metrics) + len(topics)
        payload = base.payload
        if said.payload is not None:
            payload = self._one_payload(payload, Said(said.payload, by, place, "payload"), by)
        required = _each_once(base.required, said.required or ())
        whole = whole and not lost
        return replace(base, drafts=drafts, payload=payload, required=required, whole=whole)

    def _one_payload(self, old: Said | None, new: Said | None, by: str) -> Said | None:
        if old is None or new is None or old.value == new.value:
            return old or new
        message = (
            f"the payload of the node itself is {old.value!r} in {old.by} "
            f"and cannot become {new.value!r} in {by}"
        )
        help_ = "a node has one payload; make one of the two agree with the other"
        report_conflict("M503", message, old, new, help_, self.faults)
        return old

    def property_types(self, properties: Drafts) -> dict[str, ValueType]:
        """The types of declared properties; contradictions are reported."""
        types = {}
        for key, draft in properties.items():
            if draft.get("type") is not None:
                type_ = value_type(draft, self.faults)
                if type_ is not None:
                    types[key] = type_
        return types


def report_unknown_level(key: str, levels: EquipmentLevels, span: Span, faults: Faults) -> None:
    """Report an equipment level that does not exist."""
    help_ = did_you_mean(key, levels.by_key, "declare it under `levels:`")
    faults.add("M304", f"no equipment level {key!r} exists", span, help=help_)


def _map(place: Map, key: str) -> Map:
    """The mapping under ``key``; an empty one where there is none."""
    found = place.get(key)
    return found if isinstance(found, Map) else Map()


def _each_once(names: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))


def _notes(said: ClassDeclaration) -> Notes:
    return Notes(said.label, said.description, said.owner, deprecation(said.deprecated))


def _overlay(base: Notes, later: Notes) -> Notes:
    return Notes(
        label=later.label or base.label,
        description=later.description or base.description,
        owner=later.owner or base.owner,
        deprecated=later.deprecated or base.deprecated,
    )
