"""Equipment levels: the fifteen of B2MML, company levels, and which may be under which.

The names and their order are those of B2MML ``EquipmentLevel1Type`` and OPC 10030
``ISA95EquipmentElementLevelEnum``; containment follows OPC 10030 and, below the work unit, common
ISA-88 practice. A company adds levels (``country``, ``building``) with
:meth:`EquipmentLevels.with_company_level`; in B2MML they are ``Other``, with their name as
``OtherValue``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

__all__ = ["B2MML_LEVELS", "Containment", "EquipmentLevel", "EquipmentLevels"]

Containment: TypeAlias = Literal["strict", "free"]


@dataclass(frozen=True, slots=True)
class EquipmentLevel:
    """One level of the role-based equipment hierarchy.

    ``name`` is the key in a model file (``production_line``), ``plural`` its other spelling,
    ``kind`` the B2MML name (``ProductionLine``; ``Other`` for most company levels). ``under`` are
    the levels that a company level may be under, empty for any; ``None`` for a standard level.

    >>> B2MML_LEVELS["work_cell"].kind
    'WorkCell'
    """

    name: str
    kind: str
    plural: str
    under: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> int:
        """The value of ``ISA95EquipmentElementLevelEnum`` (OPC 10030), 0 to 14."""
        return _KINDS.index(self.kind)


_KINDS = (
    "Enterprise", "Site", "Area", "ProcessCell", "Unit", "ProductionLine", "WorkCell",
    "ProductionUnit", "StorageZone", "StorageUnit", "WorkCenter", "WorkUnit",
    "EquipmentModule", "ControlModule", "Other",
)  # fmt: skip


def _snake(kind: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).removeprefix("_")


#: The fifteen levels by name, in the standard's order.
B2MML_LEVELS = MappingProxyType(
    {_snake(kind): EquipmentLevel(_snake(kind), kind, f"{_snake(kind)}s") for kind in _KINDS}
)

#: The level for everything else; it may be anywhere and contain anything.
OTHER = B2MML_LEVELS["other"]

#: Short spellings of levels in a model file.
ALIASES = MappingProxyType(
    {
        "line": "production_line",
        "lines": "production_line",
        "cell": "work_cell",
        "cells": "work_cell",
    }
)

_MODULES = ("equipment_module", "control_module")

#: The levels that each level may contain (OPC 10030 7.4.1; ISA-88 below a unit).
_HOLDS = MappingProxyType(
    {
        "enterprise": ("site", "area"),
        "site": ("area", "process_cell", "production_unit", "production_line", "storage_zone",
                 "work_center"),
        "area": ("process_cell", "production_unit", "production_line", "storage_zone",
                 "work_center"),
        "process_cell": ("unit", *_MODULES),
        "unit": _MODULES,
        "production_line": ("work_cell",),
        "work_cell": _MODULES,
        "production_unit": ("unit",),
        "storage_zone": ("storage_unit",),
        "storage_unit": _MODULES,
        "work_center": ("work_unit", "unit", "work_cell", "storage_unit"),
        "work_unit": _MODULES,
        "equipment_module": _MODULES,
        "control_module": ("control_module",),
    }
)  # fmt: skip


#: Ranks from the enterprise down, from the containment above.
_RANKS = MappingProxyType(
    {
        "enterprise": 0.0,
        "site": 1.0,
        "area": 2.0,
        **dict.fromkeys(
            ("process_cell", "production_unit", "production_line", "storage_zone", "work_center"),
            3.0,
        ),
        **dict.fromkeys(("unit", "work_cell", "storage_unit", "work_unit"), 4.0),
        "equipment_module": 5.0,
        "control_module": 6.0,
    }
)


@dataclass(frozen=True, slots=True)
class EquipmentLevels:
    """The equipment levels of a model, and the spellings of each.

    >>> levels = EquipmentLevels()
    >>> levels.by_key["lines"].name
    'production_line'
    >>> levels = levels.with_company_level(EquipmentLevel("country", "Other", "countries",
    ...                                                    ("enterprise",)))
    >>> levels.may_hold(levels.by_key["enterprise"], levels.by_key["countries"])
    True
    """

    company: tuple[EquipmentLevel, ...] = ()
    by_key: MappingProxyType[str, EquipmentLevel] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        keys: dict[str, EquipmentLevel] = {}
        for level in self:
            keys[level.name] = keys[level.plural] = level
        for alias, name in ALIASES.items():
            keys.setdefault(alias, B2MML_LEVELS[name])
        object.__setattr__(self, "by_key", MappingProxyType(keys))

    def __reduce__(self) -> tuple[type[EquipmentLevels], tuple[tuple[EquipmentLevel, ...]]]:
        return EquipmentLevels, (self.company,)

    def __iter__(self) -> Iterator[EquipmentLevel]:
        yield from B2MML_LEVELS.values()
        yield from self.company

    def with_company_level(self, level: EquipmentLevel) -> EquipmentLevels:
        """These levels and a company level."""
        return EquipmentLevels((*self.company, level))

    def spellings(self, level: EquipmentLevel) -> tuple[str, ...]:
        """The keys for ``level`` in a model file, plural first."""
        aliases = [alias for alias, name in ALIASES.items() if name == level.name]
        return (level.plural, level.name, *reversed(aliases))

    def may_hold(self, parent: EquipmentLevel | None, child: EquipmentLevel) -> bool:
        """Whether strict containment allows ``child`` directly under ``parent``.

        ``None`` is the top, where any level is allowed. A company level is allowed under its
        ``under`` levels, and may contain what these may contain.
        """
        if parent is None or OTHER in (parent, child):
            return True
        if child.under is not None:
            return child.under == () or parent.name in child.under
        holders = self._standard_levels(parent)
        return holders is None or any(child.name in _HOLDS[name] for name in holders)

    def _standard_levels(self, level: EquipmentLevel) -> set[str] | None:
        """The standard levels that ``level`` is or may be under; ``None`` for any."""
        found: set[str] = set()
        pending, seen = [level], {level.name}
        while pending:
            current = pending.pop()
            if current.under is None:
                found.add(current.name)
            elif current.under == () or OTHER.name in current.under:
                return None
            for name in current.under or ():
                if name not in seen:
                    seen.add(name)
                    pending.append(self.by_key[name])
        return found

    def rank(self, level: EquipmentLevel) -> float | None:
        """The usual distance of a level from the enterprise; ``None`` if it can be anywhere.

        All kinds of work centers have the same rank, and so have work units; a company level is
        half a rank below its ``under`` levels.

        >>> levels = EquipmentLevels()
        >>> levels.rank(B2MML_LEVELS["area"]), levels.rank(B2MML_LEVELS["production_line"])
        (2.0, 3.0)
        """
        seen: set[str] = set()
        current, extra = level, 0.0
        while current.under is not None:
            above = [self.by_key[name] for name in current.under if name not in seen]
            if not above:
                return None
            seen.add(current.name)
            current, extra = above[-1], extra + 0.5
        rank = _RANKS.get(current.name)
        return None if rank is None else rank + extra

    def expected_under(self, parent: EquipmentLevel) -> tuple[str, ...]:
        """The names of the levels that are allowed directly under ``parent``.

        >>> EquipmentLevels().expected_under(B2MML_LEVELS["production_line"])
        ('work_cell', 'other')
        """
        return tuple(level.name for level in self if self.may_hold(parent, level))
