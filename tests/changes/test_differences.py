"""What changed between two models: one line for each fact, with its place, its size and its cause."""

from __future__ import annotations

import json
from typing import Any

import pytest

import uns
from uns.changes import Change, ChangeKind, Changes, Subject
from uns.payloads import Compatibility

HEAD = "uns: 1\ntopic: {containment: free}\n"


def compared(old: str, new: str) -> Changes:
    return uns.diff(uns.loads(HEAD + old), uns.loads(HEAD + new))


def told(changes: Changes) -> list[str]:
    """The changes as the tables write them: what, where, how many, by what."""
    return [
        f"{change} @{change.template} x{'any' if change.count is None else change.count}"
        f"{'' if change.cause == 'node' else f' [{change.cause}]'}"
        for change in changes
    ]


T = "{metrics: {x: {type: number}}}"
FILLER = "classes: {F: {metrics: {x: {type: number, max: 3}, y: {type: boolean}}}}\n"

#: A name, the old tree, the new one, and the facts.
CASES: list[Any] = [
    ("the same", f"sites: {{a: {T}}}", f"sites: {{a: {T}}}", []),
    ("another order", f"sites: {{a: {T}, b: {T}}}", f"sites: {{b: {T}, a: {T}}}", []),
    (
        "a range in parts",
        f'sites: {{"t[1..6]": {T}}}', f'sites: {{"t[1..3]": {T}, "t[4..6]": {T}}}', [],
    ),
    (
        "a range as a set of words",
        f'sites: {{"t[1..3]": {T}}}', f'sites: {{"t[1,2,3]": {T}}}', [],
    ),
    (
        "a range as single nodes",
        f'sites: {{"t[1..2]": {T}}}', f"sites: {{t1: {T}, t2: {T}}}", [],
    ),
    (
        "an open set by another name",
        f'sites: {{"{{a}}": {{pattern: "[0-9]", {T[1:]}}}', f'sites: {{"{{b}}": {{pattern: "[0-4]|[5-9]", {T[1:]}}}', [],
    ),
    (
        "a class instead of what it says",
        'sites: {"m[1..9]": {metrics: {x: {type: number}}}}',
        'classes: {M: {metrics: {x: {type: number}}}}\nsites: {"m[1..9]": {class: M}}',
        ["class: none -> M @m[1..9] x9"],
    ),
    ("a topic less", "sites: {a: {metrics: {x: {type: number}, y: {type: boolean}}}}", f"sites: {{a: {T}}}",
     ["topic removed: vtq/1 @a/y x1"]),
    ("a topic more", f"sites: {{a: {T}}}", "sites: {a: {metrics: {x: {type: number}, y: {type: boolean}}}}",
     ["topic added: vtq/1 @a/y x1"]),
    ("a family grows", f'sites: {{"m[1..4]": {T}}}', f'sites: {{"m[1..6]": {T}}}',
     ["equipment of m[1..6] added @m[5..6] x2"]),
    ("a family shrinks in the middle", f'sites: {{"m[1..6]": {T}}}', f'sites: {{"m[1..2,5..6]": {T}}}',
     ["equipment of m[1..6] removed @m[3..4] x2"]),
    ("a family of ten million", f'sites: {{"m[1..10000000]": {T}}}', f'sites: {{"m[1..9999999]": {T}}}',
     ["equipment of m[1..10000000] removed @m10000000 x1"]),
    ("other zeros in front", f'sites: {{"m[01..12]": {T}}}', f'sites: {{"m[1..12]": {T}}}',
     ["equipment of m[01..12] removed @m[01..09] x9", "equipment of m[1..12] added @m[1..9] x9"]),
    ("an open set narrows", f'sites: {{"{{v}}": {{pattern: "[0-9]+", {T[1:]}}}', f'sites: {{"{{v}}": {{pattern: "[0-9]", {T[1:]}}}',
     ["equipment of {v} removed @{v} xany"]),
    ("an open set takes over a range", f'sites: {{"v[1..9]": {T}}}', f'sites: {{"{{v}}": {{pattern: "v[0-9]+", {T[1:]}}}',
     ["equipment of {v} added @{v} xany"]),
    ("a type in a class", FILLER + 'sites: {"m[1..9]": {class: F}, n: {class: F, metrics: {z: {type: string}}}}',
     FILLER.replace("max: 3", "max: 4") + 'sites: {"m[1..9]": {class: F}, n: {class: F, metrics: {z: {type: string}}}}',
     ["range of $.value: a number of at most 3 -> a number of at most 4 @m[1..9]/x x10 [class F]"]),
    ("a metric out of a class", FILLER + 'sites: {"m[1..9]": {class: F}, n: {class: F}}',
     FILLER.replace(", y: {type: boolean}", "") + 'sites: {"m[1..9]": {class: F}, n: {class: F}}',
     ["topic removed: vtq/1 @m[1..9]/y x10 [class F]"]),
    ("a unit shows once", "sites: {a: {metrics: {x: {type: number, unit: kW}}}}", "sites: {a: {metrics: {x: {type: number, unit: W}}}}",
     ["unit of $.value: kW -> W @a/x x1"]),
    ("a payload of many topics",
     "payloads: {c/1: {fields: {n: {type: integer}}}}\nsites: {a: {topics: {c: {payload: c/1}, d: {payload: c/1}}}}",
     "payloads: {c/1: {fields: {n: {type: integer}, k: {type: string}}}}\nsites: {a: {topics: {c: {payload: c/1}, d: {payload: c/1}}}}",
     ["field of $.k added: required, text @a/c x2 [payload c/1]"]),
    ("a payload of no topic",
     "payloads: {c/1: {fields: {n: {type: integer}}}}\nsites: {a: {}}", "payloads: {c/1: {fields: {n: {type: number}}}}\nsites: {a: {}}",
     ["type of $.n: a whole number -> a number @ x0 [payload c/1]"]),
    ("a payload more", "sites: {a: {}}", "payloads: {c/1: {fields: {n: {type: number}}}}\nsites: {a: {}}",
     ["payload c/1 added @ x0 [payload c/1]"]),
    ("another payload",
     "payloads: {c/1: {fields: {n: {type: integer}}}, c/2: {fields: {n: {type: integer}}}}\nsites: {a: {topics: {c: {payload: c/1}}}}",
     "payloads: {c/1: {fields: {n: {type: integer}}}, c/2: {fields: {n: {type: integer}}}}\nsites: {a: {topics: {c: {payload: c/2}}}}",
     ["payload: c/1 -> c/2 @a/c x1"]),
    ("how it is published", f"sites: {{a: {T}}}",
     "sites: {a: {metrics: {x: {type: number, kind: event, qos: 2, required: true}}}}",
     ["kind: state -> event @a/x x1", "retain of event: yes -> no @a/x x1", "qos of event: 1 -> 2 @a/x x1", "required: no -> yes @a/x x1"]),
    ("the node's own topic", f"sites: {{a: {T}}}", f"sites: {{a: {{payload: info/1, {T[1:]}}}",
     ["topic added: info/1 @a x1"]),
    ("another level of equipment", f"areas: {{a: {T}}}", f"work_cells: {{a: {T}}}",
     ["equipment level: area -> work_cell @a x1"]),
    ("a class that extends another no more", "classes: {M: {}, F: {extends: M}}\nsites: {a: {class: F}}", "classes: {M: {}, F: {}}\nsites: {a: {class: F}}",
     ["class: F (M) -> F @a x1 [class F]"]),
    ("closed and opened", "sites: {a: {open: true}, b: {}}", "sites: {a: {}, b: {open: true}}",
     ["open removed @a x1", "open added @b x1"]),
    ("a contract where there was none", "sites: {a: {open: true}}", f"sites: {{a: {{open: true, {T[1:]}}}",
     ["topic added: vtq/1 @a/x x1"]),
    ("words", "sites: {a: {owner: x, label: A}}", 'sites: {a: {owner: y, label: A, deprecated: {until: "2.0.0"}}}',
     ["owner: x -> y @a x1", "deprecated: none -> until 2.0.0 @a x1"]),
    ("a declared move", f"sites: {{a: {T}}}", f"sites: {{b: {{moved_from: a, {T[1:]}}}", ["equipment moved: a -> b @a x1"]),
    ("a declared move of a topic, and another type", f"sites: {{a: {T}}}",
     "sites: {a: {metrics: {z: {type: string, moved_from: a/x}}}}",
     ["type of $.value: a number -> text @a/z x1", "topic moved: a/x -> a/z @a/x x1"]),
    ("a declared move of a part", f'sites: {{"m[1..4]": {T}}}', f'sites: {{"m[1..2]": {T}, "n[3..4]": {{moved_from: "m[3..4]", {T[1:]}}}',
     ["equipment moved: m[3..4] -> n[3..4] @m[3..4] x2"]),
    ("a declared move out of what is gone", f"sites: {{a: {{areas: {{b: {T}, c: {T}}}}}}}", f"sites: {{b: {{moved_from: a/b, {T[1:]}}}",
     ["equipment removed @a/c x1", "equipment level: area -> site @b x1", "equipment moved: a/b -> b @a/b x1"]),
    ("a successor that was there", f"sites: {{a: {T}, b: {{moved_from: a, {T[1:]}}}", f"sites: {{b: {{moved_from: a, {T[1:]}}}",
     ["equipment removed @a x1"]),
    ("a topic removed inside a move has its old name", "sites: {b: {metrics: {x: {type: number}, y: {type: boolean}}}}",
     f"sites: {{q: {{moved_from: b, {T[1:]}}}",
     ["topic removed: vtq/1 @b/y x1", "equipment moved: b -> q @b x1"]),
    ("a topic added inside a move", f"sites: {{b: {T}}}",
     "sites: {q: {moved_from: b, metrics: {x: {type: number}, y: {type: boolean}}}}",
     ["topic added: vtq/1 @q/y x1", "equipment moved: b -> q @b x1"]),
    ("an aspect is spelled anew inside a move", "aspects: {raw: _raw}\nsites: {b: {metrics: {raw:x: {type: number}, y: {type: number}}}}",
     "aspects: {raw: _r}\nsites: {q: {moved_from: b, metrics: {raw:x: {type: number}, y: {type: number}}}}",
     ["equipment moved: b -> q @b x1", "aspect moved: _raw -> _r @b/_raw x1 [aspect raw]"]),
    ("a move inside a move", f"sites: {{b: {{areas: {{c: {T}, d: {T}}}}}}}",
     f"sites: {{q: {{moved_from: b, areas: {{e: {{moved_from: b/c, {T[1:]}, d: {T}}}}}}}",
     ["equipment moved: b -> q @b x1", "equipment moved: b/c -> q/e @b/c x1"]),
    ("a move out of something that moved", f"sites: {{b: {{areas: {{c: {T}, d: {T}}}}}}}",
     f"sites: {{q: {{moved_from: b, areas: {{d: {T}}}}}, r: {{moved_from: b/c, {T[1:]}}}",
     ["equipment level: area -> site @r x1", "equipment moved: b -> q @b x1", "equipment moved: b/c -> r @b/c x1"]),
    ("two nodes become one", f"sites: {{a: {T}, b: {T}}}", f"sites: {{n: {{moved_from: [a, b], {T[1:]}}}",
     ["equipment removed @b x1", "equipment moved: a -> n @a x1"]),
    ("one node becomes two", f"sites: {{a: {T}}}", f"sites: {{n: {{moved_from: a, {T[1:]}, o: {{moved_from: a, {T[1:]}}}",
     ["equipment added @o x1", "equipment moved: a -> n @a x1"]),
    ("one node becomes a family", f"sites: {{a: {T}}}", f'sites: {{"n[1..4]": {{moved_from: a, {T[1:]}}}',
     ["equipment removed @a x1", "equipment added @n[1..4] x4"]),
    ("two moves of overlapping parts", f'sites: {{"m[1..4]": {T}}}',
     f'sites: {{"n[1..3]": {{moved_from: "m[1..3]", {T[1:]}, "o[2..4]": {{moved_from: "m[2..4]", {T[1:]}}}',
     ["equipment removed @m4 x1", "equipment added @o[2..4] x3", "equipment moved: m[1..3] -> n[1..3] @m[1..3] x3"]),
    ("the node's own topic is gone inside a move", f"sites: {{b: {{payload: info/1, {T[1:]}}}", f"sites: {{q: {{moved_from: b, {T[1:]}}}",
     ["topic removed: info/1 @b x1", "equipment moved: b -> q @b x1"]),
    ("a history of names", f"sites: {{b: {{moved_from: a, {T[1:]}}}", f"sites: {{q: {{moved_from: [a, b], {T[1:]}}}",
     ["equipment moved: b -> q @b x1"]),
    ("a required topic is listed instead", "classes: {F: {metrics: {x: {type: number, required: true}}}}\nsites: {a: {class: F}, b: {class: F}}",
     "classes: {F: {metrics: {x: {type: number}}, required: [x]}}\nsites: {a: {class: F}, b: {class: F}}", []),
    ("a property of nodes that are new to the class", "classes: {F: {properties: {p: {type: number, unit: L}}}}\nsites: {a: {}, b: {class: F}}",
     "classes: {F: {properties: {p: {type: number, unit: hL}}}}\nsites: {a: {class: F}, b: {class: F}}",
     ["type of property p of class F: a number in L -> a number in hL @b x1 [class F]", "class: none -> F @a x1"]),
    ("the kind of a level that is new to its nodes", "levels: {hall: {kind: Area}}\nsites: {a: {}}",
     "levels: {hall: {kind: Site}}\nhalls: {a: {}}",
     ["kind of level hall: Area -> Site @ x0 [level hall]", "equipment level: site -> hall @a x1"]),
    ("a move of what never existed", f"sites: {{a: {T}}}", "sites: {a: {metrics: {x: {type: number, moved_from: foo}}}}",
     ["moved_from added: foo @a/x x1"]),
    ("a level in between", "sites: {a: {work_cells: {m: {metrics: {x: {type: number}, y: {type: boolean}}}}}}",
     "sites: {a: {areas: {hall: {work_cells: {m: {metrics: {x: {type: number}, y: {type: boolean}}}}}}}}",
     ["equipment moved: a/m -> a/hall/m @a/m x2"]),
    ("an aspect is spelled anew", "aspects: {raw: _raw}\nsites: {a: {metrics: {raw:x: {type: number}}}, b: {metrics: {raw:x: {type: number}}}}",
     "aspects: {raw: _r}\nsites: {a: {metrics: {raw:x: {type: number}}}, b: {metrics: {raw:x: {type: number}}}}",
     ["aspect moved: _raw -> _r @a/_raw x2 [aspect raw]"]),
    ("clients", "sites: {a: {}}\nclients: {p: {publish: [a/#]}, q: {}}", "sites: {a: {}}\nclients: {p: {publish: [a/+], owner: x}}",
     ["owner of client p: none -> x @ x0 [client p]", "publish of p removed: a/# @ x0 [client p]",
      "publish of p added: a/+ @ x0 [client p]", "client q removed @ x0 [client q]"]),
    ("Kafka", f"sites: {{a: {T}}}", f"sites: {{a: {T}}}\nkafka: {{prefix: p, split: 2, key: tail, order_by: 1, partitioner: crc32, partitions: 3, overflow: reject}}",
     ["Kafka prefix: uns -> p @a/x x1 [kafka]", "Kafka split: 3 -> 2 @ x0 [kafka]", "Kafka key: full -> tail @a/x x1 [kafka]",
      "Kafka order: metric -> 1 @a/x x1 [kafka]", "Kafka partitioner: murmur2 -> crc32 @a/x x1 [kafka]",
      "Kafka partitions: 6 -> 3 @a/x x1 [kafka]"]),
    ("Kafka says what holds anyway", f"sites: {{a: {T}}}", f"sites: {{a: {T}}}\nkafka: {{prefix: uns, split: 3}}", []),
    ("Kafka cuts at a level that a node left", f"sites: {{a: {{areas: {{b: {T}}}}}}}\nkafka: {{split: area}}", f"sites: {{a: {{work_cells: {{b: {T}}}}}}}\nkafka: {{split: area}}",
     ["Kafka split: area -> area @a/b/x x1 [kafka]", "equipment level: area -> work_cell @a/b x1"]),
    ("the model itself", 'model: {id: a, version: "1.0.0"}\nsites: {a: {}}', 'model: {id: b, version: "1.1.0"}\nsites: {a: {}}',
     ["version: 1.0.0 -> 1.1.0 @ x0 [model]", "model id: a -> b @ x0 [model]"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_facts(old: str, new: str, expected: list[str]):
    assert told(compared(old, new)) == expected


def test_a_new_root_is_one_change():
    old, new = (uns.loads(f"uns: 1\ntopic: {{root: {root}}}\nsites: {{a: {T}}}") for root in "pq")
    changes = uns.diff(old, new)
    assert told(changes) == ["root: p -> q @q x1 [topic]"]
    assert changes.kept == 0


def test_a_root_that_became_equipment_keeps_its_topics():
    old = uns.loads(f"uns: 1\ntopic: {{root: p}}\nsites: {{a: {T}}}")
    new = uns.loads(f"uns: 1\nenterprises: {{p: {{sites: {{a: {T}}}}}}}")
    changes = uns.diff(old, new)
    assert changes.kept == 1
    assert told(changes) == [
        "equipment level: none -> enterprise @p x1",
    ]


def test_what_starts_with_a_dollar_is_in_no_set():
    """A set in the first level takes no name that starts with $, so the name is a place of its own."""
    changes = compared(
        'sites: {"$x": {payload: info/1}}',
        'sites: {"{a}": {pattern: ".*", payload: info/1}}',
    )
    assert told(changes) == ["equipment removed @$x x1", "equipment added @{a} xany"]


def test_a_suggestion_says_why():
    (change,) = compared(
        "sites: {a: {areas: {line1: {metrics: {x: {type: number}, y: {type: boolean}}}}}}",
        "sites: {a: {areas: {line-1: {metrics: {x: {type: number}, y: {type: boolean}}}}}}",
    )
    assert change.is_suggested
    assert (change.before, change.after) == ("a/line1", "a/line-1")
    assert change.reason == "they have the same topics"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("speed: {type: number}", "temperature: {type: number}", id="names unlike"),
        pytest.param("speed: {type: number}", "speeds: {type: string}", id="types unlike"),
    ],
)
def test_no_move_is_suggested_on_thin_grounds(old: str, new: str):
    changes = compared(
        f"sites: {{a: {{metrics: {{{old}}}}}}}", f"sites: {{a: {{metrics: {{{new}}}}}}}"
    )
    assert changes.counts == {"removed": 1, "moved": 0, "changed": 0, "added": 1}


def test_spans_lead_to_both_files():
    old = uns.loads("uns: 1\nsites: {a: {metrics: {x: {type: number}}}}", name="old.yaml")
    new = uns.loads("uns: 1\nsites:\n  a: {metrics: {x: {type: string}}}", name="new.yaml")
    (change,) = uns.diff(old, new)
    assert (str(change.old_span), str(change.new_span)) == ("old.yaml:2:33", "new.yaml:3:27")
    assert change.keeps is Compatibility.NONE


def test_changes_by_cause():
    changes = compared(
        FILLER + 'sites: {"m[1..9]": {class: F}, a: {}}',
        FILLER.replace("max: 3", "max: 2").replace("boolean", "string") + 'sites: {"m[1..9]": {class: F}, a: {label: A}}',
    )  # fmt: skip
    assert {cause: len(found) for cause, found in changes.by_cause()} == {"class F": 2, "node": 1}
    assert [change.subject for change in changes.of(Subject.LABEL)] == [Subject.LABEL]
    assert len(changes) == 3
    assert repr(changes) == "<Changes 3 changed>"


#: A filter, and how many topics it takes of those that are gone.
REACHED = [("+/x", 2), ("m3/#", 1), ("#", 4), ("m9/x", 0), ("+/+/x", 0), ("$s/x", 0), ("n/+", 2)]


@pytest.mark.parametrize(("filter_", "expected"), REACHED)
def test_which_changes_a_filter_takes(filter_: str, expected: int):
    changes = compared(
        f'sites: {{"m[2..3]": {T}, "$s": {T}, n: {{metrics: {{y: {{type: number}}, z: {{type: string}}}}}}}}',
        f'sites: {{"m[2..3]": {{}}, "$s": {T}, n: {{}}}}',
    )
    taken = [reached.old for _, reached in changes.taken_by(filter_)]
    assert sum(count or 0 for count in taken) == expected


LOST = [
    ("m[1..4]", "+/x", ["m1/x"], 3),
    ("m[1..4]", "#", ["+/x"], 0),
    ("m[1..4]", "#", ["m1/#", "m2/+"], 2),
    ("m[1..4]", "m9/#", [], 0),
    ("m[1..4]", "m2/x", ["m2/#"], 0),
]


@pytest.mark.parametrize(("key", "filter_", "others", "lost"), LOST)
def test_what_other_filters_do_not_take(key: str, filter_: str, others: list[str], lost: int):
    tree = f'sites: {{"{key}": {T}}}'
    assert compared(tree, tree).lost_to(filter_, others) == lost


def test_what_lies_below_an_open_node_is_any_number():
    tree = "sites: {a: {open: true}}"
    changes = compared(tree, tree)
    assert changes.lost_to("a/#", ["a"]) is None
    assert changes.lost_to("a/#", ["a/#"]) == 0
    assert changes.kept is None


def test_a_change_is_what_its_fields_say():
    one = Change(ChangeKind.ADDED, Subject.TOPIC, "a/x", after="vtq/1", count=1)
    assert one == Change(ChangeKind.ADDED, Subject.TOPIC, "a/x", after="vtq/1", count=1)
    assert str(one) == "topic added: vtq/1"
    assert not one.about_nodes


def test_nothing_is_gone_through_one_by_one():
    """Twelve families in each other are 10^84 topics."""

    def nested(depth: int, last: int) -> dict[str, Any]:
        key = f"m{depth}x[1..{last}]"
        below = (
            {"areas": nested(depth - 1, 10**7)} if depth else {"metrics": {"x": {"type": "number"}}}
        )
        return {key: below}

    old, new = (json.dumps({"uns": 1, "topic": {"containment": "free"}, "areas": nested(11, last)}) for last in (10**7, 10**7 - 1))  # fmt: skip
    (change,) = uns.diff(uns.loads(old), uns.loads(new))
    assert change.count == 10**77
    assert change.template == "m11x10000000"


def test_a_changed_property_does_not_walk_through_families_of_other_nodes():
    family = '"m[1..1000000000000]": {cells: {c: {metrics: {x: {type: number}}}}}'
    text = (
        "uns: 1\nclasses: {F: {properties: {v: {type: integer}}}}\n"
        f"sites: {{a: {{lines: {{{family}, l: {{class: F}}}}}}}}\n"
    )
    (change,) = uns.diff(uns.loads(text), uns.loads(text.replace("integer", "string")))
    assert (change.subject, change.template, change.count) == (Subject.PROPERTY_TYPE, "a/l", 1)


def test_a_change_is_told_where_it_was_said():
    head = "uns: 1\nclasses: {F: {level: site, metrics: {x: {type: number, max: 9}}}}\nsites:\n"
    (change,) = uns.diff(
        uns.loads(f"{head}  a: {{class: F}}\n"),
        uns.loads(f"{head}  a: {{class: F, metrics: {{x: {{max: 5}}}}}}\n"),
    )
    assert (change.new_span and change.new_span.line) == 4
    assert (change.old_span and change.old_span.line) == 2


def test_a_payload_is_told_where_it_is_declared():
    text = "uns: 1\npayloads:\n  c/1:\n    fields:\n      n?: {type: integer}\nsites: {a: {topics: {t: {payload: c/1}}}}\n"
    (change,) = uns.diff(uns.loads(text), uns.loads(text.replace("integer", "number")))
    assert (change.new_span and change.new_span.line) == 5


def test_what_defaults_change_is_one_change():
    text = "uns: 1\nsites: {a: {metrics: {x: {type: number}, y: {type: number}}, topics: {i: {payload: info/1}}}}\n"
    (change,) = uns.diff(uns.loads(text), uns.loads(f"{text}defaults: {{retain: false}}\n"))
    assert (change.subject, change.cause, change.count) == (Subject.RETAIN, "defaults", 3)
    assert (change.new_span and change.new_span.line) == 3


def test_info_of_a_node_is_one_change_at_the_node():
    head = "uns: 1\nclasses: {L: {level: line, children: {cells: {c: {}}}}}\nsites:\n"
    none = uns.loads(
        f"{head}  a: {{lines: {{l: {{class: L}}}}}}\n  b: {{lines: {{l: {{class: L}}}}}}\n"
    )
    some = uns.loads(
        f"{head}  a: {{info: true, lines: {{l: {{class: L}}}}}}\n  b: {{lines: {{l: {{class: L, info: true}}}}}}\n"
    )
    added, removed = uns.diff(none, some), uns.diff(some, none)
    assert told(added) == [
        "topic added: info/1 @a/_info x3 [info]", "topic added: info/1 @b/l/_info x2 [info]",
    ]  # fmt: skip
    assert [str(change.new_span) for change in added] == ["<text>:4:7", "<text>:5:29"]
    assert [str(change.old_span) for change in removed] == ["<text>:4:7", "<text>:5:29"]


def test_a_node_without_the_info_of_defaults():
    text = "uns: 1\ndefaults: {info: true}\nsites: {a: {}, b: {lines: {l: {}}}}\n"
    changes = uns.diff(uns.loads(text), uns.loads(text.replace("b: {", "b: {info: false, ")))
    assert told(changes) == ["topic removed: info/1 @b/_info x2 [defaults]"]
    (change,) = changes
    assert (str(change.old_span), str(change.span)) == ("<text>:2:12", "<text>:3:16")


def test_who_says_info_is_no_change():
    text = "uns: 1\nsites: {a: {info: true, lines: {l: {}}}}\n"
    other = text.replace("info: true, ", "") + "defaults: {info: true}\n"
    assert not uns.diff(uns.loads(text), uns.loads(other))
    assert not uns.diff(uns.loads(other), uns.loads(text))


def test_a_unit_that_went_with_its_type_is_no_change_of_its_own():
    text = "uns: 1\nsites: {a: {metrics: {x: {type: number, unit: kW}}}}\n"
    changes = uns.diff(uns.loads(text), uns.loads(text.replace("number, unit: kW", "string")))
    assert [change.subject for change in changes] == [Subject.TYPE]
