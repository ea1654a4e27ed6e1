"""Every rule judges every model: without failing, and with the same findings each time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.models import namespaces
from uns.linting.rule import RuleKind
from uns.loading.model_format import PROFILES
from uns.rules import RULES, Survey


def findings(namespace: uns.Namespace) -> list[uns.Diagnostic]:
    survey = Survey(namespace)
    return [
        found
        for rule in RULES.values()
        if rule.kind is RuleKind.MODEL
        for found in rule.findings(survey)
    ]


@given(namespaces())
def test_models_of_any_shape(namespace: uns.Namespace):
    assert findings(namespace) == findings(namespace)


#: Characters that programs trip over: separators, escapes, look-alikes, things that are not drawn.
_HOSTILE = st.text(
    st.sampled_from(
        "aAlI1O0 \t\n\r\x00\x1b\x7f[]{},..--__''\"`:/#+$%*\\éе́ß\u200b\u202e\ufeff\ue000\U0001f600٣"
    )
    | st.characters(),
    max_size=12,
)


_metric = st.fixed_dictionaries(
    {"type": st.just("number")},
    optional={
        "unit": st.sampled_from(["bar", "mm", "Cel", "furlong", ""]),
        "qos": st.sampled_from([0, 2]),
        "moved_from": _HOSTILE,
        "deprecated": st.fixed_dictionaries(
            {},
            optional={
                "since": st.sampled_from(["1.0.0", "1.0.0-rc.1", "2.0.0+x"]),
                "until": st.sampled_from(["1.0.0", "1.0.0-0", "1.0.0-a.10"]),
                "replaced_by": _HOSTILE,
            },
        ),
    },
)
_node = st.fixed_dictionaries(
    {"metrics": st.dictionaries(_HOSTILE, _metric, max_size=3)},
    optional={"properties": st.dictionaries(_HOSTILE, st.integers(), max_size=1)},
)
_nodes = st.dictionaries(_HOSTILE, _node, max_size=3)


@st.composite
def hostile_models(draw: st.DrawFn) -> dict[str, Any]:
    """Models whose names are any text, held to every profile."""
    return {
        "uns": 1,
        "model": {"id": draw(_HOSTILE), "version": "1.0.0"},
        "topic": {"root": draw(_HOSTILE), "profiles": list(PROFILES), "containment": "free"},
        "aspects": {"raw": "_raw"},
        "sites": {key: {**said, "areas": draw(_nodes)} for key, said in draw(_nodes).items()},
    }


@given(hostile_models())
def test_names_of_any_text(model: dict[str, Any]):
    try:
        namespace = uns.loads(json.dumps(model))
    except uns.InvalidNamespace:
        return
    for found in findings(namespace):
        assert all(map(str.isprintable, (found.message, found.help or "")))


def test_very_long_names_and_deep_trees():
    below: dict[str, Any] = {"metrics": {"x" * 900: {"type": "number"}}}
    for depth in range(20):
        below = {"others": {f"{'1a-' * 300}{depth}": below, "_ " * 500: {}}}
    model = {"uns": 1, "topic": {"profiles": list(PROFILES)}, **below}
    assert findings(uns.loads(json.dumps(model)))


@pytest.mark.parametrize("levels", [1, 6])
def test_a_family_of_any_size_is_looked_at_once(levels: int):
    below: dict[str, Any] = {"metrics": {"speed_mm": {"type": "number", "unit": "m"}}}
    for _ in range(levels):
        below = {"others": {"v[1..999999999999999999]-[1..999999999999999999]": below}}
    model = {"uns": 1, "topic": {"profiles": list(PROFILES)}, **below}
    found = findings(uns.loads(json.dumps(model)))
    assert [f.code for f in found if f.code == "N403"] == ["N403"]
