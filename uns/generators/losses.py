"""What targets cannot express, in one table; each target declares its own losses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uns.generators.targets import TARGETS

#: Code -> (readable name, meaning).
LOSSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    dict(sorted(loss for target in TARGETS.values() for loss in target.losses.items()))
)
