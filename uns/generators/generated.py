"""What a generator hands back: files as bytes, and what its target cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uns.diagnostics import Diagnostic

__all__ = ["Generated", "mark"]


@dataclass(frozen=True, slots=True)
class Generated:
    """Files by their path below the folder they are written to, and what they leave unsaid.

    Paths are relative, with ``/`` between their parts, and files on every
    system: no two are equal where case is ignored. ``losses`` are findings with
    a code of :data:`~uns.generators.losses.LOSSES`.
    """

    files: Mapping[str, bytes]
    losses: tuple[Diagnostic, ...] = ()


def mark(target: str) -> str:
    """The sentence by which a file is known to be an export's, so that it is missed when it is old.

    >>> mark("markdown")
    'Made by `uns export markdown`; what is changed here is lost.'
    """
    return f"Made by `uns export {target}`; what is changed here is lost."
