"""The change log of a site: a verdict on two versions."""

from __future__ import annotations

from typing import Any

from uns.changes import describe
from uns.linting.verdicts import Judgement, amount
from uns.rules.breaking import RULES, Verdict


def change_log(verdict: Verdict) -> dict[str, Any]:
    """The judgements of a verdict as JSON, breaking ones first."""
    old, new = verdict.versions
    return {
        "old": old,
        "new": new,
        "bump": str(verdict.bump),
        "entries": [_entry(found) for found in verdict.judgements],
        "rules": {
            code: {"name": rule.name, "what": rule.page.what}
            for code, rule in RULES.items()
            if any(found.code == code for found in verdict.judgements)
        },
    }


def _entry(found: Judgement) -> dict[str, Any]:
    change = found.change
    more = f" and {change.places - 1:,} more" if change.places > 1 else ""
    return {
        # A change of the Kafka mapping concerns all topics; its template is only an example.
        "template": "" if change.cause == "kafka" else change.template,
        "more": more,
        "text": f"{describe(change)} ({amount(change)})" if change.template else describe(change),
        "effect": str(found.effect),
        "code": found.code,
        "audiences": sorted(map(str, found.audiences)),
        "clients": list(dict.fromkeys(hit.client for hit in found.hits)),
        "help": found.help,
    }
