"""What the change log of a site shows of a verdict on two versions."""

from __future__ import annotations

from typing import Any

from uns.changes import describe
from uns.rules.breaking import Verdict
from uns.rules.verdicts import Judgement, amount

__all__ = ["change_log"]


def change_log(verdict: Verdict) -> dict[str, Any]:
    """The judgements of a verdict as the page carries them, what breaks first."""
    old, new = verdict.versions
    return {
        "old": old,
        "new": new,
        "bump": str(verdict.bump),
        "entries": [_entry(found) for found in verdict.judgements],
    }


def _entry(found: Judgement) -> dict[str, Any]:
    change = found.change
    more = f" and {change.places - 1:,} more" if change.places > 1 else ""
    return {
        "template": change.template,
        "more": more,
        "text": f"{describe(change)} ({amount(change)})" if change.template else describe(change),
        "effect": str(found.effect),
        "rule": f"{found.code} {found.name}",
        "audiences": sorted(map(str, found.audiences)),
        "clients": list(dict.fromkeys(hit.client for hit in found.hits)),
        "help": found.help,
    }
