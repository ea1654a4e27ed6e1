"""Compare contracts, and separate the differences by who declares them.

A payload is declared once for all topics that carry it, so a change of it is one fact. A metric
is declared with its topic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from uns.changes.facts import ChangeKind, Subject
from uns.payloads import (
    Compatibility,
    Difference,
    PayloadContract,
    PayloadType,
    carries_metric,
    compare,
)


class ContractFact(NamedTuple):
    """One difference of two contracts; ``payload`` is the payload type that causes it, if one does."""

    kind: ChangeKind
    subject: Subject
    path: str
    before: str | None
    after: str | None
    keeps: Compatibility
    payload: str | None


class ContractFacts:
    """Compares contracts, each two of them once."""

    def __init__(self) -> None:
        self._contracts: dict[tuple[int, int], tuple[ContractFact, ...]] = {}
        self._payloads: dict[tuple[int, int], tuple[ContractFact, ...]] = {}
        #: Payloads with only those fields that carry the metric.
        self._wrappers: dict[int, PayloadType] = {}

    def of(self, old: PayloadContract, new: PayloadContract) -> tuple[ContractFact, ...]:
        """The differences of two contracts."""
        asked = (id(old), id(new))
        known = self._contracts.get(asked)
        if known is None:
            known = self._contracts[asked] = tuple(self._compare(old, new))
        return known

    def of_payload(self, old: PayloadType, new: PayloadType) -> tuple[ContractFact, ...]:
        """The differences of two payload types as such."""
        asked = (id(old), id(new))
        known = self._payloads.get(asked)
        if known is None:
            facts: tuple[ContractFact, ...] = ()
            if old != new:
                both = compare(PayloadContract(old), PayloadContract(new))
                facts = tuple(_fact(found, new.name) for found in both.differences)
            known = self._payloads[asked] = facts
        return known

    def _compare(self, old: PayloadContract, new: PayloadContract) -> Iterator[ContractFact]:
        shared: set[tuple[str, Subject]] = set()
        if old.name == new.name:
            shared = {
                (fact.path, fact.subject) for fact in self.of_payload(old.payload, new.payload)
            }
            if not shared:
                if old.metric == new.metric:
                    return
                # The rest is the same, so the fields that carry the metric are enough.
                old, new = self._wrapper(old), self._wrapper(new)
        found = [_fact(difference, None) for difference in compare(old, new).differences]
        yield from _without_lost_units(list(self._attribute(old, new, found, shared)))

    def _attribute(
        self,
        old: PayloadContract,
        new: PayloadContract,
        found: list[ContractFact],
        shared: set[tuple[str, Subject]],
    ) -> Iterator[ContractFact]:
        units = _unit_paths(new.payload) & _unit_paths(old.payload)
        echoes = [fact for fact in found if fact.path in units and fact.subject is not Subject.UNIT]
        for fact in found:
            keeps = fact.keeps
            if fact.subject is Subject.UNIT and old.metric is not None:
                # Messages have a field for the unit of the metric, so the change shows twice.
                for echo in echoes:
                    keeps &= echo.keeps
            elif fact in echoes and any(other.subject is Subject.UNIT for other in found):
                continue
            payload = new.name if (fact.path, fact.subject) in shared else None
            yield fact._replace(keeps=keeps, payload=payload)

    def _wrapper(self, contract: PayloadContract) -> PayloadContract:
        """A contract with only those fields that carry its metric."""
        payload = contract.payload
        known = self._wrappers.get(id(payload))
        if known is None:
            fields = tuple(f for f in payload.fields if carries_metric(f.value))
            known = self._wrappers[id(payload)] = replace(payload, fields=fields)
        return PayloadContract(known, contract.metric)


def _fact(found: Difference, payload: str | None) -> ContractFact:
    kind, path, before, after = ChangeKind.CHANGED, found.path, found.before, found.after
    need, _, field = found.kind.partition(" ")
    if field == "field":
        subject = Subject.FIELD
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
        before, after = (None if text is None else f"{need}, {text}" for text in (before, after))
    elif found.kind == "name":
        subject, path = Subject.PAYLOAD, ""
    else:
        subject = Subject(found.kind)
    return ContractFact(kind, subject, path, before, after, found.keeps, payload)


def _without_lost_units(found: list[ContractFact]) -> Iterator[ContractFact]:
    """The facts without units that are gone because the new type does not have one."""
    lost = {f.path: f for f in found if f.subject is Subject.UNIT and f.after is None}
    typed = {f.path for f in found if f.subject is Subject.TYPE}
    for fact in found:
        unit = lost.get(fact.path) if fact.path in typed else None
        if unit is None:
            yield fact
        elif fact is not unit:
            yield fact._replace(keeps=fact.keeps & unit.keeps)


def _unit_paths(payload: PayloadType) -> set[str]:
    """The paths of the fields of a payload that hold the unit of the metric."""
    return {f"$.{field.name}" for field in payload.fields if field.value.type == "metric_unit"}
