"""Resolves equipment classes: combines a class with its parents and its level."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uns.diagnostics import Span, did_you_mean
from uns.isa95 import EquipmentLevel, EquipmentLevels
from uns.loading import hints
from uns.loading.extensions import extensions
from uns.loading.faults import Faults
from uns.loading.finisher import make_deprecated
from uns.loading.inheritance import NO_DRAFTS, Drafts, FacetValue, join, refine, report_conflict
from uns.loading.model_format import ClassDeclaration, Contract, LevelDeclaration, is_extension
from uns.loading.value_types import value_type
from uns.loading.yaml_events import Map, span_at
from uns.model.tree import NO_NOTES, EquipmentClass, Notes, Origin
from uns.payloads import ValueType

#: Most classes that one class extends, directly or not.
MAX_ANCESTORS = 256


class DeclaredClass(NamedTuple):
    """A class as a file declares it. ``place`` is its mapping; without one it is not complete."""

    declaration: ClassDeclaration
    place: Map
    origin: Origin
    is_complete: bool = True


class DeclaredLevel(NamedTuple):
    """A contract for all nodes of a level, as a file declares it."""

    declaration: LevelDeclaration
    place: Map


@dataclass(slots=True, eq=False)
class Resolved:
    """A class with its parents, or a level with the classes of a node.

    ``is_complete`` is false if a part of it does not exist or could not be read.
    """

    drafts: Drafts = field(default_factory=lambda: NO_DRAFTS)
    properties: Drafts = field(default_factory=lambda: NO_DRAFTS)
    payload: FacetValue | None = None
    required: tuple[str, ...] = ()
    notes: Notes = NO_NOTES
    children: tuple[Map, ...] = ()
    is_complete: bool = True


@dataclass(slots=True)
class ClassResolver:
    """The classes of one model, each resolved once."""

    levels: EquipmentLevels
    classes: Mapping[str, DeclaredClass]
    contracts: Mapping[str, DeclaredLevel]
    faults: Faults
    equipment_classes: dict[str, EquipmentClass] = field(default_factory=dict)
    _resolved: dict[str, Resolved] = field(default_factory=dict)
    _circular: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in self._in_order():
            if name not in self._circular:
                self._resolve(name)

    def of_class(self, name: str) -> Resolved:
        """A class combined with those it extends."""
        return self._resolved[name]

    def of_node(self, level: EquipmentLevel, names: tuple[str, ...]) -> Resolved:
        """The contract of a level combined with a list of classes."""
        parts = [(f"class {name}", self._resolved[name]) for name in names]
        contract = self.contracts.get(level.name)
        if contract is not None:
            by = f"level {level.name}"
            resolved = self.refine(Resolved(), contract.declaration, contract.place, by)
            parts.insert(0, (by, resolved))
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
                    self._report_circle(name, [*list(open_)[list(open_).index(parent) :], parent])
                elif parent not in done:
                    stack.append((parent, iter(self._parents(parent))))
                    open_[parent] = None

    def _parents(self, name: str) -> list[str]:
        """The classes that ``name`` extends; unknown ones are reported."""
        declared = self.classes[name]
        known = []
        for index, parent in enumerate(declared.declaration.extends or ()):
            if parent in self.classes:
                known.append(parent)
            else:
                self.report_unknown_class(parent, declared.place, "extends", index)
        return known

    def report_unknown_class(self, name: str, place: Map, key: str, index: int) -> None:
        """Report that the class ``name``, item ``index`` under ``key`` of ``place``, does not exist."""
        help_ = did_you_mean(name, self.classes, "declare it under `classes:`")
        message = f"no class {name!r} is declared"
        span = span_at(place, (key, index))
        self.faults.add("M301", message, span, help=help_, cause=name)

    def _report_circle(self, name: str, chain: list[str]) -> None:
        self._circular.update(chain)
        declared = self.classes[name]
        index = (declared.declaration.extends or []).index(chain[-1])
        span = span_at(declared.place, ("extends", index))
        self.faults.add("M305", f"class {name!r} extends itself: {' > '.join(chain)}", span)

    def _resolve(self, name: str) -> None:
        declared = self.classes[name]
        declaration, place = declared.declaration, declared.place
        parents = [p for p in declaration.extends or () if p in self._resolved]
        base = self._join([(f"class {parent}", self._resolved[parent]) for parent in parents])
        if len(parents) < len(declaration.extends or ()) or not declared.is_complete:
            base = replace(base, is_complete=False)
        by = f"class {name}"
        level = self._class_level(declared, parents)
        above = ((parent, *self.equipment_classes[parent].ancestors) for parent in parents)
        ancestors = tuple(dict.fromkeys(itertools.chain.from_iterable(above)))
        if len(ancestors) > MAX_ANCESTORS:
            self._circular.add(name)
            message = f"class {name!r} extends more than {MAX_ANCESTORS} classes"
            self.faults.add("M107", message, declared.origin.span)
            return
        properties = refine(
            base.properties,
            declaration.properties,
            "property",
            by,
            place.below("properties"),
            self.faults,
        )
        children = place.get("children")
        former = [tuple(declaration.moved_from or ())]
        former += [self.equipment_classes[parent].moved_from for parent in parents]
        self._check_moved_from(declared)
        resolved = replace(
            self.refine(base, declaration, place, by),
            properties=properties,
            notes=_overlay(base.notes, _make_notes(declaration, place)),
            children=(*base.children, *((children,) if isinstance(children, Map) else ())),
        )
        self._resolved[name] = resolved
        self.equipment_classes[name] = EquipmentClass(
            name,
            level,
            ancestors,
            bool(declaration.abstract),
            resolved.required,
            self.property_types(resolved.properties),
            resolved.notes,
            declared.origin,
            _each_once((), itertools.chain.from_iterable(former)),
        )

    def _check_moved_from(self, declared: DeclaredClass) -> None:
        """Report former names that are names of classes: such a name would mean two classes."""
        for index, name in enumerate(declared.declaration.moved_from or ()):
            if name in self.classes:
                message = f"class {declared.origin.key!r} moved from {name!r}, which is a class too"
                span = span_at(declared.place, ("moved_from", index))
                help_ = f"remove class {name!r}, or let it extend {declared.origin.key!r}"
                self.faults.add("M204", message, span, help=help_)

    def _class_level(self, declared: DeclaredClass, parents: list[str]) -> EquipmentLevel | None:
        name = declared.declaration.level
        level = self.levels.by_key.get(name) if name is not None else None
        if name is not None and level is None:
            span = span_at(declared.place, ("level",))
            report_unknown_level(name, self.levels, span, self.faults)
        for parent in parents:
            inherited = self.equipment_classes[parent].level
            if inherited is None:
                continue
            if level is None:
                level = inherited
            elif level != inherited:
                self.faults.add(
                    "M307",
                    f"class {declared.origin.key!r} is for level {level}, but it extends "
                    f"{parent!r}, which is for level {inherited}",
                    span_at(declared.place, ("level",) if name else ("extends",)),
                    help="a class has the same level as the class it extends",
                )
        return level

    def _join(self, parts: list[tuple[str, Resolved]]) -> Resolved:
        """Combine several classes, in their order."""
        if not parts:
            return Resolved()
        is_refined, faults = self._is_refined_by, self.faults
        joined = replace(parts[0][1], is_complete=all(part.is_complete for _, part in parts))
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
        class_ = self.equipment_classes.get(lower.removeprefix("class "))
        return class_ is not None and upper.removeprefix("class ") in class_.ancestors

    def refine(self, base: Resolved, contract: Contract, place: Map, by: str) -> Resolved:
        """``base`` refined by the contract of a class, a level or a node."""
        metrics, topics = place.below("metrics"), place.below("topics")
        keys = sum(key not in self.levels.by_key and not is_extension(key) for key in place)
        complete = base.is_complete and keys == len(contract.model_fields_set)
        if complete and not (metrics or topics or contract.required or contract.payload):
            return base
        drafts = base.drafts
        for noun, declared, below in (
            ("metric", contract.metrics, metrics),
            ("topic", contract.topics, topics),
        ):
            drafts = refine(drafts, declared, noun, by, below, self.faults, is_complete=complete)
        read = len(contract.metrics or ()) + len(contract.topics or ())
        payload = base.payload
        if contract.payload is not None:
            named = FacetValue(contract.payload, by, place, "payload")
            payload = self._one_payload(payload, named, by)
        return replace(
            base,
            drafts=drafts,
            payload=payload,
            required=_each_once(base.required, contract.required or ()),
            is_complete=complete and read == len(metrics) + len(topics),
        )

    def _one_payload(
        self, old: FacetValue | None, new: FacetValue | None, by: str
    ) -> FacetValue | None:
        if old is None or new is None or old.value == new.value:
            return old or new
        message = (
            f"the payload of the node itself is {old.value!r} in {old.by} "
            f"and cannot become {new.value!r} in {by}"
        )
        help_ = "a node has one payload; change one of the two"
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
    named = f"use one of: {', '.join(level.name for level in levels)}"
    help_ = hints.for_level(key, levels) or did_you_mean(
        key, levels.by_key, f"{named}; or declare it under `levels:`"
    )
    message = f"there is no equipment level {key!r}"
    faults.add("M304", message, span, help=help_, cause=key)


def _each_once(names: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))


def _make_notes(declaration: ClassDeclaration, place: Map) -> Notes:
    return Notes(
        declaration.label,
        declaration.description,
        declaration.owner,
        make_deprecated(declaration.deprecated, place),
        extensions=extensions(place),
    )


def _overlay(base: Notes, later: Notes) -> Notes:
    return Notes(
        label=later.label or base.label,
        description=later.description or base.description,
        owner=later.owner or base.owner,
        deprecated=later.deprecated or base.deprecated,
        extensions={**base.extensions, **later.extensions},
    )
