"""What plants publish and how their models grow: what loads, and what is refused with its reason."""

from __future__ import annotations

import pytest

import uns

HEAD = "uns: 1\n"


def load(tree: str, **others: str) -> uns.Namespace:
    """A model, with other files by the names of the arguments."""
    files = {"m.uns.yaml": HEAD + tree}
    files |= {name.replace("_", "."): text for name, text in others.items()}
    return uns.load("m.uns.yaml", read=lambda path: files[path].encode())


#: A tree, a topic, a message, and whether the message is valid.
MESSAGES = [
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: bare/1, max: 10}}}}", "7.5", True, id="a bare number"),
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: bare/1, max: 10}}}}", "11", False, id="a bare number above its limit"),
    pytest.param("payloads: {n/1: {value: metric_value}}\nsites: {lyon: {metrics: {m: {type: integer, payload: n/1}}}}", "7", True, id="a bare number, in a payload of the model"),
    pytest.param("payloads: {n/1: {value: {type: boolean}}}\nsites: {lyon: {topics: {m: {payload: n/1}}}}", "true", True, id="a bare boolean"),
    pytest.param("payloads: {n/1: {value: {type: boolean}}}\nsites: {lyon: {topics: {m: {payload: n/1}}}}", "1", False, id="a number for a bare boolean"),
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: bare/1, nullable: true}}}}", "null", True, id="a bare null"),
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: bare/1}}}}", "null", False, id="a bare null that is not allowed"),
    pytest.param("payloads: {p/1: {fields: {w: {type: number, nullable: true}}}}\nsites: {lyon: {topics: {m: {payload: p/1}}}}", '{"w": null}', True, id="a field that is null"),
    pytest.param("payloads: {p/1: {fields: {'w?': {type: number}}}}\nsites: {lyon: {topics: {m: {payload: p/1}}}}", '{"w": null}', False, id="an optional field is not null"),
    pytest.param("payloads: {p/1: {fields: {o: {type: object, fields: {w: {type: number, nullable: true}}}}}}\nsites: {lyon: {topics: {m: {payload: p/1}}}}", '{"o": {"w": null}}', True, id="a field of a field that is null"),
    pytest.param("payloads: {s/1: {encoding: text, value: {type: enum, values: [IDLE, RUN]}}}\nsites: {lyon: {topics: {m: {payload: s/1}}}}", "IDLE", True, id="text"),
    pytest.param("payloads: {s/1: {encoding: text, value: {type: enum, values: [IDLE, RUN]}}}\nsites: {lyon: {topics: {m: {payload: s/1}}}}", '"IDLE"', False, id="text has no quotes"),
    pytest.param("payloads: {b/1: {encoding: binary, max_bytes: 4}}\nsites: {lyon: {topics: {m: {payload: b/1}}}}", "\x00\x01{", True, id="bytes"),
    pytest.param("payloads: {b/1: {encoding: binary, max_bytes: 4}}\nsites: {lyon: {topics: {m: {payload: b/1}}}}", "12345", False, id="too many bytes"),
    pytest.param("sites: {lyon: {topics: {m: {payload: unknown/1}}}}", "whatever", True, id="a contract that is not known yet"),
    pytest.param("include: [std]\nsites: {lyon: {topics: {m: {payload: unknown/1, kind: event}}}}", "", True, id="an empty message whose contract is not known"),
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: text/1}}}}", "", True, id="the empty message that clears a retained topic"),
    pytest.param("payloads: {e/1: {value: number}}\nsites: {lyon: {topics: {m: {payload: e/1, kind: event}}}}", "", False, id="an empty message on an event"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "message", "valid"), MESSAGES)
def test_a_message_of_a_device_is_valid_or_not(tree: str, message: str, valid: bool):
    ns = load(tree)
    if valid:
        assert ns.validate("lyon/m", message.encode()).is_modelled
    else:
        with pytest.raises(uns.InvalidPayload):
            ns.validate("lyon/m", message.encode())


#: A tree, the topics that it has, and other files.
TREES = [
    pytest.param("include: [b.uns.yaml]\nsites: {lyon: {metrics: {a: {type: number}}}}", ["lyon/a", "lyon/b"], "uns: 1\nsites: {lyon: {metrics: {b: {type: number}}}}", id="another file adds a metric to a node"),
    pytest.param("include: [b.uns.yaml]\nsites: {lyon: {lines: {l: {topics: {}}}}}", ["lyon/l/t"], "uns: 1\npayloads: {p/1: {value: number}}\nsites: {lyon: {lines: {l: {topics: {t: {payload: p/1}}}}}}", id="another file adds a topic to a line"),
    pytest.param("include: [b.uns.yaml]\nsites: {lyon: {class: Plant}}", ["lyon/a"], "uns: 1\nlibrary: types\nversion: '1.0.0'\nclasses: {Plant: {level: site, metrics: {a: {type: number}}}}", id="a library holds the class"),
    pytest.param("classes: {L: {level: line, children: {cells: {c: {metrics: {a: {type: number}}}}}}}\nsites: {lyon: {lines: {l: {class: L, cells: {c: {metrics: {b: {type: number}}}}}}}}", ["lyon/l/c/a", "lyon/l/c/b"], "", id="a part gets a metric at its instance"),
    pytest.param("classes: {L: {level: line, children: {cells: {c: {metrics: {a: {type: number}}}}}}}\nsites: {lyon: {lines: {l: {class: L, cells: {c: {metrics: {a: {max: 5}}}}}}}}", ["lyon/l/c/a"], "", id="a part is narrowed at its instance"),
    pytest.param("classes: {L: {level: line, children: {cells: {'c[1..2]': {metrics: {a: {type: number}}}}}}}\nsites: {lyon: {lines: {l: {class: L, cells: {'c[1..2]': {label: Filler}}}}}}", ["lyon/l/c1/a", "lyon/l/c2/a"], "", id="a family of parts is refined"),
    pytest.param("sites: {lyon: {metrics: {'silo[1..2]': {type: number}}}}", ["lyon/silo1", "lyon/silo2"], "", id="a family of leaves"),
    pytest.param("sites: {lyon: {metrics: {part/a: {type: number}, part/b: {type: number}}}}", ["lyon/part/a", "lyon/part/b"], "", id="leaves of two levels"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "topics", "other"), TREES)
def test_a_tree_of_a_plant_has_these_topics(tree: str, topics: list[str], other: str):
    assert sorted(load(tree, b_uns_yaml=other).topics()) == topics


#: An open set with what is beside it, a topic, and what it takes for the name in braces if it exists.
OPEN = "sites:\n  lyon:\n    lines:\n      '{device}': {pattern: '[a-z]+', metrics: {v: {type: number}}}\n"
BESIDE = [
    pytest.param("      bridge: {metrics: {state: {type: string}}}\n", "lyon/bridge/v", None, id="a name"),
    pytest.param("      bridge: {metrics: {v: {type: string}}}\n", "lyon/bridge/v", {}, id="a name with the same metric"),
    pytest.param("      'g[a,b]': {metrics: {w: {type: string}}}\n", "lyon/ga/v", None, id="a family"),
    pytest.param("      'g[a,b]': {metrics: {w: {type: string}}}\n", "lyon/gc/v", {"device": "gc"}, id="what is not in the family"),
    pytest.param("    metrics: {total/v: {type: number}}\n", "lyon/total/v", {}, id="a leaf"),
]  # fmt: skip


@pytest.mark.parametrize(("beside", "topic", "names"), BESIDE)
def test_a_closed_name_wins_over_an_open_set(beside: str, topic: str, names: dict[str, str] | None):
    found = load(OPEN + beside).resolve(topic)
    assert (dict(found.values) if found.node is not None else None) == names


#: A tree that is refused, and what the fault says.
REFUSED = [
    pytest.param("payloads: {j/1: {json_schema: j.json}}\nsites: {lyon: {metrics: {m: {type: number, payload: j/1}}}}", "M505", id="a metric on a JSON Schema"),
    pytest.param("payloads: {j/1: {json_schema: j.json}}\nclasses: {C: {metrics: {m: {type: number, payload: j/1}}}}\nsites: {lyon: {class: C}}", "M505", id="a metric of a class on a JSON Schema"),
    pytest.param("payloads: {j/1: {json_schema: j.json}}\ndefaults: {metric_payload: j/1}\nsites: {lyon: {metrics: {m: {type: number}}}}", "M505", id="a JSON Schema as the payload of all metrics"),
    pytest.param("sites: {lyon: {metrics: {m: {type: number, payload: unknown/1}}}}", "M505", id="a metric whose contract is not known"),
    pytest.param("payloads: {n/1: {value: {type: number, default: 1}}}\nsites: {lyon: {topics: {m: {payload: n/1}}}}", "M201", id="a default of a whole message"),
    pytest.param("payloads: {s/1: {encoding: text, value: {type: number, nullable: true}}}\nsites: {lyon: {topics: {m: {payload: s/1}}}}", "M506", id="text that may be null"),
    pytest.param("sites: {lyon: {metrics: {'{id}': {type: number}}}}", "M401", id="an open set in a leaf"),
    pytest.param("classes: {L: {level: line, children: {cells: {'c[1..2]': {metrics: {a: {type: number}}}}}}}\nsites: {lyon: {lines: {l: {class: L, cells: {c1: {label: x}}}}}}", "M4", id="one member of a family of parts"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "code"), REFUSED)
def test_what_cannot_be_meant_is_refused(tree: str, code: str):
    with pytest.raises(uns.InvalidNamespace) as caught:
        load(tree, j_json="{}")
    (fault,) = caught.value.diagnostics
    assert fault.code.startswith(code)
    assert fault.help
