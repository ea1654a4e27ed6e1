"""What Mosquitto is known to answer otherwise than the standard, from the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

__all__ = ["DEVIATIONS", "Deviation", "Does", "Judge", "Subject", "examples", "explained"]

Judge: TypeAlias = Literal["broker", "libmosquitto"]
Subject: TypeAlias = Literal["filter", "topic"]
Does: TypeAlias = Literal["accepts", "refuses", "silent", "matches"]

CORPUS = Path(__file__).parent.parent / "corpus" / "mosquitto_deviations.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One way in which a judge departs from the standard, and texts that show it."""

    name: str
    judges: tuple[Judge, ...]
    subjects: tuple[Subject, ...]
    does: Does
    pattern: re.Pattern[str]
    clause: str
    reason: str
    source: str
    examples: tuple[Any, ...]


def _read(entry: dict[str, Any]) -> Deviation:
    return Deviation(
        **{
            **entry,
            "judges": tuple(entry["judges"]),
            "subjects": tuple(entry["subjects"]),
            "pattern": re.compile(entry["pattern"]),
            "examples": tuple(map(_example, entry["examples"])),
        }
    )


def _example(given: Any) -> Any:
    match given:
        case {"parts": parts}:
            return "".join(part * times for part, times in parts)
        case {"filter": filter_, "topic": topic}:
            return filter_, topic
        case _:
            return given


DEVIATIONS = tuple(map(_read, yaml.safe_load(CORPUS.read_text(encoding="utf-8"))))


def explained(judge: Judge, subject: Subject, does: Does, text: str) -> bool:
    """Whether ``judge`` is known to do so with ``text``."""
    return any(
        judge in deviation.judges
        and subject in deviation.subjects
        and does == deviation.does
        and deviation.pattern.search(text)
        for deviation in DEVIATIONS
    )


def examples(judge: Judge, *does: Does) -> Iterator[tuple[Deviation, Subject, Any]]:
    """Every example that ``judge`` shows, as every subject it is listed for."""
    for deviation in DEVIATIONS:
        if judge in deviation.judges and deviation.does in does:
            for subject in deviation.subjects:
                for example in deviation.examples:
                    yield deviation, subject, example
