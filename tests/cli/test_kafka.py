"""`uns kafka`: to, from, plan, topics, budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from tests.cli.runs import BOTTLING, Run
from tests.cli.test_any_name import NAMES
from tests.cli.test_any_name import run as run_alone

SPEED = "bottlingcompany/munich/bottling/line1/machine1/conveyorspeed"
MUNICH = "uns.bottlingcompany.munich.bottling"


@pytest.fixture
def nowhere(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command where there is no model."""
    monkeypatch.chdir(tmp_path)
    return run


@pytest.fixture
def modelled(nowhere: Run) -> Callable[[str, str], Run]:
    """Run one command where there is one small model: its mapping, and its tree."""

    def modelled(kafka: str, tree: str) -> Run:
        text = f"uns: 1\ntopic: {{containment: free}}\nkafka: {kafka}\n{tree}\n"
        Path("plant.uns.yaml").write_text(text, encoding="utf-8")
        return nowhere

    return modelled


# --- to --------------------------------------------------------------------------------------------


def test_where_a_topic_goes(bottling: Run) -> None:
    assert bottling("kafka", "to", SPEED) == (0, f"{MUNICH} 0 {SPEED}\n", "")


@pytest.mark.parametrize(
    ("options", "out"),
    [
        pytest.param(["--split", "2"], f"uns.bottlingcompany.munich 0 {SPEED}\n", id="split"),
        pytest.param(["--prefix", "p.v2"], f"p.v2.bottlingcompany.munich.bottling 0 {SPEED}\n",
                     id="prefix"),
        pytest.param(["--root", "bottlingcompany", "--split", "1"],
                     f"uns.bottlingcompany.munich 0 {SPEED}\n", id="root"),
        pytest.param(["--key", "tail"], f"{MUNICH} 0 line1/machine1/conveyorspeed\n", id="tail"),
        pytest.param(["--order-by", "2"], f"{MUNICH} 3 {SPEED}\n", id="order"),
        pytest.param(["--partitioner", "consistent_random"], f"{MUNICH} 3 {SPEED}\n",
                     id="partitioner"),
        pytest.param(["--overflow", "bucket", "--partitions", "48"], f"{MUNICH} 24 {SPEED}\n",
                     id="partitions"),
    ],
)  # fmt: skip
def test_a_mapping_of_options(nowhere: Run, options: list[str], out: str) -> None:
    assert nowhere("kafka", "to", SPEED, *options) == (0, out, "")


def test_topics_that_cannot_be_translated(bottling: Run) -> None:
    done = bottling("kafka", "to", "$SYS/x", "acme/+", SPEED, "a\x1b[31m/b")
    assert done.status == 1
    assert done.out == f"{MUNICH} 0 {SPEED}\nuns.a-x1b5b-31m 2 a\\x1b[31m/b\n"
    assert done.err == (
        "uns: $SYS/x: topics that start with '$' belong to the broker; use a root"
        " that starts with '$'\n"
        "uns: acme/+: not a topic name: '+' is for topic filters only\n"
    )


def test_a_name_too_long(nowhere: Run) -> None:
    done = nowhere("kafka", "to", "é" * 61 + "/x", "--split", "1")
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith(": its Kafka name has 251 characters; at most 249 are allowed\n")


@pytest.mark.parametrize("form", ["json", "json-lines"])
def test_to_as_json(bottling: Run, form: str) -> None:
    done = bottling(
        "kafka", "to", "-", "$x", "--output-format", form, stdin=f"\n{SPEED}\n".encode()
    )
    assert (done.status, done.err) == (1, "")
    said = json.loads(done.out) if form == "json" else [*map(json.loads, done.out.splitlines())]
    assert said == [
        {
            "line": 2,
            "topic": SPEED,
            "kafka_topic": MUNICH,
            "key": SPEED,
            "partition_key": SPEED,
            "partitioner": "murmur2",
            "partition": 0,
            "partitions": 6,
            "error": None,
        },
        {
            "line": None,
            "topic": "$x",
            "kafka_topic": None,
            "key": None,
            "partition_key": None,
            "partitioner": None,
            "partition": None,
            "partitions": None,
            "error": "topics that start with '$' belong to the broker; use a root"
            " that starts with '$'",
        },
    ]


def test_the_numbers_of_the_model(modelled: Callable[[str, str], Run]) -> None:
    tree = "sites: {lyon: {lines: {l1: {metrics: {speed: {type: number}}}}}}"
    here = modelled("{split: site, order_by: line, partitions: 48}", tree)
    (said,) = json.loads(here("kafka", "to", "lyon/l1/speed", "--output-format", "json").out)
    assert (said["kafka_topic"], said["partition_key"]) == ("uns.lyon", "lyon/l1")
    assert said["partitions"] == 48
    out = here("kafka", "to", "lyon/l1/speed", "--output-format", "json", "--partitions", "2").out
    assert json.loads(out)[0]["partitions"] == 2


def test_nothing_to_translate(bottling: Run) -> None:
    assert bottling("kafka", "to", "-") == (0, "", "")
    assert bottling("kafka", "to", "-", "--output-format", "json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["to", "a", "--split", "2", "-m", "plant.uns.yaml"], "not both",
                     id="both"),
        pytest.param(["plan", "a"], "or map without a model, with --split 3", id="neither"),
        pytest.param(["to", "a", "--prefix", "A_b"], "not a Kafka mapping: a prefix has lower-case",
                     id="prefix"),
        pytest.param(["to", "a", "--root", "a/#"], "not a topic name: '#' is for topic filters",
                     id="root"),
        pytest.param(["plan", "#", "--prefix", "a" * 248], "it has 250 characters; at most 249", id="too long"),
        pytest.param(["from", "a", "b", "--key", "tail", "--overflow", "bucket"],
                     "the bucket does not keep the rest of the topic", id="tail and bucket"),
        pytest.param(["plan", "a/#/b", "--split", "2"], "not a topic filter", id="no filter"),
        pytest.param(["topics", "--output-format", "strimzi"], "with --cluster", id="no cluster"),
        pytest.param(["budget"], "there is no model here", id="no model"),
        pytest.param(["to", "a", "--split", "0"], "not a whole number above 0", id="split of 0"),
        pytest.param(["to", "a", "--partitioner", "murmur"], "did you mean 'murmur2'?",
                     id="partitioner"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(nowhere: Run, arguments: list[str], said: str) -> None:
    done = nowhere("kafka", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


# --- from ------------------------------------------------------------------------------------------


def test_the_topic_of_a_record(bottling: Run) -> None:
    assert bottling("kafka", "from", MUNICH, SPEED) == (0, f"{SPEED}\n", "")


def test_the_topic_of_a_record_without_a_model(nowhere: Run) -> None:
    done = nowhere("kafka", "from", "uns.acme.b", "x/y", "--key", "tail", "--split", "2")
    assert done == (0, "acme/b/x/y\n", "")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(["uns.bottlingcompany.oslo.bottling", SPEED],
                     f"a record with this key belongs in {MUNICH}, not in 'uns.bottlingcompany.oslo.bottling'",
                     id="another place"),
        pytest.param([MUNICH, "a/#"], "not a topic name: '#' is for topic filters only", id="filter"),
        pytest.param([MUNICH, "a\udcff"], "the record key is not UTF-8", id="no UTF-8"),
        pytest.param([MUNICH, ""], "not a topic name: it is empty", id="empty key"),
        pytest.param(["a\x1b[31m", SPEED], f"a record with this key belongs in {MUNICH}, not in 'a\\x1b[31m'",
                     id="escape sequence"),
    ],
)  # fmt: skip
def test_records_that_are_not_ours(bottling: Run, arguments: list[str], reason: str) -> None:
    done = bottling("kafka", "from", *arguments)
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith(f": {reason}\n")
    assert "\x1b" not in done.err
    done = bottling("kafka", "from", *arguments, "--output-format", "json")
    assert json.loads(done.out) == {
        "kafka_topic": arguments[0],
        "key": arguments[1],
        "topic": None,
        "error": reason,
    }
    assert (done.status, done.err) == (1, "")


def test_from_as_json(bottling: Run) -> None:
    done = bottling("kafka", "from", MUNICH, SPEED, "--output-format", "json")
    assert json.loads(done.out) == {
        "kafka_topic": MUNICH,
        "key": SPEED,
        "topic": SPEED,
        "error": None,
    }


# --- plan ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        pytest.param(
            ["bottlingcompany/+/bottling/+/+/conveyorspeed"],
            "read      uns.bottlingcompany.munich.bottling\n"
            "          uns.bottlingcompany.oslo.bottling\n"
            "or match  ^uns\\.bottlingcompany\\.[^.]+\\.bottling$\n"
            "keep      records whose MQTT topic matches bottlingcompany/+/bottling/+/+/conveyorspeed\n"
            "reads     13.0 records for each one kept\n",
            id="model",
        ),
        pytest.param(
            ["$share/historians/bottlingcompany/oslo/bottling/#"],
            "read      uns.bottlingcompany.oslo.bottling\n"
            "or match  ^uns\\.bottlingcompany\\.oslo\\.bottling$\n"
            "keep      every record\n"
            "reads     1.0 records for each one kept\n"
            "group     historians\n",
            id="shared",
        ),
        pytest.param(
            ["a/+/c/\x1b[1m", "--split", "3"],
            "read      no list: there are too many topics, or their number has no end\n"
            "or match  ^uns\\.a\\.[^.]+\\.c$\n"
            "keep      records whose MQTT topic matches a/+/c/\\x1b[1m\n",
            id="options",
        ),
    ],
)
def test_plans(bottling: Run, arguments: list[str], out: str) -> None:
    assert bottling("kafka", "plan", *arguments) == (0, out, "")


def test_a_plan_for_nothing(bottling: Run) -> None:
    done = bottling("kafka", "plan", "bottlingcompany/paris/#")
    assert done == (1, "read      nothing: no topic in Kafka matches\n", "")


def test_a_plan_as_json(bottling: Run) -> None:
    done = bottling("kafka", "plan", "+/porto/#", "--output-format", "json")
    assert json.loads(done.out) == {
        "filter": "+/porto/#",
        "topics": ["uns.bottlingcompany.porto", "uns.bottlingcompany.porto.line1"],
        "regex": r"^uns\.[^.]+\.porto(\.[^.]+)*$",
        "exact": True,
        "key_filter": "+/porto/#",
        "group_id": None,
        "amplification": 1.0,
    }


# --- topics ----------------------------------------------------------------------------------------

PLACES = ["", ".munich", ".munich.bottling", ".munich.utilities", ".oslo", ".oslo.bottling",
          ".porto", ".porto.line1"]  # fmt: skip


def test_the_manifest(bottling: Run) -> None:
    done = bottling("kafka", "topics")
    assert (done.status, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == [
        f"uns.bottlingcompany{place}" for place in PLACES
    ]
    assert done.out.splitlines()[2].split()[1:] == [
        "partitions=6", "replicas=3", "cleanup.policy=delete", "retention.ms=604800000",
        "min.insync.replicas=2",
    ]  # fmt: skip


def test_the_manifest_with_last_values(bottling: Run) -> None:
    topics: list[dict[str, Any]] = json.loads(
        bottling("kafka", "topics", "--state", "--output-format", "json").out
    )
    assert [topic["topic"] for topic in topics] == [
        f"{prefix}.bottlingcompany{place}" for prefix in ("uns", "uns-state") for place in PLACES
    ]
    policies = [topic["topicConfiguration"]["cleanup.policy"] for topic in topics]
    assert policies == ["delete"] * 8 + ["compact"] * 8


def test_the_manifest_as_commands(bottling: Run) -> None:
    done = bottling(
        "kafka", "topics", "--output-format", "commands", "--bootstrap-server", "it's:9092"
    )
    first, *_ = lines = done.out.splitlines()
    assert len(lines) == 8
    assert first.startswith("kafka-topics.sh --bootstrap-server 'it'\"'\"'s:9092' --create ")


def test_the_manifest_for_strimzi(bottling: Run) -> None:
    done = bottling("kafka", "topics", "--output-format", "strimzi", "--cluster", "plant: #1")
    resources = list(yaml.safe_load_all(done.out))
    assert [resource["spec"]["topicName"] for resource in resources] == [
        f"uns.bottlingcompany{place}" for place in PLACES
    ]
    assert resources[0]["metadata"]["labels"]["strimzi.io/cluster"] == "plant: #1"


OPEN = "sites: {lyon: {cells: {'v{serial}': {pattern: '[0-9]+', metrics: {p: {type: number}}}}, metrics: {p: {type: number}}}}"


def test_open_sets_are_an_error_or_left_out(modelled: Callable[[str, str], Run]) -> None:
    here = modelled("{split: work_cell}", OPEN)
    done = here("kafka", "topics")
    assert (done.status, done.out) == (2, "")
    assert "lyon/v{serial} stands for an open set of Kafka topics" in done.err
    done = here("kafka", "topics", "--open", "skip")
    assert (done.status, done.out.split()[0], done.err) == (0, "uns.lyon", "")


def test_too_many_to_be_created(modelled: Callable[[str, str], Run]) -> None:
    tree = "sites: {'s[1..10001]': {lines: {l: {metrics: {p: {type: number}}}}}}"
    done = modelled("{split: site}", tree)("kafka", "topics")
    assert (done.status, done.out) == (2, "")
    assert "needs 10,001 Kafka topics, more than the 10,000" in done.err


def test_what_has_no_place_in_kafka_is_told(modelled: Callable[[str, str], Run]) -> None:
    tree = f"sites: {{{'é' * 61}: {{metrics: {{p: {{type: number}}}}}}, $x: {{metrics: {{p: {{type: number}}}}}}, ok: {{metrics: {{p: {{type: number}}}}}}}}"
    here = modelled("{split: 1}", tree)
    done = here("kafka", "topics")
    assert (done.status, done.out.split()[0], len(done.out.splitlines())) == (1, "uns.ok", 1)
    assert done.err == (
        f"uns: left out: {'é' * 61}: its Kafka name has 251 characters, and Kafka allows 249\n"
        "uns: left out: $x/p: the mapping does not translate such topics\n"
    )
    here = modelled("{split: 1, overflow: bucket}", tree)
    done = here("kafka", "topics")
    assert [line.split()[0] for line in done.out.splitlines()] == ["uns-x-overflow", "uns.ok"]
    done = here("kafka", "budget")
    assert (
        f"too long: the name for {'é' * 61} has 251 characters, and Kafka allows 249"
        in done.out.splitlines()
    )


def test_nothing_to_create(modelled: Callable[[str, str], Run]) -> None:
    here = modelled("{split: 1}", "sites: {lyon: {}}")
    assert here("kafka", "topics") == (1, "", "")
    assert here("kafka", "topics", "--output-format", "json") == (1, "[]\n", "")


# --- budget ----------------------------------------------------------------------------------------

TABLE = """\
split       topics  partitions  replicas  per broker  longest name  fits
1                1           6        18           6            19   yes
2                4          24        72          24            26   yes
3 (in use)       8          48       144          48            36   yes
4               16          96       288          96            48   yes
5               35         210       630         210            50   yes
6               41         246       738         246            59   yes

each topic has 6 partitions and 3 replicas of each; the limits are 300 topics, and 1,000 replicas on each of 3 brokers
deepest split that fits: 6
most uneven: uns.bottlingcompany.oslo, with 3.0 times the mean in its fullest partition, and 3 idle

place                             Kafka topics  MQTT topics  messages/s   bytes/s   fullest     kept
bottlingcompany/munich/bottling              1           89        52.2   4.26 kB      23.5  7.72 GB
bottlingcompany/porto/line1                  1           23        24.5      2 kB        11  3.63 GB
bottlingcompany/oslo/bottling                1           28        19.7    1.6 kB      6.23  2.91 GB
bottlingcompany/munich/utilities             1            4        1.02    3.05 B         1  5.53 MB
bottlingcompany/munich                       1            4      0.0025   0.284 B   0.00111   515 kB
bottlingcompany/oslo                         1            4      0.0025   0.284 B   0.00111   515 kB
bottlingcompany/porto                        1            4      0.0025   0.284 B   0.00111   515 kB
bottlingcompany                              1            3    0.000556  0.0961 B  0.000278   174 kB

each row is one Kafka topic of the place: its MQTT topics, messages and bytes a second, messages a second in its fullest partition, and bytes kept, with 3 replicas
in all: 97.4 messages/s, 7.86 kB/s, and more: this leaves out 31 MQTT topics without a known rate, of 159 MQTT topics
on each broker: 97.4 messages/s, 7.86 kB/s written, replicas included
kept for 7 d, replicas included: 14.3 GB
with 12 partitions: 96 replicas on each broker, which fits; 21.3 messages/s in the fullest instead of 23.5, and 79 of 159 keys in another one, no longer in order with older records
without a known rate: bottlingcompany/_info, bottlingcompany/munich/_info, bottlingcompany/munich/bottling/_info and more
"""


def test_the_budget(bottling: Run) -> None:
    assert bottling("kafka", "budget") == (0, TABLE, "")


def test_a_budget_of_which_no_rate_is_known(modelled: Callable[[str, str], Run]) -> None:
    tree = "sites: {lyon: {metrics: {p: {type: number}, q: {type: number}}}}"
    done = modelled("{split: 1}", tree)("kafka", "budget")
    assert done.out.splitlines()[-1] == (
        "messages: not known, because the model gives no rate of its 2 MQTT topics: add `every` or `rate`"
    )


def test_a_budget_of_topics_that_can_be_any_number(modelled: Callable[[str, str], Run]) -> None:
    tree = (
        "sites: {lyon: {lines: {'{serial}': {pattern: 'v[0-9]+', metrics:"
        " {p: {type: number, rate: 1/s, bytes: 10}}}}}}"
    )
    done = modelled("{split: 2, partitions: 1}", tree)("kafka", "budget")
    (row,) = (line.split() for line in done.out.splitlines() if line.startswith("lyon/{serial} "))
    assert row == ["lyon/{serial}", "no", "end", "1", "1", "10", "B", "1", "18.1", "MB"]
    assert done.out.splitlines()[-1] == (
        "in all: not known, because of any number of MQTT topics without a known rate"
    )


def test_a_budget_of_more_keys_than_are_looked_up(modelled: Callable[[str, str], Run]) -> None:
    tree = "sites: {lyon: {lines: {'l[1..1000001]': {metrics: {p: {type: number, rate: 1/s, bytes: 10}}}}}}"
    done = modelled("{split: 1, partitions: 10, retention: 1 d}", tree)("kafka", "budget")
    (row,) = (line.split() for line in done.out.splitlines() if line.startswith("lyon "))
    assert row == ["lyon", "1", "1,000,001", "1,000,001", "10", "MB", "100,000", "2.59", "TB"]
    assert "its fullest partition (assumed even)" in done.out
    assert "kept for 1 d, replicas included: 2.59 TB" in done.out
    assert done.out.splitlines()[-1].endswith(
        "half the messages in each, and half the keys in another one (assumed even)"
    )


def test_a_budget_of_many_places_shows_the_busiest(modelled: Callable[[str, str], Run]) -> None:
    sites = (f"s{n}: {{metrics: {{p: {{type: number, rate: {n}/s}}}}}}" for n in range(1, 31))
    done = modelled("{split: 1}", f"sites: {{{', '.join(sites)}}}")("kafka", "budget")
    assert "s30  " in done.out
    assert "s10  " not in done.out
    assert "and 10 places more: --output-format json has all of them" in done.out


def test_a_budget_by_levels_that_does_not_fit(modelled: Callable[[str, str], Run]) -> None:
    tree = "sites: {'s[1..50]': {lines: {l: {metrics: {p: {type: number}}}}}}"
    done = modelled("{split: site, max_topics: 20}", tree)("kafka", "budget")
    assert done.status == 1
    assert done.out.splitlines()[:3] == [
        "split            topics  partitions  replicas  per broker  longest name  fits",
        "site (in use)        50         300       900         300             7    no",
        "production_line      50         300       900         300             9    no",
    ]
    assert "deepest split that fits: none" in done.out


def test_a_budget_without_end(modelled: Callable[[str, str], Run]) -> None:
    done = modelled("{split: work_cell}", OPEN)("kafka", "budget")
    assert done.status == 1
    assert done.out.splitlines()[2].split("  ")[0] == "work_cell (in use)"
    assert done.out.splitlines()[2].count("no end") == 5


def test_the_traffic_as_json(modelled: Callable[[str, str], Run]) -> None:
    tree = (
        "sites: {lyon: {lines: {'l[1..2]': {metrics:"
        " {p: {type: number, rate: 6/s, bytes: 10}, q: {type: number}}}}}}"
    )
    run = modelled("{split: 2, partitions: 2, retention: 1 h, replication: 3, brokers: 3}", tree)
    said = json.loads(run("kafka", "budget", "--output-format", "json").out)
    flow = {
        "mqtt_topics": 4, "without_rate": 2, "without_size": 0, "messages_per_second": 12.0,
        "bytes_per_second": 120.0, "kept_bytes": 120.0 * 3_600 * 3,
    }  # fmt: skip
    each = {
        "mqtt_topics": 2, "without_rate": 1, "without_size": 0, "messages_per_second": 6.0,
        "bytes_per_second": 60.0, "kept_bytes": 60.0 * 3_600 * 3,
    }  # fmt: skip
    assert said["traffic"] == {
        **flow,
        "per_broker": {"messages_per_second": 12.0, "bytes_per_second": 120.0},
        "by_place": [{"template": "lyon/l[1..2]", "topics": 2, "each": each}],
    }
    assert said["retention_seconds"] == 3_600
    assert [sum(load["messages_per_second"]) for load in said["loads"]] == [6.0, 6.0]
    assert [load["doubled"]["fullest_messages_per_second"] for load in said["loads"]] == [6.0, 6.0]
    assert said["doubled"]["partitions"] == 8


def test_retention_is_in_the_settings_of_topics(modelled: Callable[[str, str], Run]) -> None:
    run = modelled("{split: 1, retention: 36 h}", "sites: {lyon: {metrics: {p: {type: number}}}}")
    assert "retention.ms=129600000" in run("kafka", "topics").out
    assert "retention.ms" not in run("kafka", "topics", "--state").out.splitlines()[-1]


def test_a_budget_as_json(bottling: Run) -> None:
    said = json.loads(bottling("kafka", "budget", "--output-format", "json").out)
    assert (said["split"], said["deepest"], len(said["rows"])) == (3, 6, 6)
    assert said["rows"][2] == {
        "split": 3,
        "topics": 8,
        "partitions": 48,
        "replicas": 144,
        "replicas_per_broker": 48,
        "longest_name": 36,
        "fits": True,
    }
    assert said["cluster"]["max_replicas_per_broker"] == 1_000
    assert [load["topic"] for load in said["loads"]] == [
        place["template"].replace("/", ".").join(["uns.", ""]) for place in said["places"]
    ]
    assert said["outside"] == []


# --- whatever a name holds -------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["kafka", "to", "-m", str(BOTTLING)], id="to"),
        pytest.param(["kafka", "to", "--overflow", "bucket"], id="to without a model"),
        pytest.param(["kafka", "from", "uns.x", "-m", str(BOTTLING)], id="from"),
        pytest.param(["kafka", "from", "uns.x", "--key", "tail"], id="from a tail"),
        pytest.param(["kafka", "plan", "-m", str(BOTTLING)], id="plan"),
        pytest.param(["kafka", "plan", "--split", "2"], id="plan without a model"),
    ],
)
@settings(max_examples=20)
@given(name=NAMES)
def test_no_name_steers_the_terminal(command: list[str], name: str) -> None:
    done = run_alone(*command, name)
    assert done.status in {0, 1, 2}
    assert not {c for c in done.out + done.err if ord(c) < 32 or ord(c) == 127} - {"\n"}
