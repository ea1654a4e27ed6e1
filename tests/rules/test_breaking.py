"""Every rule of family B on two versions of a model: what it says, of what, and who is hit.

The folders of ``tests/breaking`` are named after the rules; ``expected.txt`` holds
the whole verdict on ``old.yaml`` and ``new.yaml``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import uns
from tests.test_examples import MODELS
from uns.changes import Change, ChangeKind, Subject
from uns.rules import breaking
from uns.rules.breaking import RULES, Audience, Bump, Effect, Hit, Verdict, verdict
from uns.rules.versions import is_raised_enough

CASES = Path(__file__).parent.parent / "breaking"


def judged(folder: Path) -> str:
    """The verdict on two versions, as the cases write it."""
    found = verdict(uns.diff(uns.load(folder / "old.yaml"), uns.load(folder / "new.yaml")))
    lines = []
    for judgement in found.judgements:
        who = ", ".join(sorted(judgement.audiences)) or "nobody"
        lines.append(f"{judgement.code} {judgement.effect} for {who}: {judgement.message}")
        if judgement.help:
            lines.append(f"  help: {judgement.help}")
        lines += [f"  {written(hit)}" for hit in judgement.hits]
    lines.append(f"asks for: {found.bump}")
    return "\n".join(lines) + "\n"


def written(hit: Hit) -> str:
    """A hit with its numbers."""
    said = f"{hit.client} {hit.direction} {hit.filter}:"
    numbers = {"lost": hit.lost, "gained": hit.gained, "changed": hit.changed}
    told = [f"{name} {'any' if n is None else n}" for name, n in numbers.items() if n != 0]
    return " ".join([said, *told, *(["dead"] * hit.dead), *(["revoked"] * hit.revoked)])


@pytest.mark.parametrize("code", RULES)
def test_case(code: str):
    folder = CASES / code
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    assert judged(folder) == expected
    assert re.search(rf"^{code} ", expected, re.MULTILINE)


def test_no_cases_without_a_rule():
    assert {path.name for path in CASES.iterdir()} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page(code: str):
    page = RULES[code].page
    assert page.what
    assert page.why
    assert page.example
    assert page.instead


#: What can happen to what; the rest never does.
NEVER = {
    *((kind, Subject.ROOT) for kind in ChangeKind if kind is not ChangeKind.CHANGED),
    *((kind, Subject.OPEN) for kind in (ChangeKind.CHANGED, ChangeKind.MOVED)),
    *((ChangeKind.CHANGED, subject) for subject in (
        Subject.TOPIC, Subject.EQUIPMENT, Subject.CLIENT, Subject.PUBLISH, Subject.SUBSCRIBE, Subject.FIELD,
        Subject.MOVED_FROM,
    )),
    *((ChangeKind.MOVED, subject) for subject in Subject if subject not in {
        Subject.TOPIC, Subject.EQUIPMENT, Subject.ASPECT,
    }),
    (ChangeKind.REMOVED, Subject.MOVED_FROM),
    *((kind, subject) for kind in (ChangeKind.ADDED, ChangeKind.REMOVED) for subject in Subject if subject not in {
        Subject.TOPIC, Subject.EQUIPMENT, Subject.OPEN, Subject.FIELD, Subject.PAYLOAD, Subject.CLIENT,
        Subject.PUBLISH, Subject.SUBSCRIBE, Subject.MOVED_FROM,
    }),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject"),
    [(k, s) for k in ChangeKind for s in Subject if (k, s) not in NEVER],
)
def test_every_change_has_a_rule(kind: ChangeKind, subject: Subject):
    assert any((kind, subject) in rule.on for rule in RULES.values())


def test_what_no_rule_speaks_of_breaks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(breaking, "RULES", {})
    found = verdict(compared("sites: {a: {}}", "sites: {a: {owner: x}}"))
    assert [judgement.code for judgement in found.judgements] == ["B999"]
    assert found.effect is Effect.BREAKING


def compared(old: str, new: str) -> uns.Changes:
    head = "uns: 1\ntopic: {containment: free}\n"
    return uns.diff(uns.loads(head + old), uns.loads(head + new))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_a_model_against_itself_is_compatible(path: Path):
    found = verdict(uns.diff(uns.load(path), uns.load(path)))
    assert found.judgements == ()
    assert found.bump is Bump.NONE
    assert set(found.audiences.values()) == {Effect.COMPATIBLE}


@pytest.mark.parametrize(
    ("old", "new", "needed", "enough"),
    [
        ("1.4.0", "2.0.0", Bump.MAJOR, True),
        ("1.4.0", "2.0.0-rc.1", Bump.MAJOR, True),
        ("1.4.0", "1.5.0", Bump.MAJOR, False),
        ("1.4.0", "1.4.1", Bump.MINOR, False),
        ("1.4.0", "1.5.0", Bump.MINOR, True),
        ("1.4.0", "2.0.0", Bump.MINOR, True),
        ("1.4.0", "1.4.1", Bump.PATCH, True),
        ("1.4.0", "1.4.0", Bump.PATCH, False),
        ("1.4.0", "1.4.0", Bump.NONE, True),
        ("1.4.0", "1.3.9", Bump.PATCH, False),
        ("1.4.0+a", "1.4.0+b", Bump.PATCH, False),
        ("2.0.0-rc.2", "2.0.0-rc.10", Bump.MAJOR, True),
        ("2.0.0-rc.1", "2.0.0", Bump.MAJOR, True),
        ("2.0.0", "2.0.0-rc.1", Bump.PATCH, False),
        ("1.4.0", None, Bump.PATCH, False),
        (None, None, Bump.NONE, True),
        ("9" * 5_000 + ".0.0", "1" + "0" * 5_000 + ".0.0", Bump.MAJOR, True),
    ],
)
def test_versions(old: str | None, new: str | None, needed: Bump, enough: bool):
    assert is_raised_enough(old, new, needed) is enough


def test_the_version_is_judged_where_it_stands():
    found = verdict(
        compared('model: {id: a, version: "1.0.0"}\nsites: {a: {metrics: {x: {type: number}}}}',
                 'model: {id: a, version: "1.1.0"}\nsites: {a: {}}')
    )  # fmt: skip
    assert found.version_finding is not None
    assert found.version_finding.span is not None
    assert found.version_finding.message == "the change asks for a major version: 1.0.0 -> 1.1.0"


def test_hits_add_up_over_changes():
    found = verdict(
        compared(
            "sites: {a: {metrics: {x: {type: number}, y: {type: boolean}}}, b: {metrics: {x: {type: number}}}}\n"
            "clients: {c: {subscribe: [+/x, a/#]}}",
            "sites: {b: {metrics: {x: {type: string}}}}\nclients: {c: {subscribe: [+/x, a/#]}}",
        )
    )
    assert [written(hit) for hit in found.hits] == [
        "c subscribe +/x: lost 1 changed 1",
        "c subscribe a/#: lost 2 dead",
    ]


DEEP = "{a: {lines: {l: {metrics: {x: {type: number}}}}, metrics: {x: {type: number}}}}"


def test_topics_that_go_elsewhere_in_kafka_are_counted():
    (found,) = verdict(compared(f"sites: {DEEP}", f"sites: {DEEP}\nkafka: {{split: 1}}")).judgements
    assert found.message == "a/l/x: Kafka split: 3 -> 1 (1 topic)"
    assert found.help == (
        "a/l/x goes from uns.a.l to uns.a; mirror the old topics until readers have moved"
    )


def test_a_split_that_moves_nothing_breaks_nobody():
    found = verdict(compared(f"sites: {DEEP}", f"sites: {DEEP}\nkafka: {{split: 4}}"))
    assert [str(j) for j in found.judgements if j.effect is Effect.BREAKING] == []


def test_the_audiences_of_a_kafka_change():
    found: Verdict = verdict(compared(f"sites: {DEEP}", f"sites: {DEEP}\nkafka: {{split: 1}}"))
    assert found.audiences == {
        Audience.PRODUCERS: Effect.COMPATIBLE,
        Audience.CONSUMERS: Effect.COMPATIBLE,
        Audience.KAFKA_READERS: Effect.BREAKING,
    }


def test_findings_are_diagnostics():
    (finding,) = verdict(
        compared("sites: {a: {metrics: {x: {type: number}}}}", "sites: {a: {}}")
    ).findings
    assert (finding.code, finding.name, finding.severity) == (
        "B101",
        "topic-removed",
        uns.Severity.ERROR,
    )
    assert finding.path == "a/x"
    assert isinstance(found_change(finding), Change)


def found_change(finding: uns.Diagnostic) -> Change:
    """The change a finding is about is one of those that were judged."""
    changes = compared("sites: {a: {metrics: {x: {type: number}}}}", "sites: {a: {}}")
    return next(change for change in changes if change.template == finding.path)
