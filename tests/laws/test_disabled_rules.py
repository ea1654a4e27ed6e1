"""Each rule on changes is disabled in turn; a law must notice, or else the case of the rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

import uns
from tests.laws.judging import LAWS, Pair, judge
from tests.laws.plants import plant
from tests.laws.versions import FAMILIES, edits
from uns.changes import Change
from uns.linting.rule import Rule
from uns.linting.verdicts import Case, Impact, judge_changes
from uns.rules.breaking import RULES, Effect, Verdict, verdict
from uns.rules.breaking.family import UNJUDGED

CASES = Path(__file__).parent.parent / "breaking"

#: Rules that no law notices, and why; the case of each in ``tests/breaking`` does.
NOTICED_BY_ITS_CASE = {
    "B112": "the new topics are additive by B110 already; it adds which client gets a new payload",
    "B201": "the rule of what changed in the payload judges each of its changes, too",
    "B211": "the models of the laws are one file each, and have no JSON Schemas",
    "B212": "it calls everything compatible: the fields of the payloads are judged one by one",
    "B214": "it calls everything compatible: the topics that carried the payload are judged",
    "B308": "it calls everything compatible: notes change no message",
    "B311": "it calls everything compatible: the old name of the class is still found",
    "B314": "it calls everything compatible: such settings change no message",
    **dict.fromkeys(
        ("B411", "B412", "B413", "B414", "B415", "B416"),
        "the plants of the laws have one broker, to which all clients connect",
    ),
    **dict.fromkeys(
        ("B321", "B322", "B323", "B505"),
        "the laws have no clock: how often messages come, and how long they are kept",
    ),
}

#: The pairs to try for each rule.
MOST = 30


def without(code: str) -> list[Rule]:
    """The rules, one of them disabled: what it judges it calls compatible."""
    check = RULES[code].check

    def disabled(change: Change, case: Case) -> Impact | None:
        return None if check(change, case) is None else Impact(Effect.COMPATIBLE)

    return [
        *(rule for rule in RULES.values() if rule.code != code),
        replace(RULES[code], check=disabled),
    ]


def pairs_by_rule() -> dict[str, list[tuple[int, str, str]]]:
    """The pairs in which each rule has something to say, those with the fewest judgements first."""
    found: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for old, new in (
        pair for family in FAMILIES for slot in family.slots for pair in edits(family, slot)
    ):
        judgements = verdict(uns.diff(plant(old).ns, plant(new).ns)).judgements
        telling = [j for j in judgements if j.effect is not Effect.COMPATIBLE]
        for code in {judgement.code for judgement in telling}:
            found[code].append((len(telling), old, new))
    return {code: sorted(pairs)[:MOST] for code, pairs in found.items()}


def is_noticed(code: str, pairs: list[tuple[int, str, str]]) -> bool:
    """Whether a law notices in one of some pairs that a rule is disabled."""
    rules = without(code)
    for _, old, new in pairs:
        pair = judge(plant(old), plant(new))
        sabotaged = pair._replace(found=judge_changes(pair.found.changes, rules, UNJUDGED))
        if _breaks_a_law(sabotaged) and not _breaks_a_law(pair):
            return True
    return False


def _breaks_a_law(pair: Pair) -> bool:
    return any(law(pair) for law in LAWS)


@pytest.mark.slow
def test_a_law_notices_each_rule_that_is_disabled() -> None:
    pairs = pairs_by_rule()
    unnoticed = {code for code in RULES if not is_noticed(code, pairs.get(code, []))}
    assert unnoticed == NOTICED_BY_ITS_CASE.keys()


@pytest.mark.parametrize("code", NOTICED_BY_ITS_CASE)
def test_its_case_notices_a_rule_that_is_gone(code: str) -> None:
    old, new = (uns.load(CASES / code / f"{version}.yaml") for version in ("old", "new"))
    changes = uns.diff(old, new)
    others = [rule for rule in RULES.values() if rule.code != code]
    assert code in _told(verdict(changes))
    assert code not in _told(judge_changes(changes, others, UNJUDGED))


def _told(found: Verdict) -> set[str]:
    return {judgement.code for judgement in found.judgements}
