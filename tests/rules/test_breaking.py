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
        Subject.TOPIC, Subject.EQUIPMENT, Subject.ASPECT, Subject.CLASS,
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
        ("0.1.0", "0.2.0", Bump.MINOR, True),
        ("0.1.0", "1.0.0", Bump.MINOR, True),
        ("0.1.0", "0.1.1", Bump.MINOR, False),
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
        Audience.QUERIES: Effect.COMPATIBLE,
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
    assert not [j for j in found.of(Effect.BREAKING) if j.code.startswith("B5")]


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
        pytest.param("a: [l/#]", "a: [$share/g/l/#]", ["a"], id="alone: no retained messages, and each instance gets a part"),
        pytest.param("a: [l/#]", "a: [$share/g/l/x, $share/g/l/#]", ["a"], id="alone, by two filters"),
        pytest.param("a: [l/#]", "a: [l/#, $share/g/l/#]", [], id="shared besides"),
        pytest.param("a: [l/#]", "a: [l/+, $share/g/l/#]", [], id="a plain one covers it still"),
        pytest.param("a: [$share/g/l/#]", "a: [l/#]", ["a"], id="no longer shared: each instance gets it"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/#, l/x]", ["a"], id="no longer shared in part"),
        pytest.param("a: [$share/g/l/x, l/y]", "a: [$share/g/l/x, l/y, m/#]", [], id="another place besides"),
        pytest.param("a: [$share/g/l/#, l/#]", "a: [l/#]", [], id="each instance got it before"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/#, $share/h/l/#]", ["a"], id="in two groups"),
        pytest.param("a: [$share/g/l/x]", "a: [$share/g/l/#, $share/h/l/x]", ["a"], id="in two new ones"),
        pytest.param("a: [$share/g/l/#, $share/h/l/#]", "a: [$share/i/l/#, $share/j/l/#]", [], id="from two to two others"),
        pytest.param("a: [$share/g/l/#], b: [$share/g/l/#]", "a: [$share/h/l/#], b: [$share/g/l/#]", ["a"], id="one of two goes to a group of its own"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/x, $share/g/l/y]", [], id="the same group, other filters"),
        pytest.param("a: [$share/g/l/#]", "a: [$share/g/l/#, $share/g/l/x]", ["a"], id="one name, two filters of one client"),
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


ONE, OTHER = (
    "sites: {l: {metrics: {x: {type: number}}}}",
    "sites: {l: {metrics: {x: {type: string}}}}",
)


@pytest.mark.parametrize(
    ("old", "new", "after", "bump", "enough"),
    [
        pytest.param(ONE, OTHER, "0.2.0", Bump.MINOR, True, id="a break before 1.0.0 asks for the next minor version"),
        pytest.param(ONE, OTHER, "0.1.1", Bump.MINOR, False, id="a patch is not enough for a break before 1.0.0"),
        pytest.param(ONE, OTHER, "1.0.0", Bump.MINOR, True, id="the first stable version may break"),
        pytest.param("sites: {l: {}}", ONE, "0.1.1", Bump.PATCH, True, id="an addition before 1.0.0 asks for a patch"),
        pytest.param(ONE, ONE, "0.1.1", Bump.NONE, True, id="nothing but the version"),
    ],
)  # fmt: skip
def test_before_the_first_stable_version(old: str, new: str, after: str, bump: Bump, enough: bool):
    head = 'model: {{id: a, version: "{}"}}\n'
    found = verdict(compared(head.format("0.1.0") + old, head.format(after) + new))
    assert (found.bump, found.is_raised_enough) == (bump, enough)


RETAINING = {
    "a default of the kind": ("", "sites: {l: {topics: {t: {payload: info/1, kind: KIND, retain: RETAIN}}}}"),
    "by a level": (
        "levels: {site: {topics: {t: {payload: info/1, kind: KIND, retain: RETAIN}}}}\n", "sites: {l: {}}",
    ),
    "by a class": (
        "classes: {C: {topics: {t: {payload: info/1, kind: KIND, retain: RETAIN}}}}\n", "sites: {l: {class: C}}",
    ),
    "where a node refines its class": (
        "classes: {C: {topics: {t: {payload: info/1, kind: KIND}}}}\n",
        "sites: {l: {class: C, topics: {t: {retain: RETAIN}}}}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", RETAINING.values(), ids=RETAINING)
@pytest.mark.parametrize(
    ("kind", "retained", "effect"),
    [
        ("command", True, Effect.BREAKING),
        ("event", True, Effect.BREAKING),
        ("record", True, Effect.BREAKING),
        ("state", True, Effect.COMPATIBLE),
        ("state", False, Effect.BREAKING),
        ("event", False, Effect.BREAKING),
    ],
)
def test_who_connects_late_gets_an_old_command_or_no_state(
    said: tuple[str, str], kind: str, retained: bool, effect: Effect
):
    text = "".join(said).replace("KIND", kind)
    old, new = (text.replace("RETAIN", str(r).lower()) for r in (not retained, retained))
    assert verdict(compared(old, new)).effect is effect


def test_quality_reads_as_good_where_nobody_said_so():
    """A payload that says the quality is replaced by one that has a default for it, and back."""
    payloads = (
        "payloads: {said/1: {fields: {value: {type: metric_value}, 'quality?': {type: string}}},"
        " taken/1: {fields: {value: {type: metric_value}, 'quality?': {type: string, default: good}}},"
        " bare/2: {fields: {value: {type: metric_value}}}}\n"
        "defaults: {metric_payload: PAYLOAD}\nsites: {l: {metrics: {x: {type: number}}}}"
    )
    hit = {}
    for one in ("said/1", "taken/1", "bare/2"):
        for other in ("said/1", "taken/1", "bare/2"):
            found = verdict(compared(*(payloads.replace("PAYLOAD", name) for name in (one, other))))
            hit[one, other] = {str(a) for a, e in found.audiences.items() if e is Effect.BREAKING}
    everybody = {"producers", "consumers", "Kafka readers"}
    assert hit["said/1", "taken/1"] == hit["taken/1", "said/1"] == everybody
    assert hit["taken/1", "bare/2"] == {"consumers", "Kafka readers"}
    assert hit["bare/2", "taken/1"] == {"producers", "Kafka readers"}
    assert hit["said/1", "bare/2"] == hit["bare/2", "said/1"] == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("m: {type: number}", "m: {type: number, moved_from: foo}", id="of a topic that stayed"),
        pytest.param("m: {type: number, moved_from: foo}", "m: {type: number, moved_from: [foo, bar]}", id="one name more"),
    ],
)  # fmt: skip
def test_moved_from_of_what_never_existed_is_told(old: str, new: str):
    found = verdict(compared(*(f"sites: {{a: {{metrics: {{{said}}}}}}}" for said in (old, new))))
    assert [judgement.code for judgement in found.judgements] == ["B114"]


def test_a_moved_from_that_goes_is_no_change():
    old, new = (
        f"sites: {{a: {{metrics: {{m: {{type: number{x}}}}}}}}}" for x in (", moved_from: foo", "")
    )
    assert verdict(compared(old, new)).effect is Effect.COMPATIBLE


PARTITIONERS = [
    ("murmur2", "murmur2_random", "full", False),
    ("crc32", "consistent", "full", False),
    ("consistent", "consistent_random", "full", False),
    ("fnv1a", "fnv1a_random", "tail", False),
    ("crc32", "consistent_random", "tail", True),
    ("fnv1a", "fnv1a_masked", "full", True),
    ("murmur2", "crc32", "full", True),
]


@pytest.mark.parametrize(("old", "new", "key", "moves"), PARTITIONERS)
@pytest.mark.parametrize("last", ["x", "'{v}'"], ids=["one topic", "an open set"])
def test_partitioners_that_agree_on_keys_move_nothing(
    old: str, new: str, key: str, moves: bool, last: str
):
    tree = f"sites: {{l: {{areas: {{{last}: {{{'pattern: v.+, ' * (last != 'x')}metrics: {{y: {{type: number}}, z: {{type: number}}, w: {{type: number}}}}}}}}}}}}\n"
    found = verdict(
        compared(*(f"{tree}kafka: {{key: {key}, partitioner: {p}}}" for p in (old, new)))
    )
    is_broken = found.audiences[Audience.KAFKA_READERS] is Effect.BREAKING
    if last == "x" and "consistent_random" in {old, new}:
        assert not is_broken  # no key of the model is empty
    else:
        assert is_broken == moves


@pytest.mark.parametrize(
    ("old", "new", "hit"),
    [
        pytest.param("o: {open: true}", "b: {open: true, moved_from: l/o}", set(), id="an open node"),
        pytest.param("o: {open: true, metrics: {x: {type: number}}}", "b: {open: true, moved_from: l/o, metrics: {x: {type: number}}}",
                     {"producers", "consumers", "Kafka readers"}, id="a topic, whose new name was legal without a contract"),
        pytest.param("o: {metrics: {x: {type: number}}}", "b: {open: true, moved_from: l/o}", {"consumers", "Kafka readers"}, id="a topic that goes"),
    ],
)  # fmt: skip
def test_a_move_below_an_open_node(old: str, new: str, hit: set[str]):
    tree = "sites: {{l: {{open: true, areas: {{{}}}}}}}"
    found = verdict(compared(tree.format(old), tree.format(new)))
    assert {str(a) for a, e in found.audiences.items() if e is Effect.BREAKING} == hit


def test_a_mapping_without_records_moves_nothing():
    kafka = "kafka: {{partitions: {}, key: {}, split: {}, prefix: {}, partitioner: {}}}"
    said = kafka.format(6, "full", 3, "uns", "murmur2"), kafka.format(1, "tail", 1, "p", "crc32")
    found = verdict(compared(*(f"sites: {{l: {{}}}}\n{text}" for text in said)))
    assert found.effect is Effect.COMPATIBLE


CLASSES = "classes: {{{}: {{{}metrics: {{x: {{type: number}}}}}}}}\nsites: {{l: {{class: {}}}}}"


@pytest.mark.parametrize(
    ("old", "new", "is_missed"),
    [
        ("sites: {l: {}}", "sites: {l: {metrics: {x: {type: number, required: true}}}}", True),
        ("sites: {l: {}}", "sites: {l: {metrics: {a/x: {type: number, required: true}}}}", True),
        ("sites: {l: {}}", "sites: {l: {areas: {a: {metrics: {x: {type: number, required: true}}}}}}", False),
        ("sites: {l: {}}", "topic: {root: r}\nsites: {m: {metrics: {x: {type: number, required: true}}}}", False),
        ("sites: {l: {}}", "levels: {site: {metrics: {x: {type: number, required: true}}}}\nsites: {l: {}, m: {}}", True),
    ],
    ids=["a metric", "of two levels", "of new equipment", "below a new root", "of a level"],
)  # fmt: skip
def test_a_required_topic_is_missed_where_there_was_equipment(old: str, new: str, is_missed: bool):
    head = "uns: 1\n"
    found = verdict(uns.diff(uns.loads(head + old), uns.loads(head + new)))
    hit = {judgement.code for judgement in found.of(Effect.BREAKING)}
    assert hit == ({"B305"} if is_missed else set())


def test_a_renamed_class_is_found_by_its_former_name():
    new = CLASSES.format("New", "moved_from: Old, ", "New")
    namespace = uns.loads("uns: 1\n" + new)
    assert [node.topic for node in namespace.find("Old")] == ["l"]
    assert list(namespace.filters("Old")) == list(namespace.filters("New"))
    assert next(namespace.find()).is_a("Old")
    found = verdict(compared(CLASSES.format("Old", "", "Old"), new))
    assert [(j.code, j.effect) for j in found.judgements] == [("B311", Effect.COMPATIBLE)]


def test_a_class_whose_former_name_goes_breaks_who_still_asks_by_it():
    versions = (CLASSES.format("New", said, "New") for said in ("moved_from: Old, ", ""))
    found = verdict(compared(*versions))
    assert [judgement.code for judgement in found.of(Effect.BREAKING)] == ["B306"]
    assert {a for a, e in found.audiences.items() if e is Effect.BREAKING} == {Audience.QUERIES}


def test_a_former_name_that_no_class_had_is_told():
    old, new = CLASSES.format("C", "", "C"), CLASSES.format("C", "moved_from: Foo, ", "C")
    (judgement,) = verdict(compared(old, new)).judgements
    assert (judgement.code, judgement.message) == ("B114", "moved_from of class C added: Foo")
    assert judgement.help == "write the name that the class had in the old version"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("publish: ['+/+/x']", "publish: [l/+/x]", id="the only site"),
        pytest.param(
            "subscribe: ['+/+/x']", "subscribe: [l/+/x]", id="the only site, subscribed to"
        ),
        pytest.param("publish: [l/#]", "publish: [l, l/+, l/+/+/#]", id="by depth"),
        pytest.param("publish: [l/o/+/x]", "publish: [l/o/#]", id="below an open node"),
    ],
)
def test_a_right_that_others_cover_is_not_missed(old: str, new: str):
    tree = "sites: {l: {areas: {o: {open: true}, a: {metrics: {x: {type: number}}}}}}\n"
    found = verdict(compared(*(f"{tree}clients: {{c: {{{said}}}}}" for said in (old, new))))
    assert found.effect is not Effect.BREAKING


def test_a_right_to_one_topic_below_an_open_node_is_missed():
    tree = "sites: {l: {open: true}}\nclients: {c: {publish: [l/a, l/b]}}"
    (judgement,) = verdict(compared(tree, tree.replace("l/a, ", ""))).of(Effect.BREAKING)
    assert [written(hit) for hit in judgement.hits] == ["c publish l/a: lost 1 revoked"]


def test_the_repr_of_a_verdict_is_short():
    old = uns.loads("uns: 1\nsites: {lyon: {metrics: {x: {type: number}, y: {type: number}}}}")
    new = uns.loads("uns: 1\nsites: {lyon: {metrics: {x: {type: number}}}}")
    assert repr(verdict(uns.diff(old, new))) == "<Verdict 1 breaking, 0 additive, 0 compatible>"


@pytest.mark.parametrize(
    ("bridge", "told"),
    [
        pytest.param("{metrics: {x: {type: number, unit: kW}}}", [], id="as it was"),
        pytest.param("{metrics: {x: {type: boolean}}}", ["B202 z/bridge/x"], id="another type"),
        pytest.param("{metrics: {y: {type: number}}}", ["B101 z/bridge/x", "B110 z/bridge/y"], id="another topic"),
    ],
)  # fmt: skip
def test_a_closed_name_takes_topics_from_an_open_set(bridge: str, told: list[str]):
    device = '"{device}": {pattern: "[a-z]+", metrics: {x: {type: number, unit: kW}}}'
    rest = (
        "clients: {bridge: {subscribe: [z/bridge/#]}, lamp: {subscribe: [z/lamp/#]}, "
        "all: {subscribe: [z/+/x]}}"
    )
    old = f"sites: {{z: {{areas: {{{device}}}}}}}\n{rest}"
    new = f"sites: {{z: {{areas: {{{device}, bridge: {bridge}}}}}}}\n{rest}"
    found = verdict(compared(old, new))
    topics = [j for j in found.judgements if j.change.subject is not Subject.EQUIPMENT]
    assert [f"{j.code} {j.change.template}" for j in topics] == told
    breaking = [j for j in topics if j.effect is Effect.BREAKING]
    assert {hit.client for j in breaking for hit in j.hits} == (
        {"bridge", "all"} if breaking else set()
    )


@pytest.mark.parametrize(
    ("tree", "effect"),
    [
        pytest.param("", Effect.COMPATIBLE, id="nothing else"),
        pytest.param("sites: {lyon: {}}", Effect.COMPATIBLE, id="equipment without topics"),
        pytest.param("sites: {lyon: {open: true}}", Effect.BREAKING, id="an open node"),
        pytest.param("sites: {lyon: {metrics: {p: {type: number}}}}", Effect.BREAKING, id="a topic"),
    ],
)  # fmt: skip
def test_a_root_that_goes_breaks_only_what_is_below_it(tree: str, effect: Effect):
    old, new = uns.loads(f"uns: 1\ntopic: {{root: p}}\n{tree}\n"), uns.loads(f"uns: 1\n{tree}\n")
    assert verdict(uns.diff(old, new)).effect is effect
