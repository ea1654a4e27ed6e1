"""Comments and baselines that keep findings from being reported: the input of family U."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uns.diagnostics import Diagnostic
from uns.linting.baselines import NO_BASELINE, Known
from uns.linting.ignores import Ignore
from uns.linting.rule import Rule
from uns.model.namespace import Namespace


@dataclass(frozen=True, slots=True, eq=False)
class Suppressions:
    """The comments that ignore findings, and the findings that a baseline knows.

    ``rules`` are all that may be named, by code; ``found`` are the findings of those that ran.
    """

    namespace: Namespace
    rules: Mapping[str, Rule]
    found: Mapping[str, tuple[Diagnostic, ...]]
    ignores: tuple[Ignore, ...]
    known: Known = NO_BASELINE
