"""The AsyncAPI document: what the real parser lets pass is checked here, the rest in the integration tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings

import uns
from tests.generators.hostile import namespaces
from uns.diagnostics import Diagnostic
from uns.generators import asyncapi, generate
from uns.generators.asyncapi import FILE

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MODELS = sorted(EXAMPLES.glob("*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]

HOSTS = {"mqtt": "broker.acme.example:1883", "kafka": "kafka.acme.example:9092"}


def made(ns: uns.Namespace, **hosts: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    generated = generate(ns, "asyncapi", **(hosts or HOSTS))
    return yaml.safe_load(generated.files[FILE]), generated.losses


def at(document: Any, pointer: str) -> Any:
    """What a reference leads to."""
    assert pointer.startswith("#/")
    for step in pointer[2:].split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


def references(value: Any) -> list[str]:
    """Every reference a reader would follow."""
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in references(inner)]
    if isinstance(value, list):
        return [ref for inner in value for ref in references(inner)]
    return []


def check(document: Any) -> None:
    """What no document may be, whatever the model's names are."""
    channels = document["channels"]
    addresses = [(str(c["servers"]), c["address"]) for c in channels.values()]
    assert len(set(addresses)) == len(addresses)
    for name, channel in channels.items():
        assert re.fullmatch(r"[a-z0-9_.-]+", name)
        assert not set(channel["address"]) & set("+#?")
        written = re.findall(r"\{([^{}]*)\}", channel["address"])
        assert sorted(written) == sorted(channel.get("parameters", {}))
        assert not set(re.sub(r"\{[^{}]*\}", "", channel["address"])) & set("{}")
        assert all(re.fullmatch(r"[A-Za-z0-9_-]+", parameter) for parameter in written)
    for ref in references(document):
        at(document, ref)
    for operation in document.get("operations", {}).values():
        channel = operation["channel"]["$ref"]
        assert all(m["$ref"].startswith(f"{channel}/messages/") for m in operation["messages"])
    for message in document.get("components", {}).get("messages", {}).values():
        schema = at(document, message["payload"]["$ref"])
        for example in message.get("examples", ()):
            jsonschema_rs.validate(
                {**schema, "components": document["components"]}, example["payload"]
            )


@pytest.mark.slow
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_examples_hold_addresses_differ_and_references_lead_somewhere(path: Path) -> None:
    ns = uns.load(path)
    document, _ = made(ns)
    check(document)
    mqtt = [
        c for c in document["channels"].values() if c["servers"] != [{"$ref": "#/servers/kafka"}]
    ]
    assert len(mqtt) == sum(1 for _ in ns.templates())


@pytest.mark.slow
@settings(max_examples=30)
@given(namespaces())
def test_hostile_names_stay_texts(ns: uns.Namespace) -> None:
    check(made(ns)[0])


MODEL = """
uns: 1
model: {id: dairy/1, version: "2.1.0", owner: Team, label: The dairy}
topic: {containment: free}
aspects: {mes: _mes}
classes: {Machine: {metrics: {speed: {type: number, unit: m/s, min: 0, max: 3, description: Of the belt}}}}
sites:
  lyon:
    lines:
      line[1..3]:
        class: Machine
        lines: {"line[1..3]": {class: Machine}}
      line[5..7]: {class: Machine}
      big[1..500]: {class: Machine}
      "{serial}": {pattern: "x[0-9]{2}", class: Machine}
      "odd{{x}": {class: Machine}
clients:
  gateway: {owner: ops, publish: ["lyon/line2/#"]}
  historian: {subscribe: ["$share/h/lyon/+/speed"]}
"""


def channel_of(document: Any, template: str) -> Any:
    (found,) = (
        c for c in document["channels"].values()
        if c.get("x-uns-template", c["address"]) == template and "x-uns-kind" in c
    )  # fmt: skip
    return found


def test_families_are_parameters() -> None:
    document, losses = made(uns.loads(MODEL))
    check(document)
    channel = channel_of(document, "lyon/line[1..3]/speed")
    assert channel["address"] == "lyon/{production_line}/speed"
    assert channel["x-uns-filter"] == "lyon/+/speed"
    assert channel["title"] == "speed"
    assert channel["description"] == "Of the belt"
    assert channel["tags"] == [{"name": "Machine"}]
    ref = channel["parameters"]["production_line"]["$ref"]
    assert at(document, ref)["enum"] == ["line1", "line2", "line3"]
    # The same set twice in one address has two names there, and another set a name of its own.
    twice = channel_of(document, "lyon/line[1..3]/line[1..3]/speed")
    assert twice["address"] == "lyon/{production_line}/{production_line__2}/speed"
    assert (
        channel_of(document, "lyon/line[5..7]/speed")["address"] == "lyon/{production_line-2}/speed"
    )
    assert [loss.code for loss in losses if loss.code.startswith("X20")].count("X201") == 1


def test_what_is_beside_an_open_set_is_an_extension_and_a_loss() -> None:
    document, losses = made(
        uns.loads("""
uns: 1
sites:
  "{device}": {pattern: "[a-z]+[0-9]*", metrics: {state: {type: boolean}}}
  bridge: {metrics: {state: {type: boolean}}}
  gateway[1..3]: {metrics: {state: {type: boolean}}}
""")
    )
    check(document)
    parameter = document["components"]["parameters"]["device"]
    assert parameter["x-uns-except"] == ["bridge", "gateway[1..3]"]
    (lost,) = (loss for loss in losses if loss.code == "X201")
    assert lost.message.endswith("and what is beside it in `x-uns-except`")


def test_what_a_parameter_cannot_say_is_an_extension_and_a_loss() -> None:
    document, losses = made(uns.loads(MODEL))
    parameters = document["components"]["parameters"]
    assert parameters["serial"]["x-uns-pattern"] == "^(?:x[0-9]{2})$"
    big = channel_of(document, "lyon/big[1..500]/speed")
    parameter = at(document, next(iter(big["parameters"].values()))["$ref"])
    assert (parameter["examples"], parameter["x-uns-segment"]) == (["big1"], "big[1..500]")
    assert {loss.code for loss in losses} == {"X201", "X202", "X204", "X205", "X212"}
    braces = channel_of(document, "lyon/odd{{x}/speed")
    assert at(document, next(iter(braces["parameters"].values()))["$ref"])["enum"] == ["odd{x}"]


def test_operations_come_from_clients() -> None:
    document, _ = made(uns.loads(MODEL))
    operations = document["operations"]
    sends = {name: o for name, o in operations.items() if o["action"] == "send"}
    assert {o["x-uns-client"] for o in sends.values()} == {"gateway"}
    assert len(sends) == 2
    operation = next(iter(sends.values()))
    assert operation["bindings"]["mqtt"] == {"qos": 1, "retain": True, "bindingVersion": "0.2.0"}
    assert len(operations) - len(sends) == 5  # speed of every line: two families, a set, an odd one
    assert document["x-uns-clients"] == {
        "gateway": {"owner": "ops", "publish": ["lyon/line2/#"]},
        "historian": {"subscribe": ["$share/h/lyon/+/speed"]},
    }


TIERS = """
uns: 1
brokers: {lyon: {holds: lyon/#, upstream: hq, description: In the plant}, hq: {}}
sites:
  lyon: {lines: {"line[1..2]": {metrics: {speed: {type: number}}, topics: {stop: {payload: info/1, kind: command}}}}}
  oslo: {metrics: {speed: {type: number}}}
clients:
  gateway: {broker: lyon, user: svc-lyon, publish: lyon/+/speed, subscribe: lyon/+/stop}
  mes: {publish: lyon/+/stop}
  planner: {via: kafka, group: plans, subscribe: "#", publish: lyon/line1/stop}
"""


def test_each_broker_is_a_server_of_the_channels_that_it_sees() -> None:
    document, losses = made(uns.loads(TIERS), mqtt="mqtt.acme.example:1883")
    servers = document["servers"]
    assert {name: server["host"] for name, server in servers.items()} == {
        "mqtt-lyon": "mqtt.example.com",
        "mqtt": "mqtt.acme.example:1883",
        "kafka": "kafka.example.com",
    }
    assert "In the plant" in servers["mqtt-lyon"]["description"]
    seen = {
        channel["address"]: [ref["$ref"].rpartition("/")[2] for ref in channel["servers"]]
        for channel in document["channels"].values()
    }
    assert seen["lyon/{production_line}/stop"] == ["mqtt-lyon", "mqtt"]
    assert (seen["lyon/{production_line}/speed"], seen["oslo/speed"]) == (["mqtt-lyon"], ["mqtt"])
    assert [loss.path for loss in losses if loss.code == "X203"] == ["kafka", "lyon"]


def test_kafka_clients_use_kafka_channels_and_no_others() -> None:
    document, _ = made(uns.loads(TIERS))
    check(document)
    mine = [o for o in document["operations"].values() if o["x-uns-client"] == "planner"]
    channels = {o["channel"]["$ref"].rpartition("/")[2] for o in mine}
    assert {document["channels"][name]["servers"][0]["$ref"] for name in channels} == {
        "#/servers/kafka"
    }
    reads = [o for o in mine if o["action"] == "receive"]
    writes = [o for o in mine if o["action"] == "send"]
    assert len(writes) == 1
    assert writes[0]["bindings"] == {"kafka": {"bindingVersion": "0.5.0"}}
    assert {o["bindings"]["kafka"]["groupId"]["enum"][0] for o in reads} == {"plans"}
    assert document["x-uns-clients"]["gateway"] == {
        "broker": "lyon",
        "user": "svc-lyon",
        "publish": ["lyon/+/speed"],
        "subscribe": ["lyon/+/stop"],
    }


def test_operations_are_told_apart() -> None:
    text = """
uns: 1
sites: {b.send.c: {payload: info/1}, c: {payload: info/1}}
clients: {a: {publish: b.send.c}, a.send.b: {publish: c}}
"""
    assert len(made(uns.loads(text))[0]["operations"]) == 2


def test_kafka_has_channels_of_its_own() -> None:
    document, _ = made(uns.load(EXAMPLES / "bottling" / "bottling.uns.yaml"))
    channel = document["channels"]["kafka__uns.bottlingcompany.munich.bottling"]
    assert channel["address"] == "uns.bottlingcompany.munich.bottling"
    assert channel["bindings"]["kafka"] == {
        "topic": "uns.bottlingcompany.munich.bottling",
        "partitions": 6,
        "replicas": 3,
        "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 604800000},
        "bindingVersion": "0.5.0",
    }
    assert "packml-state.1" in channel["messages"]
    message = document["components"]["messages"]["packml-state.1"]
    assert (
        message["bindings"]["kafka"]["key"]["description"] == "The MQTT topic, whole and in UTF-8"
    )


def test_kafka_topics_of_a_family_are_one_channel() -> None:
    document, losses = made(
        uns.loads("uns: 1\nkafka: {key: tail}\nsites: {'s[1..3]': {metrics: {x: {type: number}}}}")
    )
    (channel,) = (c for c in document["channels"].values() if "x-uns-place" in c)
    assert channel["address"] == "uns.{site}"
    assert "topic" not in channel["bindings"]["kafka"]
    assert "X205" in {loss.code for loss in losses}


def test_the_head_says_which_model() -> None:
    document, _ = made(uns.loads(MODEL))
    assert document["id"] == "urn:uns:dairy%2F1"
    assert document["info"] == {
        "title": "The dairy",
        "version": "2.1.0",
        "contact": {"name": "Team"},
    }
    assert document["servers"]["mqtt"]["host"] == HOSTS["mqtt"]


def test_a_server_nobody_named_is_a_loss() -> None:
    generated = generate(uns.loads(MODEL), "asyncapi", mqtt="broker.acme.example")
    assert [loss.path for loss in generated.losses if loss.code == "X203"] == ["kafka"]


def test_an_open_node_is_a_loss() -> None:
    _, losses = made(uns.loads("uns: 1\nsites: {a: {open: true}}"))
    assert [loss.code for loss in losses] == ["X209"]


def test_what_stands_for_no_topic_or_does_not_go_to_kafka_is_a_loss() -> None:
    ns = uns.loads(f"uns: 1\nsites: {{'{{s}}': {{pattern: '[+]', metrics: {{x: {{type: number}}}}}}, {'y' * 250}: {{metrics: {{x: {{type: number}}}}}}}}")  # fmt: skip
    document, losses = made(ns)
    assert [loss.code for loss in losses if loss.code != "X201"] == ["X210", "X206"]
    assert len(document["channels"]) == 1


def test_a_field_that_would_be_taken_for_a_reference_is_a_loss() -> None:
    text = "uns: 1\npayloads: {a/1: {fields: {$ref: {type: string}}}}\nsites: {a: {topics: {t: {payload: a/1}}}}"
    document, losses = made(uns.loads(text))
    assert "examples" not in document["components"]["messages"]["a.1"]
    assert set(document["components"]["schemas"]["a.1"]) == {"description", "x-uns-json-schema"}
    assert [loss.code for loss in losses] == ["X207", "X208"]


def test_a_message_without_example_is_a_loss() -> None:
    text = """
uns: 1
payloads: {a/1: {fields: {x: {type: string, max_length: 2, pattern: "[a-z]{5}"}}}}
sites: {a: {topics: {t: {payload: a/1}}}}
"""
    document, losses = made(uns.loads(text))
    assert "examples" not in document["components"]["messages"]["a.1"]
    assert [loss.code for loss in losses] == ["X207"]


@pytest.mark.parametrize(("schema", "said"), [("true", {}), ("false", {"not": {}})])
def test_a_schema_that_is_no_more_than_yes_or_no(tmp_path: Path, schema: str, said: object) -> None:
    document, _ = made(foreign(tmp_path, schema))
    assert document["components"]["schemas"]["a.1"] == said


@pytest.mark.parametrize(("depth", "stands"), [(60, "not"), (150, "x-uns-json-schema")])
def test_a_schema_of_any_depth(tmp_path: Path, depth: int, stands: str) -> None:
    document, _ = made(foreign(tmp_path, '{"not":' * depth + "{}" + "}" * depth))
    assert stands in document["components"]["schemas"]["a.1"]


def test_an_example_of_any_depth(tmp_path: Path) -> None:
    deep = "[" * 150 + "]" * 150
    document, losses = made(foreign(tmp_path, f'{{"examples": [{deep}]}}'))
    assert "examples" not in document["components"]["messages"]["a.1"]
    assert {loss.code for loss in losses} == {"X207", "X208"}


def test_operations_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncapi, "MOST_OPERATIONS", 3)
    document, losses = made(uns.loads(MODEL))
    assert len(document["operations"]) == 3
    assert "4 operations beyond 3 are not written" in losses[-1].message


def foreign(tmp_path: Path, schema: str) -> uns.Namespace:
    (tmp_path / "s.json").write_text(schema, encoding="utf-8")
    (tmp_path / "m.uns.yaml").write_text(
        "uns: 1\npayloads: {a/1: {json_schema: s.json}}\nsites: {a: {topics: {t: {payload: a/1}}}}\n",
        encoding="utf-8",
    )
    return uns.load(tmp_path / "m.uns.yaml")


def test_a_foreign_schema_keeps_its_own_references(tmp_path: Path) -> None:
    schema = '{"$defs": {"n": {"type": "number"}}, "properties": {"x": {"$ref": "#/$defs/n"}}, "examples": [{"x": 1}]}'
    document, losses = made(foreign(tmp_path, schema))
    check(document)
    said = document["components"]["schemas"]["a.1"]
    assert said["properties"]["x"] == {"$ref": "#/components/schemas/a.1/$defs/n"}
    assert losses == ()


def test_a_foreign_schema_brings_the_files_it_refers_to(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"$defs": {"n": {"type": "number"}}}', encoding="utf-8")
    document, losses = made(foreign(tmp_path, '{"properties": {"x": {"$ref": "c.json#/$defs/n"}}}'))
    check(document)
    said = document["components"]["schemas"]["a.1"]
    assert said["properties"]["x"] == {"$ref": "#/components/schemas/a.1/$defs/c.json/$defs/n"}
    assert "X208" not in {loss.code for loss in losses}


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ('{"$id": "urn:a", "type": "object"}', "X208"),
        ('{"properties": {"x": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}}', "X208"),
        ('{"$defs": {"n": {"$anchor": "n"}}}', "X208"),
    ],
)
def test_a_foreign_schema_that_leads_elsewhere_stands_as_text(
    tmp_path: Path, schema: str, code: str
) -> None:
    document, losses = made(foreign(tmp_path, schema))
    assert set(document["components"]["schemas"]["a.1"]) == {"description", "x-uns-json-schema"}
    assert code in {loss.code for loss in losses}


def test_words_of_a_later_dialect_are_a_loss(tmp_path: Path) -> None:
    document, losses = made(
        foreign(tmp_path, '{"prefixItems": [{"type": "number"}], "examples": [[1]]}')
    )
    assert document["components"]["schemas"]["a.1"]["prefixItems"] == [{"type": "number"}]
    assert "prefixItems" in next(loss.message for loss in losses if loss.code == "X208")


def test_messages_that_are_not_json_say_what_they_are() -> None:
    text = """
    uns: 1
    payloads:
      mode/1: {encoding: text, value: string}
      image/1: {encoding: binary, content_type: image/png, max_bytes: 9}
    sites: {lyon: {topics: {mode: {payload: mode/1}, image: {payload: image/1}, u: {payload: unknown/1}}}}
    """
    document, _ = made(uns.loads(text))
    messages = document["components"]["messages"]
    assert {name: message.get("contentType") for name, message in messages.items()} == {
        "mode.1": "text/plain; charset=utf-8",
        "image.1": "image/png",
        "unknown.1": None,
    }
    indicators = [m["bindings"]["mqtt"]["payloadFormatIndicator"] for m in messages.values()]
    assert indicators == [1, 0, 0]
    schemas = document["components"]["schemas"]
    assert schemas["image.1"] == {
        "title": "image/1",
        "contentMediaType": "image/png",
        "x-max-bytes": 9,
    }
    assert messages["mode.1"]["examples"] == [{"name": "valid", "payload": "value"}]


@pytest.mark.parametrize(
    ("name", "address", "values", "lost"),
    [
        pytest.param("t?a=b", "lyon/{level}", ["t?a=b"], "cannot have '?': t?a=b is", id="a query"),
        pytest.param("x{{y", "lyon/{level}", ["x{y"], "cannot have '{': x{{y is", id="braces"),
        pytest.param("t?[1..2]", "lyon/{level}", ["t?1", "t?2"], "cannot have '?': t?[1..2] is", id="a family"),
        pytest.param("t[a?,b]", "lyon/{level}", ["ta?", "tb"], "cannot have '?': t[a?,b] is", id="one of a family"),
        pytest.param("t%3F&=;@!$,'()*~é 日", "lyon/t%3F&=;@!$,'()*~é 日", None, None, id="all others"),
    ],
)  # fmt: skip
def test_a_character_that_an_address_cannot_have_is_a_parameter_and_a_loss(
    name: str, address: str, values: list[str] | None, lost: str | None
):
    ns = uns.loads(
        f"uns: 1\nsites: {{lyon: {{metrics: {{{json.dumps(name)}: {{type: number}}}}}}}}"
    )
    document, losses = made(ns)
    check(document)
    channel = next(iter(document["channels"].values()))
    assert re.sub(r"\{.*\}", "{level}", channel["address"]) == address
    found = [at(document, p["$ref"])["enum"] for p in channel.get("parameters", {}).values()]
    assert found == ([] if values is None else [values])
    told = [loss.message for loss in losses if loss.code == "X212"]
    assert len(told) == (lost is not None)
    assert lost is None or lost in told[0]


def test_a_document_has_the_version_that_is_asked_for():
    ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number}}}}}")
    texts = {
        version: generate(ns, "asyncapi", version=version).files[FILE].decode()
        for version in ("3.0", "3.1")
    }
    assert 'asyncapi: "3.1.0"' in texts["3.1"]
    assert texts["3.1"].replace("3.1.0", "3.0.0") == texts["3.0"]
    assert generate(ns, "asyncapi").files[FILE].decode() == texts["3.0"]
    with pytest.raises(uns.InvalidArgument, match=r"version of asyncapi cannot be '2\.6'"):
        generate(ns, "asyncapi", version="2.6")


def test_messages_expire_as_the_model_says() -> None:
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {metrics: {power: {type: number, every: 10 s, rate: 5/s, bytes: 40}},"
        " topics: {start: {payload: info/1, kind: command, expires: 30 s}}}}\n"
        'clients: {mes: {publish: ["lyon/#"], subscribe: ["lyon/#"]}}\nkafka: {retention: 36 h}'
    )
    document = yaml.safe_load(generate(ns, "asyncapi").files["asyncapi.yaml"])
    by_address = {each["address"]: each for each in document["channels"].values()}
    power, start = by_address["lyon/power"], by_address["lyon/start"]
    assert (power["x-uns-every"], power["x-uns-rate"], power["x-uns-bytes"]) == ("10 s", "5/s", 40)
    assert (start["x-uns-expires"], "x-uns-expires" in power) == ("30 s", False)
    expiry = {
        (each["action"], each["title"]): each["bindings"]["mqtt"].get("messageExpiryInterval")
        for each in document["operations"].values()
    }
    assert expiry["send", "mes publishes start"] == 30
    assert expiry["receive", "mes subscribes to start"] is None
    assert expiry["send", "mes publishes power"] is None
    kafka = next(
        each for each in document["channels"].values() if "kafka" in each.get("bindings", {})
    )
    assert kafka["bindings"]["kafka"]["topicConfiguration"]["retention.ms"] == 129_600_000
