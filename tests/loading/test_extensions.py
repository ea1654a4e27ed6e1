"""Keys of other programs, x-..., wherever the keys are those of the language."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import jsonschema_rs
import pytest
import yaml

import uns
from tests.generators.test_site import unpacked
from tests.loading.test_loader import faults, reader
from tests.rules.judged import found_by
from uns.changes import Subject
from uns.generators import generate, topics_json
from uns.loading import load, loads
from uns.loading.model_format import schema
from uns.rules import weigh

MODEL = """\
uns: 1
include: [std]
x-top: 1
model: {id: acme, version: "1.0.0", x-plan: {colour: blue, at: [1, null, true]}}
topic: {x-t: 1, containment: free}
defaults: {x-d: 1}
levels: {site: {x-level: 1, metrics: {power: {type: number, unit: kW, x-kind: level}}}}
aspects: {x-raw: _raw}
payloads:
  count/1:
    x-owner: mes
    fields:
      timestamp_ms: {type: timestamp_ms, x-clock: ptp}
      list?: {type: array, items: {type: string, x-item: 1}}
      x-n: {type: integer}
classes:
  Machine: {abstract: true, x-a: machine, x-b: machine}
  Oven:
    extends: Machine
    level: work_cell
    x-b: oven
    x-c: oven
    deprecated: {since: "1.0.0", x-ticket: 17}
    properties: {x-weight: {type: number, x-source: erp}}
    metrics:
      x-heat: {type: number, unit: Cel, x-b: oven, x-poll: 5}
    topics:
      "x-raw:count": {payload: count/1, x-q: 1}
clients: {scada: {subscribe: ["x-lyon/#"], x-group: ot}}
kafka: {x-k: 1}
lint: {x-l: 1}
sites:
  x-lyon:
    x-site: 7
    cells:
      oven:
        class: Oven
        x-c: node
        x-d: node
        properties: {x-weight: 3}
        metrics: {x-heat: {x-b: node}}
"""

#: Extension keys outside the tree, by path.
OUTSIDE = {
    (): {"x-top": 1},
    ("model",): {"x-plan": {"colour": "blue", "at": [1, None, True]}},
    ("topic",): {"x-t": 1},
    ("defaults",): {"x-d": 1},
    ("levels", "site"): {"x-level": 1},
    ("payloads", "count/1"): {"x-owner": "mes"},
    ("payloads", "count/1", "fields", "timestamp_ms"): {"x-clock": "ptp"},
    ("payloads", "count/1", "fields", "list?", "items"): {"x-item": 1},
    ("classes", "Oven", "properties", "x-weight"): {"x-source": "erp"},
    ("clients", "scada"): {"x-group": "ot"},
    ("kafka",): {"x-k": 1},
    ("lint",): {"x-l": 1},
}


@pytest.fixture(scope="module")
def namespace() -> uns.Namespace:
    return loads(MODEL)


def test_they_are_kept_as_json(namespace: uns.Namespace) -> None:
    assert namespace.extensions == OUTSIDE


def test_a_node_replaces_the_keys_of_its_class(namespace: uns.Namespace) -> None:
    assert namespace["x-lyon/oven"].extensions == {
        "x-a": "machine", "x-b": "oven", "x-c": "node", "x-d": "node",
    }  # fmt: skip
    assert namespace["x-lyon"].extensions == {"x-site": 7}
    assert namespace["x-lyon/oven/x-heat"].extensions == {"x-b": "node", "x-poll": 5}
    assert namespace["x-lyon/power"].extensions == {"x-kind": "level"}
    assert namespace.root.extensions == {}


def test_a_deprecation_keeps_them(namespace: uns.Namespace) -> None:
    deprecated = namespace["x-lyon/oven"].deprecated
    assert deprecated is not None
    assert deprecated.extensions == {"x-ticket": 17}


def test_among_names_they_are_names(namespace: uns.Namespace) -> None:
    assert [str(template) for template in namespace.templates()] == [
        "x-lyon/power", "x-lyon/oven/x-heat", "x-lyon/oven/_raw/count",
    ]  # fmt: skip
    assert namespace["x-lyon/oven"].properties == {"x-weight": 3}
    assert [field.name for field in namespace.payloads["count/1"].fields][-1] == "x-n"


def test_copies_have_them(namespace: uns.Namespace) -> None:
    for other in (copy.deepcopy(namespace), pickle.loads(pickle.dumps(namespace))):
        assert other.extensions == OUTSIDE
        assert other["x-lyon/oven"].extensions == namespace["x-lyon/oven"].extensions


def _without(value: Any) -> Any:
    """The model without extension keys; only `names` are left."""
    names = {"x-raw", "x-n", "x-weight", "x-heat", "x-lyon", "x-raw:count"}
    if isinstance(value, dict):
        return {
            key: _without(inner)
            for key, inner in value.items()
            if not key.startswith("x-") or key in names
        }
    return value


def test_nothing_judges_them(namespace: uns.Namespace) -> None:
    plain = loads(json.dumps(_without(yaml.safe_load(MODEL))))
    assert not plain.extensions
    assert [(f.code, f.message) for f in weigh(namespace).findings] == [
        (f.code, f.message) for f in weigh(plain).findings
    ]
    changes = uns.diff(plain, namespace)
    assert {change.subject for change in changes} <= {Subject.EXTENSION, Subject.DEPRECATED}
    assert found_by("N101", namespace) == found_by("N101", plain)


CHANGED = [
    pytest.param("x-top: 1", "x-top: 2", "extension x-top: 1 -> 2", id="of the model"),
    pytest.param("colour: blue", "colour: red", "extension x-plan of model: ", id="under model"),
    pytest.param("x-level: 1", "x-level: a", 'extension x-level of levels.site: 1 -> "a"', id="of a level"),
    pytest.param("x-owner: mes", "x-other: mes", "extension x-owner of payloads.count/1", id="of a payload"),
    pytest.param("x-clock: ptp", "x-clock: ntp", "extension x-clock of payloads.count/1", id="of a field"),
    pytest.param("x-group: ot", "x-group: it", "extension x-group of clients.scada", id="of a client"),
    pytest.param("x-site: 7", "x-site: 8", "extension x-site: 7 -> 8", id="of a node"),
    pytest.param("x-c: node", "x-c: it", 'extension x-c: "node" -> "it"', id="of a node with a class"),
    pytest.param("x-b: oven\n", "x-b: it\n", 'extension x-b: "oven" -> "it"', id="of a class"),
    pytest.param("x-poll: 5", "x-poll: 6", "extension x-poll: 5 -> 6", id="of a metric"),
    pytest.param("x-ticket: 17", "x-ticket: 18", "deprecated: since 1.0.0, x-ticket 17", id="of a deprecation"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGED)
def test_a_change_of_one_is_documentation(
    namespace: uns.Namespace, old: str, new: str, expected: str
) -> None:
    assert old in MODEL
    later = loads(MODEL.replace(old, new), name="later")
    changes = list(uns.diff(namespace, later))
    assert changes
    assert all(change.subject in {Subject.EXTENSION, Subject.DEPRECATED} for change in changes)
    assert any(str(change).startswith(expected) for change in changes), list(map(str, changes))
    place = next(c.new_span or c.old_span for c in changes if str(c).startswith(expected))
    assert place is not None


def test_of_a_class_without_nodes() -> None:
    old = "uns: 1\nclasses: {Oven: {x-a: 1}}"
    (change,) = uns.diff(loads(old), loads(old.replace("1}", "2}")))
    assert str(change) == "extension x-a of classes.Oven: 1 -> 2"


def test_topics_json_has_them(namespace: uns.Namespace) -> None:
    facts = json.loads(topics_json.generate(namespace).files["topics.json"])
    topics = {topic["template"]: topic for topic in facts["topics"]}
    assert topics["x-lyon/oven/x-heat"]["extensions"] == {"x-b": "node", "x-poll": 5}
    levels = topics["x-lyon/oven/x-heat"]["levels"]
    assert [level.get("extensions") for level in levels[:1]] == [{"x-site": 7}]
    oven = next(each for each in facts["classes"] if each["name"] == "Oven")
    assert oven["extensions"] == {"x-a": "machine", "x-b": "oven", "x-c": "oven"}
    found = {tuple(each["path"]): each["extensions"] for each in facts["extensions"]}
    assert found == OUTSIDE


def test_asyncapi_has_them(namespace: uns.Namespace) -> None:
    text = generate(namespace, "asyncapi").files["asyncapi.yaml"].decode()
    document = yaml.safe_load(text)
    assert document["info"]["x-top"] == 1
    assert document["info"]["x-plan"] == OUTSIDE["model",]["x-plan"]
    (heat,) = (c for c in document["channels"].values() if c["address"].endswith("/x-heat"))
    assert (heat["x-b"], heat["x-poll"]) == ("node", 5)
    messages = document["components"]["messages"].values()
    (count,) = (message for message in messages if message["name"] == "count/1")
    assert count["x-owner"] == "mes"
    assert document["x-uns-clients"]["scada"]["x-group"] == "ot"


def test_the_site_has_them(namespace: uns.Namespace) -> None:
    page = generate(namespace, "site", layout="file").files["index.html"]
    model = unpacked(page)
    assert [["payloads", "count/1"], [["x-owner", "mes"]]] in model["extensions"]
    assert [["model"], [["x-plan", '{"colour": "blue", "at": [1, null, true]}']]] in model[
        "extensions"
    ]
    shown = [
        more["extensions"]
        for more in model["notes"]["more"]["values"]
        if "extensions" in (more or {})
    ]
    assert [["x-site", "7"]] in shown
    assert [["x-b", "node"], ["x-poll", "5"]] in sorted(map(sorted, shown))


def test_the_schema_for_editors_takes_them() -> None:
    validator = jsonschema_rs.validator_for(schema())
    assert validator.is_valid(yaml.safe_load(MODEL))
    assert not validator.is_valid({"uns": 1, "model": {"id": "a", "y-plan": 1}})


REFUSED = [
    pytest.param("model: {id: a, X-plan: 1}", "'X-plan'", id="a capital letter"),
    pytest.param("model: {id: a, y-plan: 1}", "'y-plan'", id="another letter"),
    pytest.param("sites: {lyon: {xplan: 1}}", "'xplan'", id="without a dash"),
    pytest.param(
        "classes: {A: {level: unit, children: {x-part: {a: {}}}}}", "'x-part'", id="among levels"
    ),
]


@pytest.mark.parametrize(("text", "key"), REFUSED)
def test_other_keys_are_refused(text: str, key: str) -> None:
    (fault,) = faults(lambda: loads(f"uns: 1\n{text}", name="plant.uns.yaml"))
    assert key in fault.splitlines()[0]


def test_a_key_with_an_escaped_character() -> None:
    assert loads('{uns: 1, model: {id: a, "\\x78-plan": 1}}').extensions == {
        ("model",): {"x-plan": 1}
    }


def test_a_wrong_key_beside_one_is_still_told_with_its_place() -> None:
    text = "uns: 1\nsites:\n  lyon:\n    x-a: 1\n    metrics: {power: {x-b: 1, typ: number}}\n"
    (fault,) = faults(lambda: loads(text, name="plant.uns.yaml"))
    assert fault.startswith("5:31-34 M201 a metric has no key 'typ'")


def test_what_is_missing_is_still_told() -> None:
    text = "uns: 1\nclasses: {A: {metrics: {p: {x-b: 1}}}}\nsites: {lyon: {class: A}}\n"
    (fault,) = faults(lambda: loads(text, name="plant.uns.yaml"))
    assert " M502 metric 'p' has no type" in fault


def test_in_two_files_one_is_a_fault() -> None:
    files = {
        "plant.uns.yaml": "uns: 1\ninclude: [a.uns.yaml]\nx-t: 1\nsites: {lyon: {x-a: 1, x-b: 1}}\n",
        "a.uns.yaml": "uns: 1\nx-t: 2\nsites: {lyon: {x-a: 2, x-c: 1}}\n",
    }
    (fault,) = faults(lambda: load("plant.uns.yaml", read=reader(files)))
    assert "a.uns.yaml:3:16-19 M310 `x-a` of site 'lyon' is declared in two files" in fault
    files["a.uns.yaml"] = files["a.uns.yaml"].replace("x-a: 2, ", "")
    namespace = load("plant.uns.yaml", read=reader(files))
    assert namespace["lyon"].extensions == {"x-a": 1, "x-b": 1, "x-c": 1}
    assert namespace.extensions == {(): {"x-t": 1}}


def test_asyncapi_tells_what_it_cannot_take() -> None:
    text = "uns: 1\nmodel: {id: a, x-a b: 1, x-r: {$ref: there}, x-c: 1}\nsites: {lyon: {metrics: {p: {type: number, x-ü: 1}}}}"
    made = generate(loads(text), "asyncapi")
    info = yaml.safe_load(made.files["asyncapi.yaml"])["info"]
    assert {key for key in info if key.startswith("x-")} == {"x-c"}
    told = [loss.message for loss in made.losses if loss.code == "X213"]
    assert sorted(message.split("`")[1] for message in told) == ["x-a b", "x-r", "x-ü"]
