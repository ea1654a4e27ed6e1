"""What a generator hands back: files as bytes, and what its target cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Generated", "Loss"]


class Loss(NamedTuple):
    """Something the model says and the target has no words for.

    ``subject`` is what it is said of, ``reason`` what becomes of it.
    """

    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Generated:
    """Files by their path below the folder they are written to, and what they leave unsaid."""

    files: Mapping[str, bytes]
    losses: tuple[Loss, ...] = ()
