"""What targets cannot say, in one table: each target has its own, beside its code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from uns.generators.targets import TARGETS

__all__ = ["LOSSES"]

#: Code -> (readable name, what the code stands for).
LOSSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    dict(sorted(loss for target in TARGETS.values() for loss in target.losses.items()))
)
