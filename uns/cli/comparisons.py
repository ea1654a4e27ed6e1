"""Changes and verdicts as a person reads them, as Markdown, and as JSON."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from uns.changes import Change, ChangeKind, Changes
from uns.cli.outputs import place_as_json, several
from uns.cli.terminal import Screen, Style
from uns.counts import from_number, in_words
from uns.diagnostics import Diagnostic, Severity, visible
from uns.linting.histories import Compared, History
from uns.linting.verdicts import summarize
from uns.rules.breaking import Bump, Effect, Hit, Judgement, Verdict

#: Most items of one part of a Markdown page: a comment on GitHub holds 65,536 characters.
MOST_ITEMS = 100

#: Longest text of one item of a Markdown page.
LONGEST_ITEM = 240

_OF_KIND = {
    ChangeKind.REMOVED: Style.ERROR,
    ChangeKind.MOVED: Style.WARNING,
    ChangeKind.CHANGED: Style.INFO,
    ChangeKind.ADDED: Style.GOOD,
}
_OF_EFFECT = {
    Effect.BREAKING: Style.ERROR,
    Effect.ADDITIVE: Style.GOOD,
    Effect.COMPATIBLE: Style.FAINT,
}


# --- words -----------------------------------------------------------------------------------------


def _topics(number: int | None) -> str:
    return in_words(from_number(number), "topic")


def _sum(changes: Changes) -> str:
    """How many changes there are, and how much stayed."""
    counts = ", ".join(f"{n:,} {kind}" for kind, n in changes.counts.items() if n)
    stayed = f"{_topics(changes.kept)} in both versions"
    return f"{in_words(len(changes), 'change')}{f': {counts}' if counts else ''}; {stayed}"


def _hit(hit: Hit) -> str:
    """What a change does to a filter of a client."""
    does = []
    if hit.revoked:
        does.append(f"is taken away, with {_topics(hit.lost)}")
    elif hit.lost != 0:
        does.append(f"loses {_topics(hit.lost)}")
    if hit.gained != 0:
        does.append(f"gains {_topics(hit.gained)}")
    if hit.changed != 0:
        does.append(f"sees {_topics(hit.changed)} change")
    if hit.dead:
        does.append("takes nothing of the new version")
    return f"{hit.client}: {hit.direction} {hit.filter} {', '.join(does)}"


def _version(verdict: Verdict) -> str:
    """Which version the change asks for, and whether it has it."""
    if verdict.bump is Bump.NONE and not verdict.is_lowered:
        return "version: nothing to raise"
    old, new = (version or "none" for version in verdict.versions)
    if verdict.bump is Bump.NONE:
        return f"version: {old} -> {new}: lowered"
    raised = "raised far enough" if verdict.is_raised_enough else "not raised far enough"
    if verdict.is_lowered:
        raised = "lowered"
    return f"version: {old} -> {new}; the change asks for a {verdict.bump} version: {raised}"


def _agreed(one: Compared) -> str | None:
    """What of the verdict does not count, if anything."""
    found = one.settled
    ignored = in_words(len(found.verdict.ignored), "breaking change")
    told = [f"{ignored} ignored"] if found.verdict.ignored else []
    if one.is_allowed and found.broken:
        told.append("what breaks is allowed: the version is raised as far as it asks for")
    return "; ".join(told) or None


#: Most filters of clients that one finding names, and most clients.
MOST_HITS = 5


def as_finding(judgement: Judgement) -> Diagnostic:
    """What breaks somebody as a finding for any format, with who is hit."""
    found = judgement.finding
    clients = list(dict.fromkeys(hit.client for hit in judgement.hits))
    who = ", ".join(sorted(judgement.audiences))
    if clients:
        who += f" ({', '.join(several(clients, MOST_HITS, '{} more'))})"
    lines = [found.help] if found.help else []
    lines += several([_hit(hit) for hit in judgement.hits], MOST_HITS, "and {} more filters")
    message = f"{found.message}; hits {who}" if who else found.message
    help_ = "\n".join(map(visible, lines)) or None
    return replace(found, message=visible(message), help=help_)


def _cause(change: Change) -> str:
    return "" if change.cause in {"", "node"} else change.cause


# --- text ------------------------------------------------------------------------------------------


def write_changes(changes: Changes, out: Screen) -> None:
    """One line for each change, and how many there are."""
    for change in changes:
        kind = out.paint(f"{change.kind:<8}", _OF_KIND[change.kind])
        by = _cause(change)
        out.line(
            f"{kind}{visible(summarize(change, verb=False))}{visible(f'  [{by}]') if by else ''}"
        )
        if change.reason:
            perhaps = "perhaps: " if change.is_suggested else ""
            out.line(f"        {perhaps}{visible(change.reason)}")
    out.line(visible(_sum(changes)))


def write_verdict(history: History, out: Screen) -> None:
    """Every judgement with who is hit, then the verdict for each audience and each version."""
    for found in history.judgements:
        _write_judgement(found, out)
    for audience, effect in history.audiences.items():
        out.line(f"{audience}: {out.paint(str(effect), _OF_EFFECT[effect])}")
    for one in history.versions:
        verdict = one.settled.verdict
        if history.only is None:
            effect = verdict.effect
            out.line(f"against {visible(one.name)}: {out.paint(str(effect), _OF_EFFECT[effect])}")
        out.line(visible(_version(verdict)))
        if one.settled.version is not None:
            out.finding(one.settled.version)
        agreed = _agreed(one)
        if agreed is not None:
            out.line(agreed)
        out.line(visible(_sum(verdict.changes)))


def _write_judgement(found: Judgement, out: Screen) -> None:
    head = out.paint(f"{found.effect}[{found.code}]", _OF_EFFECT[found.effect])
    is_usual = found.effect is not Effect.BREAKING or found.severity is Severity.ERROR
    weighs = "" if is_usual else f", weighs {found.severity}"
    placed = found.finding
    out.line(f"{head}: {placed.message}  ({found.name}{weighs})")
    if found.effect is Effect.COMPATIBLE:
        return
    if placed.span is not None:
        out.line(f"  --> {placed.span}")
    for span, label in placed.related:
        out.line(f"  {label}: {span}")
    if found.audiences:
        out.line(f"  hits {', '.join(sorted(found.audiences))}")
    for hit in found.hits:
        out.line(f"  {visible(_hit(hit))}")
    if found.help:
        out.line(f"  help: {visible(found.help)}")


# --- Markdown --------------------------------------------------------------------------------------


def _code(text: str) -> str:
    """A text as a code span, in which nothing is marked up, linked or mentioned."""
    shown = visible(text)
    if len(shown) > LONGEST_ITEM:
        shown = f"{shown[: LONGEST_ITEM // 2]}...{shown[-LONGEST_ITEM // 2 :]}"
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown[:1] in {"`", " "} or shown[-1:] in {"`", " "} or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _write_list(head: str, items: list[str], out: Screen) -> None:
    if items:
        out.line(head)
        out.line()
        for item in several(items, MOST_ITEMS):
            out.line(f"- {item}")
        out.line()


def write_changes_as_markdown(changes: Changes, out: Screen) -> None:
    """A list for each kind of change."""
    out.line("### Changes of the namespace")
    out.line()
    for kind in ChangeKind:
        items = []
        for change in changes:
            if change.kind is kind:
                by, reason = _cause(change), change.reason
                more = f", by {_code(by)}" if by else ""
                perhaps = "perhaps: " if change.is_suggested else ""
                told_why = f"; {perhaps}{_code(reason)}" if reason else ""
                items.append(f"{_code(summarize(change, verb=False))}{more}{told_why}")
        _write_list(f"**{kind.capitalize()}** ({len(items):,})", items, out)
    out.line(_sum(changes))


def write_verdict_as_markdown(history: History, out: Screen) -> None:
    """The verdict first, who is hit next, then the judgements."""
    out.line(f"### Change of the namespace: {history.effect}")
    out.line()
    for audience, effect in history.audiences.items():
        out.line(f"- {audience}: {effect}")
    for one in history.versions:
        _write_version(one, out, named=history.only is None)
    out.line()
    _write_list("**Who is hit**", [_code(_hit(hit)) for hit in history.hits], out)
    for effect in reversed(Effect):
        items = [_item(judgement) for judgement in history.of(effect)]
        _write_list(f"**{str(effect).capitalize()}** ({len(items):,})", items, out)
    if history.only is not None:
        out.line(_sum(history.only.settled.verdict.changes))


def _write_version(one: Compared, out: Screen, *, named: bool) -> None:
    """What one earlier version asks for, as items of a list."""
    verdict, found = one.settled.verdict, one.settled.version
    against = f"against {_code(one.name)}: {verdict.effect}; " if named else ""
    out.line(f"- {against}{visible(_version(verdict))}")
    if found is not None:
        out.line(f"- {found.code} {found.name}: {_code(found.message)}; {_code(found.help or '')}")
    agreed = _agreed(one)
    if agreed is not None:
        out.line(f"- {agreed}")


def _item(judgement: Judgement) -> str:
    help_ = f"; {_code(judgement.help)}" if judgement.help else ""
    return f"{judgement.code} {judgement.name}: {_code(judgement.finding.message)}{help_}"


# --- JSON ------------------------------------------------------------------------------------------


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "subject": str(change.subject),
        "template": change.template or None,
        "before": change.before,
        "after": change.after,
        "detail": change.detail or None,
        "cause": change.cause or None,
        "count": change.count,
        "counted": "node" if change.about_nodes else "topic",
        "places": change.places,
        "keeps": str(change.keeps),
        "reason": change.reason,
        "suggested": change.is_suggested,
        "old": place_as_json(change.old_span),
        "new": place_as_json(change.new_span),
        "near": place_as_json(None if change.new_span else change.span),
    }


def _both(changes: Changes) -> dict[str, Any]:
    old, new = changes.old.model, changes.new.model
    return {
        "old": {"id": old.id, "version": old.version},
        "new": {"id": new.id, "version": new.version},
        "kept": changes.kept,
        "counts": dict(changes.counts),
    }


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """The facts: both models, how many topics stayed, and every change."""
    return {**_both(changes), "changes": [_change(change) for change in changes]}


def verdict_as_json(history: History) -> dict[str, Any]:
    """The verdict: its effect, on whom, the version it asks for, and every judgement.

    What is about one earlier version is at the top if there is only one, and always in `against`.
    """
    only = history.only
    versions = [_compared_as_json(one) for one in history.versions]
    return {
        **(versions[0] if only is not None else {}),
        "against": [
            {"name": one.name, **said} for one, said in zip(history.versions, versions, strict=True)
        ],
        "effect": str(history.effect),
        "audiences": {str(who): str(effect) for who, effect in history.audiences.items()},
        "hits": [hit._asdict() for hit in history.hits],
        "judgements": [
            {
                "code": found.code,
                "name": found.name,
                "effect": str(found.effect),
                "severity": str(found.severity) if found.effect is Effect.BREAKING else None,
                "audiences": sorted(map(str, found.audiences)),
                "message": found.message,
                "help": found.help,
                "against": list(found.against or [history.versions[0].name]),
                "hits": [hit._asdict() for hit in found.hits],
                "change": _change(found.change),
            }
            for found in history.judgements
        ],
    }


def _compared_as_json(one: Compared) -> dict[str, Any]:
    verdict = one.settled.verdict
    return {
        **_both(verdict.changes),
        "effect": str(verdict.effect),
        "bump": str(verdict.bump),
        "raised_enough": verdict.is_raised_enough,
        "allowed": one.is_allowed,
        "ignored": len(verdict.ignored),
    }
