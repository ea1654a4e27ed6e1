"""`uns topic check` and `uns topic explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import Run

LINE1 = "bottlingcompany/munich/bottling/line1"
LINE2 = "bottlingcompany/munich/bottling/line2"


@pytest.mark.parametrize(
    ("topic", "status", "said"),
    [
        pytest.param(
            f"{LINE1}/machine1/conveyorspeed",
            0,
            ["endpoint         {}", "                 vtq/1  number m/s, 0 to 2"],
            id="metric",
        ),
        pytest.param(
            f"{LINE1}/_mes/job-order",
            0,
            ["endpoint         {}", "                 job-order/1  command"],
            id="command",
        ),
        pytest.param(
            f"{LINE1}/machin1/power",
            1,
            [
                "no-match         {}",
                f"{' ' * 55}^^^^^^^ there is no such name below {LINE1}",
                f"                 did you mean {LINE1}/machine1/power?",
            ],
            id="typo in the middle",
        ),
        pytest.param(
            "botlingcompany",
            1,
            [
                "no-match         {}",
                f"{' ' * 17}^^^^^^^^^^^^^^ there is no such name in the namespace",
                "                 did you mean bottlingcompany?",
            ],
            id="typo at the start",
        ),
        pytest.param(
            "/x",
            1,
            [
                "no-match         {}",
                f"{' ' * 17}^ there is no such name in the namespace",
            ],
            id="an empty level the model does not have",
        ),
        pytest.param(
            LINE1,
            1,
            [
                "not-an-endpoint  {}",
                "                 a position of the namespace; nothing is published there",
            ],
            id="position",
        ),
        pytest.param(
            "acme/+/speed",
            1,
            [
                "invalid          {}",
                f"{' ' * 22}^ '+' is for topic filters only [MQTT-4.7.0-1]",
            ],
            id="filter",
        ),
        pytest.param(
            "",
            1,
            ["invalid          {}", f"{' ' * 17}^ it is empty [MQTT-4.7.3-1]"],
            id="empty",
        ),
        pytest.param(
            "a\x1b[31m",
            1,
            [
                "no-match         a\\x1b[31m",
                f"{' ' * 17}^^^^^^^^^ there is no such name in the namespace",
            ],
            id="escape sequence",
        ),
        pytest.param(
            "a\udcff",
            1,
            [
                "invalid          a\\udcff",
                f"{' ' * 18}^^^^^^ a surrogate has no UTF-8 form [MQTT-1.5.4-1]",
            ],
            id="bytes that are not UTF-8",
        ),
    ],
)
def test_outcomes(bottling: Run, topic: str, status: int, said: list[str]):
    done = bottling("topic", "check", topic)
    assert done == (status, "".join(f"{line.format(topic).rstrip()}\n" for line in said), "")


def test_several_topics_end_with_a_sum(bottling: Run):
    done = bottling("topic", "check", LINE1, f"{LINE1}/speed", "x", "y")
    assert done.status == 1
    assert done.err == "4 topics: 1 endpoint, 2 no-match, 1 not-an-endpoint\n"


def test_exit_0_when_all_are_endpoints(bottling: Run):
    assert bottling("topic", "check", f"{LINE1}/speed", f"{LINE1}/running").status == 0


def test_topics_from_stdin_and_arguments(bottling: Run):
    done = bottling(
        "topic",
        "check",
        f"{LINE1}/speed",
        "-",
        f"{LINE1}/running",
        "--output-format",
        "json-lines",
        stdin=f"{LINE1}/oee\r\n\n{LINE1}/\xff".encode("latin-1"),
    )
    said = [json.loads(line) for line in done.out.splitlines()]
    assert [(item["topic"], item["line"], item["outcome"]) for item in said] == [
        (f"{LINE1}/speed", None, "endpoint"),
        (f"{LINE1}/oee", 1, "endpoint"),
        (f"{LINE1}/\udcff", 3, "invalid"),
        (f"{LINE1}/running", None, "endpoint"),
    ]
    assert done.status == 1


def test_nothing_on_stdin_is_nothing_wrong(bottling: Run):
    assert bottling("topic", "check", "-") == (0, "", "")
    assert bottling("topic", "check", "-", "--output-format", "json") == (0, "[]\n", "")


def test_json(bottling: Run):
    done = bottling(
        "topic",
        "check",
        f"{LINE1}/machin1/power",
        f"{LINE1}/speed",
        "a/#",
        "--output-format",
        "json",
    )
    typo, endpoint, invalid = json.loads(done.out)
    assert typo == {
        "line": None,
        "topic": f"{LINE1}/machin1/power",
        "outcome": "no-match",
        "legal": False,
        "matched": LINE1,
        "near": f"{LINE1}/machine1/power",
        "reason": None,
        "clause": None,
        "span": [38, 45],
        "payload": None,
    }
    assert (endpoint["legal"], endpoint["payload"]) == (True, "vtq/1")
    assert (invalid["clause"], invalid["span"]) == ("MQTT-4.7.0-1", [2, 3])
    assert done.err == ""


def test_near_names_are_looked_for_so_many_times_only(bottling: Run):
    done = bottling(
        "topic", "check", "-", "--output-format", "json-lines", stdin=b"botlingcompany\n" * 201
    )
    near = [json.loads(line)["near"] for line in done.out.splitlines()]
    assert near == ["bottlingcompany"] * 200 + [None]


def test_a_line_without_end_costs_no_memory(bottling: Run):
    stdin = b"a" * 1_000_000 + b"\n" + b"b\n"
    done = bottling("topic", "check", "-", "--output-format", "json-lines", stdin=stdin)
    first, second = (json.loads(line) for line in done.out.splitlines())
    assert (first["outcome"], len(first["topic"])) == ("invalid", 65_536)
    assert (second["topic"], second["line"]) == ("b", 2)


ROOTED = """\
uns: 1
topic: {root: /v1, containment: free}
model: {id: rooted, owner: the plant}
clients:
  dashboard: {subscribe: ["$share/g/+/v1/#"]}
  gateway: {publish: ["/v1/lyon/speed"]}
payloads:
  blob/1: {json_schema: blob.json}
sites:
  lyon:
    owner: "line\\nbreak"
    metrics: {speed: {type: number, pattern: null, description: how fast}}
    topics: {blob: {payload: blob/1}}
  legacy: {open: true}
  "{serial}": {pattern: "[A-Z]{2}", metrics: {mode: {type: enum, values: [a, b]}}}
"""


@pytest.fixture
def rooted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    (tmp_path / "rooted.uns.yaml").write_text(
        ROOTED.replace(", pattern: null", ""), encoding="utf-8"
    )
    (tmp_path / "blob.json").write_text('{"type": "object"}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return run


def test_an_empty_first_level_that_the_model_has(rooted: Run):
    (said,) = json.loads(rooted("topic", "check", "/vv1", "--output-format", "json").out)
    assert (said["matched"], said["span"], said["near"]) == ("", [1, 4], "/v1")


def test_below_an_open_position_everything_is_legal(rooted: Run):
    done = rooted("topic", "check", "/v1/legacy/any/thing")
    assert done.status == 0
    assert done.out.splitlines() == [
        "unmodelled       /v1/legacy/any/thing",
        "                 below an open position: allowed, and without a contract",
    ]
    assert rooted("topic", "explain", "/v1/legacy/any/thing").status == 0


# --- explain ---------------------------------------------------------------------------------------

CONVEYORSPEED = """\
endpoint         bottlingcompany/munich/bottling/line2/machine3/conveyorspeed
                 vtq/1  number m/s, 0 to 3

topic levels
  bottlingcompany  enterprise       "Bottling Company SE"
  munich           site             Plant
  bottling         area
  line2            production_line  BottlingLine
  machine3         work_cell        ConveyedMachine  one of machine[1..4]
  conveyorspeed    endpoint

carries vtq/1
  timestamp_ms  timestamp_ms
  value         number m/s, 0 to 3
  quality       enum, good | uncertain | bad  optional, default good
  unit          enum, m/s                     optional
  seq           integer, at least 0           optional

about
  description              Belt speed at the infeed
  kind                     state, retained, QoS 1
  messages                 at least every 10 s, 5/s on average
  owner                    not given
  published by             gateway-munich at munich
  read by                  speed-dashboard at central
                           kafka-forwarder at central
                           historian via Kafka
  home                     broker munich
  goes                     from munich to central
  template                 bottlingcompany/munich/bottling/line2/machine[1..4]/conveyorspeed
  filter                   bottlingcompany/munich/bottling/line2/+/conveyorspeed
  of each ConveyedMachine  bottlingcompany/+/bottling/+/+/conveyorspeed
                           bottlingcompany/porto/line1/+/conveyorspeed
  declared in              bottling.uns.yaml:35:7
  declared by              class ConveyedMachine
"""


def test_explained(bottling: Run):
    assert bottling("topic", "explain", f"{LINE2}/machine3/conveyorspeed") == (0, CONVEYORSPEED, "")


BROWNFIELD = """
uns: 1
payloads:
  lamp/1: {encoding: text, value: {type: enum, values: [UP, DOWN]}, max_bytes: 4}
  lot/1: {identity: [lot_id], fields: {lot_id: {type: string}}}
sites:
  lyon:
    metrics: {bar: {type: number, unit: bar, nullable: true, payload: bare/1}}
    topics: {lamp: {payload: lamp/1}, lot: {payload: lot/1}, gateway: {payload: unknown/1}}
"""


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("bar", ["  the whole message  nullable number bar"]),
        (
            "lamp",
            [
                "  the whole message  enum, UP | DOWN",
                "  encoding         text",
                "  content type     text/plain; charset=utf-8",
                "  longest message  4 bytes",
            ],
        ),
        ("lot", ["  lot_id  string", "  identity     lot_id"]),
        ("gateway", ["  any bytes", "  contract     not known yet"]),
    ],
)
def test_what_plants_publish_is_explained(
    run: Run, tmp_path: Path, topic: str, said: list[str]
) -> None:
    (tmp_path / "plant.uns.yaml").write_text(BROWNFIELD)
    done = run("topic", "explain", f"lyon/{topic}", "-m", str(tmp_path / "plant.uns.yaml"))
    assert [line for line in said if line not in done.out.splitlines()] == []


def test_explained_as_json(bottling: Run):
    done = bottling(
        "topic", "explain", f"{LINE1}/machine1/conveyorspeed", "--output-format", "json"
    )
    said = json.loads(done.out)
    assert done.status == 0
    assert said["outcome"] == "endpoint"
    assert [level["level"] for level in said["levels"]] == said["topic"].split("/")
    assert said["levels"][-2] == {
        "level": "machine1",
        "segment": "machine1",
        "values": [],
        "kind": "equipment",
        "equipment_level": "work_cell",
        "classes": ["Filler"],
        "label": None,
        "declared": {"file": "bottling.uns.yaml", "line": 91, "column": 19},
    }
    assert said["metric"] == {"type": "number", "unit": "m/s", "min": 0, "max": 2}
    value = {"name": "value", "required": True, **said["metric"]}
    assert value.items() <= said["contract"]["fields"][1].items()
    assert (said["kind"], said["retain"], said["qos"]) == ("state", True, 1)
    flow = {key: said[key] for key in ("every", "rate", "bytes", "expires")}
    assert flow == {"every": "10 s", "rate": "5/s", "bytes": None, "expires": None}
    assert said["declared"] == {"file": "bottling.uns.yaml", "line": 35, "column": 7}
    assert said["declared_by"][0] == "class ConveyedMachine"
    assert said["filters_of_classes"]["Filler"] == [
        "bottlingcompany/munich/bottling/line1/machine1/conveyorspeed",
        "bottlingcompany/porto/line1/machine1/conveyorspeed",
    ]


def test_values_of_families_and_names(rooted: Run, bottling: Run):
    said = json.loads(
        bottling(
            "topic",
            "explain",
            f"{LINE2}/machine3/power",
            "--output-format",
            "json",
        ).out
    )
    assert (said["values"], said["levels"][-2]["values"]) == ({"0": "3"}, ["3"])


def test_the_brokers_of_a_topic(run: Run, tmp_path: Path):
    model = tmp_path / "m.uns.yaml"
    model.write_text("""
uns: 1
brokers: {lyon: {holds: lyon/#, upstream: hq}, oslo: {upstream: hq}, hq: {}}
sites: {lyon: {topics: {stop: {payload: info/1, kind: command}, plan: {payload: info/1}}, metrics: {power: {type: number}}}}
clients:
  plc: {broker: lyon, publish: lyon/power, subscribe: [lyon/stop, lyon/power]}
  mes: {publish: lyon/stop}
  board: {broker: oslo, publish: lyon/stop, subscribe: lyon/stop}
  planner: {via: kafka, publish: lyon/plan}
""")
    told = {
        name: run("topic", "explain", f"lyon/{name}", "-m", str(model)).out.split("\nabout\n")[1]
        for name in ("stop", "power", "plan")
    }
    assert "  home          broker lyon\n  goes          from oslo to hq, lyon\n" in told["stop"]
    assert "                from hq to lyon, oslo\n" in told["stop"]
    assert "  goes          stays at lyon\n" in told["power"]
    assert "  published by  planner via Kafka\n" in told["plan"]
    assert "goes" not in told["plan"]
    said = json.loads(
        run("topic", "explain", "lyon/stop", "-m", str(model), "--output-format", "json").out
    )
    assert said["route"] == {
        "home": "lyon",
        "brokers": ["lyon", "oslo", "hq"],
        "from": {"oslo": ["oslo", "hq", "lyon"], "hq": ["hq", "lyon", "oslo"]},
    }


def test_owner_clients_and_a_foreign_schema(rooted: Run):
    text = rooted("topic", "explain", "/v1/lyon/speed").out
    assert "  owner         line\\nbreak\n" in text
    assert "  published by  gateway\n" in text
    assert "  read by       dashboard\n" in text
    assert '\ntopic levels\n  ""     root\n  v1     root\n  lyon   site\n' in text
    said = json.loads(rooted("topic", "explain", "/v1/lyon/speed", "--output-format", "json").out)
    assert said["clients"] == {"publish": ["gateway"], "subscribe": ["dashboard"]}
    assert said["owner"] == "line\nbreak"
    blob = rooted("topic", "explain", "/v1/lyon/blob").out
    assert "carries blob/1\n  defined by a JSON Schema\n" in blob
    said = json.loads(rooted("topic", "explain", "/v1/lyon/blob", "--output-format", "json").out)
    assert said["contract"]["json_schema"] == {"type": "object"}


def test_a_member_of_an_open_set(rooted: Run):
    text = rooted("topic", "explain", "/v1/AB/mode").out
    assert "  AB    site      one of {serial}\n" in text
    assert "  template     /v1/{serial}/mode\n" in text
    assert "  value         enum, a | b" in text


@pytest.mark.parametrize(
    ("topic", "levels"),
    [
        pytest.param(f"{LINE1}/machin1/power", 4, id="no match"),
        pytest.param(LINE1, 4, id="position"),
        pytest.param("x", 0, id="nothing"),
        pytest.param("a/#", 0, id="filter"),
        pytest.param(
            f"{LINE2}/machine[1..4]/power", 4, id="the name of a family is no topic level"
        ),
    ],
)
def test_what_is_no_endpoint_is_told_as_far_as_it_goes(bottling: Run, topic: str, levels: int):
    done = bottling("topic", "explain", topic, "--output-format", "json")
    said = json.loads(done.out)
    assert done.status == 1
    assert len(said["levels"]) == levels
    assert "contract" not in said
    text = bottling("topic", "explain", topic)
    assert text.status == 1
    assert ("topic levels" in text.out) == bool(levels)
