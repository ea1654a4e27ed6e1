"""`info` on nodes: the nearest ancestor says."""

from __future__ import annotations

import pytest

import uns
from uns.loading import loads

HEAD = """\
uns: 1
topic: {containment: free}
classes:
  Oven: {level: work_cell, metrics: {heat: {type: number}}, children: {units: {door: {}, tray: {info: false}}}}
"""

CASES = [
    pytest.param("", "lyon: {info: true}", ["lyon"], id="a node"),
    pytest.param("", "lyon: {info: true, lines: {a: {}, b: {info: false}}}", ["lyon", "lyon/a"], id="all below it until another says otherwise"),
    pytest.param("true", "lyon: {lines: {a: {info: false, cells: {c: {}, d: {info: true}}}}}", ["lyon", "lyon/a/d"], id="a node takes away what defaults give"),
    pytest.param("", "lyon: {info: true, cells: {o: {class: Oven}}}, nice: {cells: {o: {class: Oven}}}", ["lyon", "lyon/o", "lyon/o/door"], id="nodes of one class differ by where they are"),
    pytest.param("", "lyon: {cells: {o: {class: Oven, info: true}, p: {class: Oven}}}", ["lyon/o", "lyon/o/door"], id="a node with a class, and its parts"),
    pytest.param("", "lyon: {cells: {o: {class: Oven, info: true, metrics: {x: {type: number}}}}}", ["lyon/o", "lyon/o/door"], id="a node that refines its class"),
    pytest.param("", "lyon: {info: true, cells: {o: {class: Oven, units: {tray: {info: true}}}}}", ["lyon", "lyon/o", "lyon/o/door", "lyon/o/tray"], id="a part that is written again"),
    pytest.param("", "lyon: {info: true, topics: {_info: {payload: text/9}}}", ["lyon"], id="a topic of its own stays"),
    pytest.param("", "'s[1..3]': {info: true}", ["s[1..3]"], id="a family"),
    pytest.param("true", "lyon: {info: }", ["lyon"], id="a key without a value says nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("default", "sites", "described"), CASES)
def test_the_nearest_ancestor_says(default: str, sites: str, described: list[str]) -> None:
    payload = "payloads: {text/9: {fields: {t: {type: string}}}}"
    text = f"{HEAD}{payload}\ndefaults: {{info: {default}}}\nsites: {{{sites}}}"
    found = [str(template) for template in loads(text).templates()]
    ends = [text.removesuffix("/_info") for text in found if text.endswith("/_info")]
    assert sorted(ends) == sorted(described)


def test_a_change_is_one_of_topics() -> None:
    old, new = (loads(f"{HEAD}sites: {{lyon: {{info: {is_on}}}}}") for is_on in ("false", "true"))
    (change,) = uns.diff(old, new)
    assert (change.kind, change.template) == ("added", "lyon/_info")
