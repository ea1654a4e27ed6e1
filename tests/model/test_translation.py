"""The model's side of Kafka: every topic has a place by its equipment, and plans know them all."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.kafka import KafkaTopic, MismatchedKey, Untranslatable, encode_segment
from uns.model import translation
from uns.model.namespace import Namespace
from uns.topics.names_and_filters import InvalidTopicFilter
from uns.topics.templates import Segment

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
BOTTLING = (EXAMPLES / "bottling" / "bottling.uns.yaml").read_text("utf-8")
PHARMA = (EXAMPLES / "pharma" / "pharma.uns.yaml").read_text("utf-8")

MUNICH = "bottlingcompany/munich/bottling/line1/machine1/conveyorspeed"
PORTO = "bottlingcompany/porto/line1/machine1/conveyorspeed"


def loaded(model: str, **kafka: Any) -> Namespace:
    """A model with these settings under ``kafka:``."""
    return uns.loads(f"{model}\nkafka: {json.dumps(kafka)}\n")


def held(ns: Namespace, topics: Iterable[str]) -> dict[str, list[str]]:
    """Kafka topic -> those of the MQTT topics that go there."""
    found: dict[str, list[str]] = {}
    for topic in topics:
        try:
            found.setdefault(ns.to_kafka(topic).topic, []).append(topic)
        except Untranslatable:
            continue
    return found


# --- one topic -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("split", "munich", "porto"),
    [
        pytest.param(1, "uns.bottlingcompany", "uns.bottlingcompany", id="1"),
        pytest.param(3, "uns.bottlingcompany.munich.bottling", "uns.bottlingcompany.porto.line1",
                     id="3"),
        pytest.param("enterprise", "uns.bottlingcompany", "uns.bottlingcompany", id="enterprise"),
        pytest.param("site", "uns.bottlingcompany.munich", "uns.bottlingcompany.porto", id="site"),
        pytest.param("area", "uns.bottlingcompany.munich.bottling", "uns.bottlingcompany.porto",
                     id="area, or the site that has none"),
        pytest.param("areas", "uns.bottlingcompany.munich.bottling", "uns.bottlingcompany.porto",
                     id="plural"),
        pytest.param("line", "uns.bottlingcompany.munich.bottling.line1",
                     "uns.bottlingcompany.porto.line1", id="line"),
        pytest.param("work_center", "uns.bottlingcompany.munich.bottling.line1",
                     "uns.bottlingcompany.porto.line1", id="a line is a work center"),
        pytest.param("work_cell", "uns.bottlingcompany.munich.bottling.line1.machine1",
                     "uns.bottlingcompany.porto.line1.machine1", id="work cell"),
        pytest.param("control_module", "uns.bottlingcompany.munich.bottling.line1.machine1",
                     "uns.bottlingcompany.porto.line1.machine1", id="a level nothing has"),
    ],
)  # fmt: skip
def test_splits_of_the_bottling_company(split: int | str, munich: str, porto: str):
    ns = loaded(BOTTLING, split=split)
    assert ns.to_kafka(MUNICH).topic == munich
    assert ns.to_kafka(PORTO).topic == porto


LINE_ABOVE_AREA = """
uns: 1
topic: {containment: free}
enterprise:
  acme:
    sites:
      lyon:
        lines:
          line1:
            areas:
              wet: {cells: {filler: {metrics: {speed: {type: number}}}}}
            cells:
              packer: {metrics: {speed: {type: number}}}
          line2: {sites: {annex: {metrics: {speed: {type: number}}}}}
"""

COMPANY_LEVELS = """
uns: 1
levels:
  country: {plural: countries, under: enterprise}
  building: {under: [site, area]}
topic: {containment: free}
enterprise:
  acme:
    countries:
      fr:
        sites:
          lyon:
            buildings: {b1: {lines: {line1: {metrics: {speed: {type: number}}}}}}
            lines: {line2: {metrics: {speed: {type: number}}}}
    sites:
      oslo:
        areas: {hall: {buildings: {b2: {metrics: {speed: {type: number}}}}}}
        others: {yard: {lines: {line3: {metrics: {speed: {type: number}}}}}}
"""

ROOTED = """
uns: 1
topic: {root: ROOT}
enterprise:
  acme: {sites: {lyon: {metrics: {speed: {type: number}}, lines: {l1: {metrics: {speed: {type: number}}}}}}}
"""

OWN_PAYLOADS = """
uns: 1
topic: {containment: free}
enterprise:
  acme:
    payload: info/1
    sites:
      lyon:
        payload: info/1
        areas: {hall: {payload: info/1, areas: {inner: {metrics: {a/b: {type: number}}}}}}
"""


@pytest.mark.parametrize(
    ("model", "split", "topic", "place"),
    [
        pytest.param(LINE_ABOVE_AREA, "area", "acme/lyon/line1/wet/filler/speed",
                     "acme.lyon.line1.wet", id="an area below a line"),
        pytest.param(LINE_ABOVE_AREA, "line", "acme/lyon/line1/wet/filler/speed",
                     "acme.lyon.line1", id="a line above an area"),
        pytest.param(LINE_ABOVE_AREA, "area", "acme/lyon/line1/packer/speed",
                     "acme.lyon", id="a line without area is below one"),
        pytest.param(LINE_ABOVE_AREA, "area", "acme/lyon/line2/annex/speed",
                     "acme.lyon.line2.annex", id="a site below a line is not below an area"),
        pytest.param(COMPANY_LEVELS, "country", "acme/fr/lyon/line2/speed", "acme.fr",
                     id="country"),
        pytest.param(COMPANY_LEVELS, "country", "acme/oslo/hall/b2/speed", "acme",
                     id="no country"),
        pytest.param(COMPANY_LEVELS, "countries", "acme/fr/lyon/line2/speed", "acme.fr",
                     id="plural of a company level"),
        pytest.param(COMPANY_LEVELS, "building", "acme/fr/lyon/b1/line1/speed", "acme.fr.lyon.b1",
                     id="building below a site"),
        pytest.param(COMPANY_LEVELS, "building", "acme/oslo/hall/b2/speed", "acme.oslo.hall.b2",
                     id="building below an area"),
        pytest.param(COMPANY_LEVELS, "building", "acme/fr/lyon/line2/speed", "acme.fr.lyon",
                     id="no building"),
        pytest.param(COMPANY_LEVELS, "site", "acme/oslo/yard/line3/speed", "acme.oslo",
                     id="a site is where it ends"),
        pytest.param(COMPANY_LEVELS, "area", "acme/oslo/yard/line3/speed", "acme.oslo.yard",
                     id="other stands with what it is under"),
        pytest.param(COMPANY_LEVELS, "area", "acme/oslo/hall/b2/speed", "acme.oslo.hall",
                     id="area above a building"),
        pytest.param(ROOTED.replace("ROOT", "umh/v1"), "site", "umh/v1/acme/lyon/l1/speed",
                     "umh.v1.acme.lyon", id="root"),
        pytest.param(ROOTED.replace("ROOT", "umh/v1"), 2, "umh/v1/acme/lyon/l1/speed",
                     "umh.v1.acme.lyon", id="root and a number"),
        pytest.param(ROOTED.replace("ROOT", "/"), "site", "/acme/lyon/l1/speed",
                     "-x-.acme.lyon", id="a slash for a root"),
        pytest.param(ROOTED.replace("ROOT", "/"), 2, "/acme/lyon/l1/speed",
                     "-x-.acme.lyon", id="a slash for a root and a number"),
        pytest.param(ROOTED.replace("ROOT", "$plant"), "site", "$plant/acme/lyon/l1/speed",
                     "-x24-plant.acme.lyon", id="a dollar asked for"),
        pytest.param(OWN_PAYLOADS, "area", "acme/lyon", "acme", id="the leaf stays out"),
        pytest.param(OWN_PAYLOADS, "area", "acme/lyon/hall", "acme.lyon", id="of an area too"),
        pytest.param(OWN_PAYLOADS, "area", "acme", "acme", id="but for a single level"),
        pytest.param(OWN_PAYLOADS, "area", "acme/lyon/hall/inner/a/b", "acme.lyon.hall.inner",
                     id="an area in an area"),
        pytest.param(OWN_PAYLOADS, "area", "acme/lyon/nowhere/x/y", "acme.lyon",
                     id="not modelled"),
        pytest.param(OWN_PAYLOADS, "area", "bravo/x/y/z", "bravo", id="nothing is modelled"),
        pytest.param(OWN_PAYLOADS, "area", "acme/lyon/hall//x", "acme.lyon.hall",
                     id="not modelled below an area"),
        pytest.param(OWN_PAYLOADS, "area", "/acme/lyon/x", "-x-", id="starts with a slash"),
    ],
)  # fmt: skip
def test_the_place_of_a_topic(model: str, split: int | str, topic: str, place: str):
    ns = loaded(model, split=split)
    address = ns.to_kafka(topic)
    assert address.topic == f"uns.{place}"
    assert ns.to_mqtt(address.topic, address.key) == topic
    tail = loaded(model, split=split, key="tail")
    if "/" in topic:
        address = tail.to_kafka(topic)
        assert address.topic == f"uns.{place}"
        assert tail.to_mqtt(address.topic, address.key) == topic


@pytest.mark.parametrize(
    ("order_by", "topic", "group"),
    [
        pytest.param("metric", MUNICH, MUNICH, id="metric"),
        pytest.param(None, MUNICH, MUNICH, id="nothing said"),
        pytest.param(4, MUNICH, "bottlingcompany/munich/bottling/line1", id="number"),
        pytest.param("line", MUNICH, "bottlingcompany/munich/bottling/line1", id="line"),
        pytest.param("line", PORTO, "bottlingcompany/porto/line1", id="line without area"),
        pytest.param("area", PORTO, "bottlingcompany/porto", id="no area"),
        pytest.param("work_cell", MUNICH, "bottlingcompany/munich/bottling/line1/machine1",
                     id="machine"),
        pytest.param("work_cell", "bottlingcompany/munich/bottling/line1/oee",
                     "bottlingcompany/munich/bottling/line1", id="no machine"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("split", [2, "area"])
def test_what_is_kept_in_order(
    split: int | str, order_by: int | str | None, topic: str, group: str
):
    ns = loaded(BOTTLING, split=split, order_by=order_by)
    address = ns.to_kafka(topic)
    assert address.key == topic.encode()
    assert address.partition_key == group.encode()


def test_the_payload_of_a_machine_is_in_order_with_its_metrics():
    model = "uns: 1\nsites: {lyon: {payload: info/1, metrics: {speed: {type: number}}}}"
    ns = loaded(model, order_by="site")
    assert ns.to_kafka("lyon").partition_key == ns.to_kafka("lyon/speed").partition_key == b"lyon"


def test_records_in_the_place_of_another_level_are_refused():
    ns = loaded(BOTTLING, split="area")
    with pytest.raises(MismatchedKey, match=r"belongs in uns\.bottlingcompany\.porto,"):
        ns.to_mqtt("uns.bottlingcompany.porto.line1", PORTO.encode())
    ns = loaded(BOTTLING, split="area", key="tail")
    with pytest.raises(MismatchedKey, match=r"belongs in uns\.bottlingcompany\.porto,"):
        ns.to_mqtt("uns.bottlingcompany.porto.line1", b"machine1/conveyorspeed")


def test_the_settings_of_the_model_are_those_of_the_mapping():
    said = {"prefix": "milk", "key": "full", "partitioner": "crc32", "overflow": "bucket"}
    sizes = {"partitions": 12, "replication": 1, "brokers": 5, "max_topics": 7}
    ns = loaded(BOTTLING, **said, **sizes)
    mapping, cluster = ns.kafka.mapping, ns.kafka.cluster
    assert {key: getattr(mapping, key) for key in said} == said
    assert {key: getattr(cluster, key) for key in sizes} == sizes
    assert ns.to_kafka(MUNICH).partition(12) == mapping.to_kafka(MUNICH).partition(12)


def test_last_values_have_topics_of_their_own():
    ns = loaded(BOTTLING, split="area")
    state = ns.kafka.state
    assert state.mapping.to_kafka(PORTO).topic == "uns-state.bottlingcompany.porto"
    assert state.mapping.to_kafka(PORTO).key == PORTO.encode()


# --- many topics -----------------------------------------------------------------------------------

FILTERS = [
    "#", "+", "+/#", "bottlingcompany/#", "bottlingcompany/+", "bottlingcompany/+/#",
    "bottlingcompany/munich/#", "bottlingcompany/munich/+", "bottlingcompany/+/bottling/#",
    "bottlingcompany/+/bottling/+/+/conveyorspeed", "bottlingcompany/porto/#", PORTO, MUNICH,
    "bottlingcompany/+/line1/+/power", "bottlingcompany/+/+/+/+/power", "+/+/+/_info",
    "bottlingcompany/munich/bottling/line2/machine2/#", "+/+/oee", "bottlingcompany/oslo/+/+/oee",
    "bottlingcompany/paris/#", "uns/v1/#", "uns/v1/+/+/api/#", "+/+/medipharm/#", "$SYS/#",
    "bottlingcompany/munich/bottling/tankfarm/tank3/+", "/#", "+/+/+/+/+/+/+/#",
]  # fmt: skip


@pytest.mark.parametrize(
    "model", [pytest.param(BOTTLING, id="bottling"), pytest.param(PHARMA, id="pharma")]
)
@pytest.mark.parametrize("key", ["full", "tail"])
@pytest.mark.parametrize(
    "split", [1, 2, 3, 4, 9, "site", "area", "process_cell", "work_cell", "unit"]
)
def test_the_examples(model: str, split: int | str, key: str):
    ns = loaded(model, split=split, key=key)
    topics = list(ns.topics())
    for topic in topics:
        address = ns.to_kafka(topic)
        assert ns.to_mqtt(address.topic, address.key) == topic
    names = held(ns, topics)
    assert set(ns.kafka.topics() or ()) == set(names)
    assert ns.kafka.budget().cost.topics == len(names)
    for text in FILTERS:
        check_closed(ns, text, names)
        check_closed(ns, f"$share/group/{text}", names)


def check_plan(ns: Namespace, text: str, names: dict[str, list[str]]) -> None:
    """Nothing that matches is missed, and what is called exact is."""
    plan = ns.kafka.plan(text)
    matches = plan.key_filter.matches
    selected = {name for name in names if re.fullmatch(plan.regex, name)}
    wanted = {name for name, topics in names.items() if any(map(matches, topics))}
    assert wanted <= selected, text
    assert plan.topics is None or wanted <= set(plan.topics), text
    if plan.exact:
        read = selected if plan.topics is None else selected | (names.keys() & set(plan.topics))
        assert all(matches(topic) for name in read for topic in names[name]), text


def check_closed(ns: Namespace, text: str, names: dict[str, list[str]]) -> None:
    """As above where all topics are known: then a plan is as tight as it can be."""
    check_plan(ns, text, names)
    plan = ns.kafka.plan(text)
    matches = plan.key_filter.matches
    wanted = [name for name, topics in names.items() if any(map(matches, topics))]
    assert plan.topics is not None
    assert sorted(plan.topics) == sorted(wanted), text
    assert plan.group_id == ("group" if text.startswith("$share/group/") else None)
    read = [topic for name in wanted for topic in names[name]]
    found = [topic for topic in read if matches(topic)]
    selected = [name for name in names if re.fullmatch(plan.regex, name)]
    if not any("overflow" in name for name in plan.topics):
        assert plan.exact is (len(selected) == len(wanted) and found == read), text
        assert plan.amplification == (pytest.approx(len(read) / len(found)) if found else None)


def test_what_is_no_filter_has_no_plan():
    with pytest.raises(InvalidTopicFilter):
        loaded(BOTTLING, split="area").kafka.plan("a/#/b")


@pytest.mark.parametrize(
    ("split", "filter_", "topics", "regex", "exact", "amplification"),
    [
        pytest.param("area", "bottlingcompany/porto/#", ["uns.bottlingcompany.porto"],
                     r"^uns\.bottlingcompany\.porto(\.[^.]+)*$", True, 1.0, id="a site"),
        pytest.param("area", "bottlingcompany/+/line1/#", ["uns.bottlingcompany.porto"],
                     r"^uns\.bottlingcompany\.[^.]+$", False, 27 / 23, id="no areas"),
        pytest.param("area", "bottlingcompany/munich/bottling/#",
                     ["uns.bottlingcompany.munich.bottling"],
                     r"^uns\.bottlingcompany\.munich\.bottling$", True, 1.0, id="an area"),
        pytest.param("area", "bottlingcompany/+/bottling/+/+/conveyorspeed",
                     ["uns.bottlingcompany.munich.bottling", "uns.bottlingcompany.oslo.bottling"],
                     r"^uns\.bottlingcompany\.[^.]+\.bottling$", False, 13.0, id="one metric"),
        pytest.param("area", "+/+/oee",
                     ["uns.bottlingcompany.munich", "uns.bottlingcompany.oslo",
                      "uns.bottlingcompany.porto"],
                     r"^uns\.[^.]+\.[^.]+$", False, 35 / 3, id="all sites"),
    ],
)  # fmt: skip
def test_plans(
    split: str, filter_: str, topics: list[str], regex: str, exact: bool, amplification: float
):
    plan = loaded(BOTTLING, split=split).kafka.plan(filter_)
    assert list(plan.topics or ()) == topics
    assert plan.regex == regex
    assert (plan.exact, plan.amplification) == (exact, pytest.approx(amplification))


def test_the_name_of_a_client_is_not_the_client():
    with pytest.raises(
        uns.InvalidArgument, match="'historian' is not a client; the clients are in"
    ):
        loaded(BOTTLING).kafka.plans("historian")  # type: ignore[arg-type]


def test_a_budget_by_levels():
    budget = loaded(BOTTLING, split="area").kafka.budget()
    assert [(row.split, row.topics) for row in budget.rows] == [
        ("enterprise", 1),
        ("site", 4),
        ("area", 7),
        ("production_line", 13),
        ("storage_zone", 13),
        ("work_center", 13),
        ("storage_unit", 31),
        ("work_cell", 31),
    ]
    assert budget.cost.split == budget.split == "area"
    assert budget.deepest == "work_cell"
    assert budget.loads is not None
    assert {load.topic for load in budget.loads} == set(
        loaded(BOTTLING, split="area").kafka.topics() or ()
    )
    assert loaded(BOTTLING, split="area", max_topics=12).kafka.budget().deepest == "area"
    assert (
        loaded(BOTTLING, split="area", max_topics=1, brokers=1, partitions=1_000)
        .kafka.budget()
        .deepest
        is None
    )


def test_nothing_costs_nothing():
    ns = loaded("uns: 1\nsites: {lyon: {}}")
    assert ns.kafka.topics() == ()
    assert ns.kafka.budget().cost.topics == 0
    assert ns.kafka.plan("#").topics == ()
    assert loaded("uns: 1\nsites: {lyon: {}}", split="area").kafka.budget().cost.topics == 0


FLEET = """
uns: 1
defaults: {info: true}
topic: {containment: free}
enterprise:
  acme:
    metrics: {oee: {type: number}}
    sites:
      lyon:
        cells:
          vehicle[1..10000000]: {metrics: {speed: {type: number}, charge: {type: number}}}
          "robot{serial}": {pattern: "[0-9]{4}", metrics: {speed: {type: number}}}
"""


def test_families_of_millions_are_never_gone_through():
    ns = loaded(FLEET, split="site")
    assert ns.kafka.topics() == ("uns.acme", "uns.acme.lyon")
    plan = ns.kafka.plan("acme/lyon/+/speed")
    assert (plan.topics, plan.exact, plan.amplification) == (("uns.acme.lyon",), False, None)
    plan = ns.kafka.plan("acme/lyon/#")
    assert (plan.topics, plan.exact, plan.amplification) == (("uns.acme.lyon",), True, 1.0)
    ns = loaded(FLEET, split="work_cell")
    assert ns.kafka.topics() is None
    assert ns.kafka.plan("acme/lyon/vehicle77/#").topics == ("uns.acme.lyon.vehicle77",)
    assert ns.kafka.plan("acme/lyon/robot0815/speed").topics == ("uns.acme.lyon.robot0815",)
    assert ns.kafka.plan("acme/lyon/robot815/speed").topics == ()
    assert ns.kafka.plan("acme/lyon/vehicle077/speed").topics == ()
    assert ns.kafka.plan("acme/+/oee").topics == ()
    assert ns.kafka.plan("acme/oee").topics == ("uns.acme",)
    plan = ns.kafka.plan("acme/lyon/+/speed")
    assert (plan.topics, plan.regex) == (None, r"^uns\.acme\.lyon\.[^.]+$")
    finite = FLEET.replace('"robot{serial}"', '"robot[1..2]"').replace('pattern: "[0-9]{4}", ', "")
    rows = loaded(finite, split="work_cell").kafka.budget().rows
    assert [(row.split, row.topics) for row in rows] == [
        ("enterprise", 1), ("site", 2), ("work_cell", 10_000_004),
    ]  # fmt: skip
    assert rows[-1].longest_name == len("uns.acme.lyon.vehicle10000000")
    amplification = loaded(finite, split="site").kafka.plan("acme/lyon/+/charge").amplification
    assert amplification == pytest.approx((30_000_000 + 4 + 1) / 10_000_000)


def test_an_open_set_has_no_budget_where_it_names_places():
    rows = loaded(FLEET, split="work_cell").kafka.budget().rows
    assert [(row.split, row.topics, row.longest_name, row.fits) for row in rows] == [
        ("enterprise", 1, len("uns.acme"), True),
        ("site", 2, len("uns.acme.lyon"), True),
        ("work_cell", None, None, False),
    ]


def test_the_places_that_need_topics():
    ns = loaded(FLEET, split="work_cell")
    found = [(place.template, place.topics, place.longest) for place in ns.kafka.places()]
    assert found == [
        ("acme", 1, 8),
        ("acme/lyon", 1, 13),
        ("acme/lyon/vehicle[1..10000000]", 10_000_000, 29),
        ("acme/lyon/robot{serial}", None, None),
    ]


LONG = """
uns: 1
sites:
  "åååååååååååååååååååååååååååååååååååååååååååååååå":
    areas:
      "hall[a,ÅÅÅÅÅÅÅÅÅÅÅÅ,c]": {metrics: {p: {type: number}}}
      ok: {metrics: {p: {type: number}}}
"""


def test_names_that_are_too_long_are_facts_by_template():
    ns = loaded(LONG, split="area")
    site = "å" * 48
    found = [(place.template, place.longest, place.is_too_long) for place in ns.kafka.places()]
    assert found == [
        (
            f"{site}/hall[a,{'Å' * 12},c]",
            len(f"uns.{encode_segment(site)}.hall-x{'0' * 48}-"),
            True,
        ),
        (f"{site}/ok", len(f"uns.{encode_segment(site)}.ok"), False),
    ]
    assert ns.kafka.topics() == tuple(
        f"uns.{encode_segment(site)}.{hall}" for hall in ("halla", "hallc", "ok")
    )
    bucket = loaded(LONG, split="area", overflow="bucket")
    assert "uns-x-overflow" in (bucket.kafka.topics() or ())


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "xx", "-", "-x", "s p", "_", "ü", "日", "-ü", "x-"]),
                 min_size=1, max_size=4, unique=True)
        | st.sampled_from(["k-", "m", "z "]),
        min_size=1, max_size=3,
    )
)  # fmt: skip
def test_the_longest_of_a_family_is_the_longest(parts: list[list[str] | str]):
    text = "e".join(part if isinstance(part, str) else f"[{','.join(part)}]" for part in parts)
    segment = Segment.parse(text)
    key = json.dumps(text, ensure_ascii=False)
    ns = loaded(
        f"uns: 1\nsites: {{lyon: {{areas: {{{key}: {{metrics: {{p: {{type: number}}}}}}}}}}}}"
    )
    (place,) = ns.kafka.places()
    longest = max(len(encode_segment(level)) for level in segment)
    assert place.longest == len("uns.lyon.") + longest


def test_collisions_with_what_is_there():
    ns = loaded(BOTTLING, split="site", prefix="plant")
    assert ns.kafka.collisions() == ()
    there = ["plant_bottlingcompany.munich", "plant.bottlingcompany.oslo", "a.b", "a_b"]
    assert ns.kafka.collisions(there) == (
        ("plant.bottlingcompany.munich", "plant_bottlingcompany.munich"),
    )


def test_topics_that_do_not_go_to_kafka():
    model = """
uns: 1
sites:
  $local: {metrics: {speed: {type: number}, power: {type: number}}}
  lyon: {payload: info/1}
  "oslo[1..2]": {payload: info/1, metrics: {speed: {type: number}}}
"""
    assert list(loaded(model).kafka.outside()) == ["$local/[speed,power]"]
    assert list(loaded(model, key="tail").kafka.outside()) == [
        "$local/[speed,power]", "lyon", "oslo[1..2]",
    ]  # fmt: skip
    assert list(loaded(BOTTLING, key="tail").kafka.outside()) == []


def test_only_retained_topics_have_a_last_value():
    model = """
uns: 1
enterprise:
  acme:
    sites:
      lyon: {topics: {alarm: {payload: info/1, kind: event}}}
      oslo: {topics: {alarm: {payload: info/1, kind: event}, state: {payload: info/1}}}
"""
    state = loaded(model, split=2).kafka.state
    assert state.topics() == ("uns-state.acme.oslo",)
    assert state.plan("acme/+/alarm").topics == ()
    assert [place.template for place in state.places()] == ["acme/oslo"]


OPEN = """
uns: 1
topic: {containment: free}
enterprise:
  acme:
    metrics: {oee: {type: number}}
    sites:
      lyon: {metrics: {oee: {type: number}}}
      legacy:
        open: true
        metrics: {oee: {type: number}}
        areas: {hall: {lines: {line1: {metrics: {speed: {type: number}}}}}}
"""


@pytest.mark.parametrize(
    ("split", "filter_", "topics", "exact"),
    [
        pytest.param(1, "acme/lyon/oee", ["uns.acme"], False, id="beside what nobody knows"),
        pytest.param(1, "#", ["uns.acme"], True, id="everything"),
        pytest.param(2, "acme/lyon/#", ["uns.acme.lyon"], True, id="a place apart"),
        pytest.param(2, "acme/legacy/oee", ["uns.acme.legacy"], False, id="an open place"),
        pytest.param(2, "acme/legacy/#", ["uns.acme.legacy"], True, id="all of an open place"),
        pytest.param(2, "acme/legacy/x/y/z", ["uns.acme.legacy"], False, id="one of them"),
        pytest.param(3, "acme/legacy/#", None, True, id="places nobody knows"),
        pytest.param(3, "acme/legacy/x/+", ["uns.acme.legacy.x"], False, id="one of the places"),
        pytest.param(3, "acme/lyon/#", ["uns.acme.lyon"], True, id="beside them"),
        pytest.param("area", "acme/legacy/x/y/z", ["uns.acme.legacy"], False, id="no such area"),
        pytest.param("area", "acme/legacy/hall/x/+", ["uns.acme.legacy.hall"], False, id="the area"),
        pytest.param("area", "acme/legacy/#", ["uns.acme.legacy", "uns.acme.legacy.hall"], True,
                     id="a level makes places known"),
        pytest.param("line", "acme/legacy/hall/line1/#",
                     ["uns.acme.legacy.hall.line1"], True, id="a line"),
    ],
)  # fmt: skip
def test_plans_beside_what_is_open(
    split: int | str, filter_: str, topics: list[str] | None, exact: bool
):
    plan = loaded(OPEN, split=split).kafka.plan(filter_)
    assert plan.topics == (None if topics is None else tuple(topics))
    assert plan.exact is exact


def test_an_open_place_has_no_budget_above_the_split():
    rows = loaded(OPEN, split=2).kafka.budget().rows
    assert [(row.split, row.topics) for row in rows] == [
        (1, 1),
        (2, 3),
        (3, None),
        (4, None),
        (5, None),
    ]
    budget = loaded(OPEN, split="area").kafka.budget()
    assert (budget.cost.topics, budget.loads) == (4, None)
    assert loaded(OPEN, split=3).kafka.topics() is None


# --- laws ------------------------------------------------------------------------------------------

KEYS = ["a", "b", "", "c d", "m[1..2]", "s[x,-y]", "é" * 41]
LEAVES = ["p", "q", "r/s", "t[1..2]", "raw:p"]
LEVELS = ["sites", "areas", "lines", "cells", "buildings", "others", "storage_zones"]
#: Levels below an open node that nobody has heard of, and values of open sets.
TAILS = ["x", "a/x", "p/x/y", "b/a/m1/x", "/", "c d/p/_raw/x/y/z"]
IDS = ["z1", "zz"]

_SAID = {
    "payload": st.just("info/1"),
    "metrics": st.lists(st.sampled_from(LEAVES), unique=True, max_size=3).map(
        lambda keys: {key: {"type": "number"} for key in keys}
    ),
    "topics": st.just({"alarm": {"payload": "info/1", "kind": "event"}}),
}


def _below(inner: st.SearchStrategy[Any], keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Equipment of one or two levels, whose keys share no topic level."""

    def made(keys: list[str], levels: list[str], nodes: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, level, node in zip(keys, itertools.cycle(levels), nodes, strict=False):
            pattern = {"pattern": "z[0-9a-z]*"} if key == "{id}" else {}
            found.setdefault(level, {})[key] = {**node, **pattern}
        return found

    return st.builds(
        made,
        st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=3),
        st.lists(st.sampled_from(LEVELS), unique=True, min_size=1, max_size=2),
        st.lists(inner, min_size=1, max_size=3),
    )


def _nodes(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaf,
        lambda inner: st.builds(lambda node, below: node | below, leaf, _below(inner, KEYS)),
        max_leaves=8,
    )


_closed_trees = _below(_nodes(st.fixed_dictionaries({}, optional=_SAID)), KEYS)
_open_trees = _below(
    _nodes(st.fixed_dictionaries({}, optional={**_SAID, "open": st.just(True)})), [*KEYS, "{id}"]
)
_CUTS = ["site", "area", "line", "work_cell", "building", "control_module"]
_kafka = st.fixed_dictionaries(
    {"split": st.integers(1, 5) | st.sampled_from(_CUTS)},
    optional={
        "order_by": st.integers(1, 4) | st.sampled_from([*_CUTS, "metric"]),
        "key": st.just("tail"),
        "prefix": st.just("p.v2"),
    },
)
_roots = st.sampled_from(["", "/", "r", "u/v 1"])


@st.composite
def _models(draw: st.DrawFn, trees: st.SearchStrategy[dict[str, Any]]) -> str:
    """Models of every shape, cut by numbers and by levels."""
    tree = draw(trees)
    kafka = draw(_kafka)
    if "key" not in kafka and draw(st.booleans()):
        kafka["overflow"] = "bucket"
    root = draw(_roots)
    if not root:
        # A topic has at least one character, so that the level without any carries nothing there.
        for nodes in tree.values():
            nodes.get("", {}).pop("payload", None)
    return json.dumps(
        {
            "uns": 1,
            "topic": {"containment": "free", "root": root},
            "aspects": {"raw": "_raw"},
            "levels": {"building": {"under": "site"}},
            "kafka": kafka,
            **tree,
        }
    )


MODELS = _models(_open_trees)
#: All topics are known of these.
CLOSED_MODELS = _models(_closed_trees)


def topics_of(ns: Namespace) -> Iterator[str]:
    """All topics of a model, with some for each open set and below each open node."""
    for template in ns.templates():
        yield from map("/".join, itertools.product(*map(_members, template.segments)))
    for node in ns.walk(expand=False):
        if any(place.open for place in node._places):
            for above in itertools.product(*(_members(place.segment) for place in node._places)):
                yield from ("/".join([*above, tail]) for tail in TAILS)


def _members(segment: Segment) -> list[str]:
    return IDS if segment.name is not None else list(segment)


level_of_a_filter = st.sampled_from(
    ["+", "+", "a", "b", "", "c d", "m1", "sx", "z1", "p", "r", "x"]
)


_levels_of_a_filter = st.lists(level_of_a_filter, max_size=6)


@st.composite
def filters(draw: st.DrawFn, ns: Namespace, topics: list[str]) -> str:
    """Filters that are near the topics of a namespace, and some shared subscriptions."""
    if topics and draw(st.booleans()):
        levels = draw(st.sampled_from(topics)).split("/")
        levels = [draw(st.sampled_from([level, level, "+"])) for level in levels]
    else:
        levels = [*ns.root_levels, *draw(_levels_of_a_filter)]
    if draw(st.booleans()):
        levels = [*levels[: draw(st.integers(0, len(levels)))], "#"]
    text = "/".join(levels) or "+"
    return draw(st.sampled_from([text, text, f"$share/group/{text}"]))


@given(MODELS)
def test_every_topic_comes_back(model: str):
    ns = uns.loads(model)
    for topic in topics_of(ns):
        try:
            address = ns.to_kafka(topic)
        except Untranslatable:
            continue
        assert type(address.topic) is KafkaTopic
        assert ns.to_mqtt(address.topic, address.key) == topic
        twin = ns.kafka.state.mapping.to_kafka(topic)
        assert ns.kafka.state.mapping.to_mqtt(twin.topic, twin.key) == topic
        assert (twin.key, twin.partition_key) == (address.key, address.partition_key)


@given(st.data())
def test_a_plan_misses_nothing_and_is_exact_when_it_says_so(data: st.DataObject):
    ns = uns.loads(data.draw(MODELS))
    topics = list(topics_of(ns))
    names = held(ns, topics)
    for _ in range(5):
        text = data.draw(filters(ns, topics))
        check_plan(ns, text, names)


@given(st.data())
def test_a_plan_for_known_topics_is_as_tight_as_can_be(data: st.DataObject):
    ns = uns.loads(data.draw(CLOSED_MODELS))
    topics = list(ns.topics())
    names = held(ns, topics)
    assert set(ns.kafka.topics() or ()) == set(names)
    for _ in range(5):
        check_closed(ns, data.draw(filters(ns, topics)), names)


@given(CLOSED_MODELS)
def test_a_budget_is_what_the_mapping_makes(model: str):
    ns = uns.loads(model)
    topics = list(ns.topics())
    sent = [topic for topics in held(ns, topics).values() for topic in topics]
    budget = ns.kafka.budget()
    assert ns.kafka.is_surveyed
    assert ns.kafka.cost == replace(budget.cost, split=budget.split)
    if all(not place.is_too_long for place in ns.kafka.places()):
        assert budget.cost.topics == len(held(ns, topics))
        assert budget.cost.longest_name == max(
            map(len, held(ns, topics)), default=budget.cost.longest_name
        )
    assert budget.loads is not None
    loads = {load.topic: load.counts for load in budget.loads}
    assert loads.keys() == held(ns, topics).keys()
    expected = {name: [0] * 6 for name in loads}
    for topic in sent:
        address = ns.to_kafka(topic)
        expected[address.topic][address.partition(6)] += 1
    assert {name: tuple(counts) for name, counts in expected.items()} == loads
    places = list(ns.kafka.places())
    assert sum(place.topics or 0 for place in places) == budget.cost.topics
    assert max((place.longest or 0 for place in places), default=0) == budget.cost.longest_name


@given(st.data())
def test_a_model_too_large_to_go_through_has_plans_too(data: st.DataObject):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation, "MOST_SHAPES", -1)
        ns = uns.loads(data.draw(MODELS))
        topics = list(topics_of(ns))
        names = held(ns, topics)
        for _ in range(5):
            check_plan(ns, data.draw(filters(ns, topics)), names)
        assert ns.kafka.budget().cost.topics is ns.kafka.cost.topics is None
        assert ns.kafka.topics() is None
        assert not ns.kafka.is_surveyed
