"""Rules of family B: levels, properties of classes, and settings that make no topic."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import Audience, Case, Effect, Impact, breaks
from uns.payloads import Compatibility

_CHANGED = [ChangeKind.CHANGED]
_QUERIES = frozenset({Audience.QUERIES})
_READERS = frozenset({Audience.CONSUMERS, Audience.QUERIES})


@breaks("B312", "level-kind-changed", _CHANGED, [Subject.LEVEL_KIND])
def level_kind_changed(change: Change, case: Case) -> Impact | None:
    """A company level is another equipment level of B2MML than before.

    Why:
        Topics stay, but exports to B2MML, and programs that ask a node for the kind of its level,
        take its nodes for something else.

    Example:
        levels: {hall: {kind: Site}}  # Area before

    Instead:
        levels: {hall: {kind: Area}}
    """
    if change.count == 0:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _QUERIES, "declare another level, and move its nodes", hits=())


@breaks(
    "B313", "property-type-changed",
    [ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED], [Subject.PROPERTY_TYPE],
)  # fmt: skip
def property_type_changed(change: Change, case: Case) -> Impact | None:
    """A property of a class has another type, unit or range, or is gone.

    Why:
        Who reads properties from `_info`, or from the model, takes the number for another unit, or
        finds nothing.

    Example:
        classes: {Filler: {properties: {capacity: {type: number, unit: hL}}}}  # unit L before

    Instead:
        classes: {Filler: {properties: {capacity: {type: number, unit: L}}}}
    """
    if change.kind is ChangeKind.ADDED:
        return Impact(Effect.ADDITIVE)
    if change.count == 0 or Compatibility.FORWARD in change.keeps:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, _READERS, "declare a property with another name", hits=())


@breaks(
    "B314", "setting-changed",
    [ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED], [Subject.SETTING],
)  # fmt: skip
def setting_changed(change: Change, case: Case) -> Impact | None:
    """A setting or a declaration changed that no topic, message or client depends on.

    Why:
        It limits what the model may say, or describes the cluster. What it makes of topics is
        reported there. It is listed for completeness.

    Example:
        topic: {containment: free}  # strict before

    Instead:
        topic: {containment: strict}
    """
    return Impact(Effect.COMPATIBLE)
