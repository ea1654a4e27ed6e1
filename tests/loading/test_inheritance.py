"""What several declarations say of one endpoint together: the results; faults stand in tests/broken."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import uns
from uns.loading.finisher import split_key
from uns.loading.value_types import explain_misfit
from uns.model.tree import Endpoint
from uns.payloads import ValueType


def endpoint(classes: str, node: str, topic: str = "s/m") -> Endpoint:
    ns = uns.loads(
        f"uns: 1\naspects: {{raw: _raw, mes: _mes}}\nclasses: {{{classes}}}\nsites: {{s: {{{node}}}}}\n"
    )
    found = ns[topic].endpoint
    assert found is not None
    return found


def metric(classes: str, node: str) -> ValueType:
    found = endpoint(classes, node).metric
    assert found is not None
    return found


NUMBER = ValueType("number")

TOGETHER = [
    # classes, node, the value
    pytest.param("", "metrics: {m: {type: number}}", NUMBER, id="node-alone"),
    pytest.param("A: {metrics: {m: {type: number}}}", "class: A", NUMBER, id="class-alone"),
    pytest.param(
        "A: {metrics: {m: {unit: kW}}}",
        "class: A, metrics: {m: {type: number}}",
        ValueType("number", unit="kW"),
        id="type-set-where-it-was-open",
    ),
    pytest.param(
        "A: {metrics: {m: {type: number, min: 0, max: 9}}}",
        "class: A, metrics: {m: {min: 1, max: 8}}",
        ValueType("number", minimum=1, maximum=8),
        id="narrowed",
    ),
    pytest.param(
        "A: {metrics: {m: {type: number, min: 0}}}",
        "class: A, metrics: {m: {type: number, min: 0}}",
        ValueType("number", minimum=0),
        id="said-again",
    ),
    pytest.param(
        "A: {metrics: {m: {type: number}}}, B: {extends: A, metrics: {m: {min: 1}}}, "
        "C: {extends: B, metrics: {m: {max: 5}}}",
        "class: C, metrics: {m: {unit: K}}",
        ValueType("number", unit="K", minimum=1, maximum=5),
        id="through-three-classes",
    ),
    pytest.param(
        "A: {metrics: {m: {type: number, min: 0, max: 9}}}, B: {metrics: {m: {min: 3, max: 12}}}",
        "class: [A, B]",
        ValueType("number", minimum=3, maximum=9),
        id="of-two-classes-the-narrower-counts",
    ),
    pytest.param(
        "A: {metrics: {m: {type: enum, values: [a, b, c]}}}",
        "class: A, metrics: {m: {values: [c, a]}}",
        ValueType("enum", values=("c", "a")),
        id="fewer-values",
    ),
    pytest.param(
        "A: {metrics: {m: {type: string, max_length: 9, pattern: '[a-z]+'}}}",
        "class: A, metrics: {m: {max_length: 3, pattern: '[a-c]{2}'}}",
        ValueType("string", max_length=3, pattern="[a-c]{2}"),
        id="narrower-pattern",
    ),
    pytest.param(
        "A: {metrics: {m: {type: number}}}, L: {extends: A, metrics: {m: {min: 1}}}, "
        "R: {extends: A, metrics: {m: {max: 9}}}",
        "class: [L, R]",
        ValueType("number", minimum=1, maximum=9),
        id="diamond",
    ),
]


@pytest.mark.parametrize(("classes", "node", "expected"), TOGETHER)
def test_values(classes: str, node: str, expected: ValueType) -> None:
    assert metric(classes, node) == expected


@pytest.mark.parametrize(
    ("classes", "node", "label"),
    [
        pytest.param("A: {metrics: {m: {type: number, label: a}}}", "class: A", "a", id="class"),
        pytest.param(
            "A: {metrics: {m: {type: number, label: a}}}",
            "class: A, metrics: {m: {label: n}}",
            "n",
            id="node-replaces",
        ),
        pytest.param(
            "A: {metrics: {m: {type: number, label: a}}}, B: {metrics: {m: {label: b}}}",
            "class: [A, B]",
            "b",
            id="later-class-replaces",
        ),
        pytest.param(
            "A: {metrics: {m: {type: number, label: a}}}, B: {extends: A, metrics: {m: {label: b}}}",
            "class: [B, A]",
            "b",
            id="what-a-class-refined-does-not-win-over-it",
        ),
        pytest.param(
            "A: {metrics: {m: {type: number, label: a}}}, B: {extends: A, metrics: {m: {label: b}}}, "
            "C: {extends: A}",
            "class: [B, C]",
            "b",
            id="nor-through-another-class",
        ),
    ],
)
def test_texts_replace(classes: str, node: str, label: str) -> None:
    assert endpoint(classes, node).notes.label == label


def test_levels_come_first_then_classes_then_the_node() -> None:
    ns = uns.loads("""
        uns: 1
        levels: {site: {metrics: {m: {min: 0, label: level, description: level, owner: level}}}}
        classes: {A: {metrics: {m: {type: number, label: class, description: class}}}}
        sites: {s: {class: A, metrics: {m: {label: node}}}}
    """)
    found = ns["s/m"].endpoint
    assert found is not None
    assert found.declared_by == ("level site", "class A", "node")
    assert (found.notes.label, found.notes.description, found.notes.owner) == (
        "node", "class", "level",
    )  # fmt: skip
    assert found.metric == ValueType("number", minimum=0)


def test_a_topic_of_classes() -> None:
    found = endpoint(
        "A: {topics: {m: {payload: info/1, qos: 0}}}, B: {extends: A, topics: {m: {kind: event}}}",
        "class: B, topics: {m: {retain: true, required: true, moved_from: [a/b], source_id: x}}",
    )
    assert (found.kind.value, found.retain, found.qos, found.required) == ("event", True, 0, True)
    assert (found.notes.moved_from, found.notes.source_id) == (("a/b",), "x")
    assert found.contract.name == "info/1"
    assert found.metric is None


def test_required_adds_up() -> None:
    ns = uns.loads("""
        uns: 1
        levels: {site: {required: [a]}}
        classes: {A: {required: [b, a]}, B: {extends: A, required: [c]}, C: {required: [d]}}
        sites: {s: {class: [B, C], required: [e, b]}}
    """)
    assert ns["s"].required == ("a", "b", "c", "d", "e")
    assert ns.classes["B"].required == ("b", "a", "c")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("temperature", (None, "temperature")),
        ("raw:temperature", ("raw", "temperature")),
        ("raw:a:b", ("raw", "a:b")),
        ("a::b", (None, "a:b")),
        ("a::b:c", ("a:b", "c")),
        ("raw:a::b", ("raw", "a:b")),
        (":x", ("", "x")),
        ("raw:", ("raw", "")),
        ("::", (None, ":")),
        (":::", (":", "")),
        ("", (None, "")),
        ("a/b:c", ("a/b", "c")),
    ],
)
def test_keys(key: str, expected: tuple[str | None, str]) -> None:
    assert split_key(key) == expected


MISFITS = [
    (ValueType("number"), 1.5, None),
    (ValueType("number"), True, "must be a number"),
    (ValueType("number"), "1", "must be a number"),
    (ValueType("integer"), 3.0, None),
    (ValueType("integer"), 3.5, "must be an integer"),
    (ValueType("integer", minimum=1, maximum=3), 0, "must be at least 1"),
    (ValueType("integer", minimum=1, maximum=3), 4, "must be at most 3"),
    (ValueType("timestamp_ms"), 1.5, "must be a timestamp_ms"),
    (ValueType("boolean"), False, None),
    (ValueType("boolean"), 0, "must be a boolean"),
    (ValueType("string", max_length=2), "ab", None),
    (ValueType("string", max_length=2), "abc", "must have at most 2 characters"),
    (ValueType("string", pattern="[a-z]+"), "A", "must match [a-z]+"),
    (ValueType("string"), ["a"], "must be a string"),
    (ValueType("enum", values=("a", "b")), "c", "must be one of: a, b"),
    (ValueType("enum", values=("a", "b"), open=True), "c", None),
    (ValueType("enum", values=("a",)), 1, "must be an enum"),
    (ValueType("object"), "a", "must be an object"),
    (ValueType("array"), "a", "must be an array"),
    (ValueType("any"), "a", None),
    (ValueType("metric_value"), 3, None),
]


@pytest.mark.parametrize(("type_", "value", "reason"), MISFITS)
def test_misfits(type_: ValueType, value: object, reason: str | None) -> None:
    assert explain_misfit(type_, value) == reason


bounds = st.integers(-3, 3) | st.none()


def ranged(low: int | None, high: int | None) -> str:
    said = {"min": low, "max": high}
    inner = ", ".join(f"{key}: {value}" for key, value in said.items() if value is not None)
    return f"{{metrics: {{m: {{{inner}}}}}}}"


@given(st.lists(st.tuples(bounds, bounds), min_size=1, max_size=4), st.permutations(range(4)))
def test_of_several_parents_the_narrowest_range_counts(
    ranges: list[tuple[int | None, int | None]], order: list[int]
) -> None:
    low = max((low for low, _ in ranges if low is not None), default=None)
    high = min((high for _, high in ranges if high is not None), default=None)
    assume(low is None or high is None or low <= high)
    classes = ", ".join(f"C{n}: {ranged(*bounds)}" for n, bounds in enumerate(ranges))
    names = ", ".join(f"C{n}" for n in order if n < len(ranges))
    found = metric(f"T: {{metrics: {{m: {{type: number}}}}}}, {classes}", f"class: [T, {names}]")
    assert (found.minimum, found.maximum) == (low, high)


@given(st.lists(st.tuples(bounds, bounds), min_size=1, max_size=4))
def test_a_chain_only_narrows(ranges: list[tuple[int | None, int | None]]) -> None:
    classes = ["C0: {metrics: {m: {type: number}}}"]
    widest: tuple[float, float] = (float("-inf"), float("inf"))
    narrows = True
    for number, (low, high) in enumerate(ranges, start=1):
        narrows = (
            narrows and (low is None or low >= widest[0]) and (high is None or high <= widest[1])
        )
        widest = (
            widest[0] if low is None else max(low, widest[0]),
            widest[1] if high is None else min(high, widest[1]),
        )
        said = ranged(low, high).removeprefix("{")
        classes.append(f"C{number}: {{extends: C{number - 1}, {said}")
    try:
        found = metric(", ".join(classes), f"class: C{len(ranges)}")
    except uns.InvalidNamespace as error:
        codes = {diagnostic.code for diagnostic in error.diagnostics}
        assert codes <= {"M504", "M506"}
        assert not narrows or widest[0] > widest[1]
    else:
        assert narrows
        assert (found.minimum, found.maximum) == (
            None if widest[0] == float("-inf") else widest[0],
            None if widest[1] == float("inf") else widest[1],
        )


def test_where_a_facet_was_said_last():
    ns = uns.loads("""
uns: 1
classes:
  A: {abstract: true, metrics: {x: {type: number}}}
  B: {extends: A, level: site, metrics: {x: {unit: kW, max: 9}}}
  C: {extends: A, level: site, metrics: {x: {min: 1}}}
sites:
  lyon: {class: [B, C], metrics: {x: {max: 5}}}
  oslo: {class: B, payload: info/1}
""")
    endpoint = ns["lyon/x"].endpoint
    assert endpoint
    assert endpoint.origin == endpoint.origins[0]
    places = {facet: endpoint.span_of(facet) for facet in ("type", "unit", "min", "max", "retain")}
    assert {facet: span and (span.line, span.column) for facet, span in places.items()} == {
        "type": (4, 43),
        "unit": (5, 52),
        "min": (6, 51),
        "max": (8, 44),
        "retain": None,
    }
    own = ns["oslo"].endpoint
    assert own
    assert (own.origin, own.span_of("payload")) == (None, None)
