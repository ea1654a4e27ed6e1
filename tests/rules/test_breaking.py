"""Every rule of family B on two versions of a model: what it says, of what, and who is hit.

The folders of ``tests/breaking`` are named after the rules; ``expected.txt`` holds
the whole verdict on ``old.yaml`` and ``new.yaml``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import uns
from tests.accepting import Stored
from tests.test_examples import MODELS
from uns.changes import Change, ChangeKind, Subject
from uns.linting.versions import is_raised_enough
from uns.rules.breaking import RULES, Audience, Bump, Effect, Hit, Verdict, family, verdict

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
def test_case(code: str, stored: Stored):
    folder = CASES / code
    assert folder.is_dir(), f"rule {code} needs two versions of a model in {folder}"
    said = judged(folder)
    assert re.search(rf"^{code} ", said, re.MULTILINE)
    stored.text(folder / "expected.txt", said)


def test_no_cases_without_a_rule():
    assert {path.name for path in CASES.iterdir()} - set(RULES) == set()


#: What can happen to what; the rest never does.
NEVER = {
    *((kind, Subject.ROOT) for kind in ChangeKind if kind is not ChangeKind.CHANGED),
    *((kind, Subject.OPEN) for kind in (ChangeKind.CHANGED, ChangeKind.MOVED)),
    *((ChangeKind.CHANGED, subject) for subject in (
        Subject.TOPIC, Subject.EQUIPMENT, Subject.CLIENT, Subject.PUBLISH, Subject.SUBSCRIBE, Subject.FIELD,
        Subject.MOVED_FROM, Subject.BROKER, Subject.HOLDS,
    )),
    *((ChangeKind.MOVED, subject) for subject in Subject if subject not in {
        Subject.TOPIC, Subject.EQUIPMENT, Subject.ASPECT,
    }),
    (ChangeKind.REMOVED, Subject.MOVED_FROM),
    *((kind, subject) for kind in (ChangeKind.ADDED, ChangeKind.REMOVED) for subject in Subject if subject not in {
        Subject.TOPIC, Subject.EQUIPMENT, Subject.OPEN, Subject.FIELD, Subject.PAYLOAD, Subject.CLIENT,
        Subject.PUBLISH, Subject.SUBSCRIBE, Subject.MOVED_FROM, Subject.BROKER, Subject.HOLDS,
    }),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject"),
    [(k, s) for k in ChangeKind for s in Subject if (k, s) not in NEVER],
)
def test_every_change_has_a_rule(kind: ChangeKind, subject: Subject):
    assert any((kind, subject) in rule.on for rule in RULES.values())


def test_what_no_rule_speaks_of_breaks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(family, "RULES", {})
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
    (finding,) = family.version_not_raised.findings(found)
    assert finding.span is not None
    assert finding.message == "the change asks for a major version: 1.0.0 -> 1.1.0"


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


OPEN = "kafka: {split: area}\nsites: {l: {open: true}}"
OPEN_WITH_AREA = "kafka: {split: area}\nsites: {l: {open: true, areas: {x: {}}}}"


@pytest.mark.parametrize(
    "split", ["split: area", "split: area, order_by: area", "split: 1, order_by: area"]
)
@pytest.mark.parametrize(
    "versions", [(OPEN, OPEN_WITH_AREA), (OPEN_WITH_AREA, OPEN)], ids=["came", "went"]
)
def test_equipment_below_an_open_node_moves_what_is_published_there(
    versions: tuple[str, str], split: str
):  # fmt: skip
    changes = compared(*(text.replace("split: area", split) for text in versions))
    found = verdict(changes)
    assert found.audiences[Audience.KAFKA_READERS] is Effect.BREAKING
    help_ = " ".join(judgement.help or "" for judgement in found.of(Effect.BREAKING))
    assert "equipment below an open node was added or removed" in help_
    assert {j.change.template for j in found.of(Effect.BREAKING)} <= {"l/x", "l/x/any"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OPEN, OPEN.replace("true", "true, metrics: {x: {type: number}}")),
        (OPEN, OPEN.replace("true", "true, lines: {x: {}}")),
        (OPEN.replace("area", "2"), OPEN_WITH_AREA.replace("split: area", "split: 2")),
    ],
    ids=["no equipment", "below the cut", "a number of levels"],
)
def test_what_leaves_the_cut_below_an_open_node_moves_nothing(old: str, new: str):
    found = verdict(compared(old, new))
    assert found.audiences[Audience.KAFKA_READERS] is Effect.COMPATIBLE


def test_topics_without_a_name_move_with_the_prefix():
    found = verdict(compared(OPEN, OPEN.replace("split", "prefix: plant, split")))
    assert [(j.code, j.change.count) for j in found.judgements] == [("B501", None)]
    assert found.effect is Effect.BREAKING


TREE = "sites: {l: {metrics: {x: {type: number}, y: {type: number}}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "hit"),
    [
        pytest.param("a: [l/#], b: [l/#]", "a: [$share/g/l/#], b: [$share/g/l/#]", ["a", "b"], id="both join"),
        pytest.param("a: [$share/g/l/#], b: [$share/h/l/#]", "a: [$share/g/l/#], b: [$share/g/l/#]", ["a", "b"], id="one joins"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/#], b: [$share/g/l/#]", ["a"], id="a new one joins"),
        pytest.param("a: [$share/g/l/#], b: [$share/g/l/#]", "a: [$share/g/l/#], b: [$share/g/l/#], c: [$share/g/l/#]", ["a", "b"], id="a third one"),
        pytest.param("a: [l/#]", "a: [$share/g/l/#]", [], id="alone"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/h/l/#]", [], id="to another group"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/#], b: [$share/g/l/x]", [], id="one name, two filters"),
        pytest.param("a: [$share/g/l/#, l/#]", "a: [$share/g/l/#, l/#], b: [$share/g/l/#]", [], id="has it all besides"),
        pytest.param("a: [$share/g/l/#, l/x]", "a: [$share/g/l/#, l/x], b: [$share/g/l/#]", ["a"], id="has some besides"),
        pytest.param("a: [$share/g/l/#], b: [$share/g/l/#]", "a: [$share/h/l/#], b: [$share/h/l/#]", [], id="both to another"),
        pytest.param("a: [$share/g/l/#], b: [$share/g/l/#]", "a: [$share/g/l/#]", ["b"], id="one leaves"),
    ],
)  # fmt: skip
def test_who_loses_messages_by_shared_subscriptions(old: str, new: str, hit: list[str]):
    clients = [
        TREE + "clients: {" + said.replace("[", "{subscribe: [").replace("]", "]}") + "}"
        for said in (old, new)
    ]
    found = verdict(compared(*clients))
    assert sorted({one.client for one in found.hits}) == hit
    assert (found.audiences[Audience.CONSUMERS] is Effect.BREAKING) == bool(hit)


@pytest.mark.parametrize(
    ("metrics", "template"),
    [
        ("{a/b: {type: number}}", "l/a/b"),
        ("{a/b/c: {type: number}}", "l/a/b/c"),
        ("{a/b: {type: number}, a/c: {type: number}}", "l/a"),
    ],
)
@pytest.mark.parametrize("code", ["B101", "B113"])
def test_a_topic_is_named_with_all_its_levels(code: str, metrics: str, template: str):
    bare, full = "sites: {l: {open: true}}", f"sites: {{l: {{open: true, metrics: {metrics}}}}}"
    found = verdict(compared(bare, full) if code == "B113" else compared(full, bare))
    assert [(j.code, j.change.template) for j in found.judgements] == [(code, template)]


def test_a_deprecated_topic_of_two_levels_goes_as_planned():
    metrics = 'metrics: {x: {type: number}, a/b: {type: number, deprecated: {until: "2.0.0"}}}'
    found = verdict(compared(
        f'model: {{id: a, version: "1.0.0"}}\nsites: {{l: {{{metrics}}}}}',
        'model: {id: a, version: "2.0.0"}\nsites: {l: {metrics: {x: {type: number}}}}',
    ))  # fmt: skip
    assert "B106" in {judgement.code for judgement in found.judgements}


def test_a_default_that_changes_in_place_breaks():
    old = (
        "payloads: {s/1: {fields: {'q?': {type: enum, values: [good, bad], default: good}}}}\n"
        "sites: {l: {topics: {s: {payload: s/1}}}}"
    )
    found = verdict(compared(old, old.replace("default: good", "default: bad")))
    assert [judgement.code for judgement in found.judgements] == ["B201"]
    assert found.audiences[Audience.CONSUMERS] is Effect.BREAKING


def test_the_repr_of_a_verdict_is_short():
    old = uns.loads("uns: 1\nsites: {lyon: {metrics: {x: {type: number}, y: {type: number}}}}")
    new = uns.loads("uns: 1\nsites: {lyon: {metrics: {x: {type: number}}}}")
    assert repr(verdict(uns.diff(old, new))) == "<Verdict 1 breaking, 0 additive, 0 compatible>"
