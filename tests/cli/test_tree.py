"""`uns tree`."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

import uns
from tests.cli.runs import BOTTLING, Run
from uns.cli import carry_out
from uns.cli.arguments import parser
from uns.cli.terminal import Screen

#: The arguments, and what is drawn.
DRAWN = {
    "--depth 3": """\
bottlingcompany  enterprise  "Bottling Company SE"
├── munich  site  Plant
│   ├── bottling  area
│   └── utilities  area
├── oslo  site  Plant
│   └── bottling  area
└── porto  site  Plant
    └── line1  production_line  BottlingLine
""",
    "--depth 2 --counts": """\
bottlingcompany  enterprise  "Bottling Company SE"  159 topics
├── munich  site  Plant  97 topics
├── oslo  site  Plant  32 topics
└── porto  site  Plant  27 topics
""",
    "+/munich/bottling/line2/# --counts": """\
bottlingcompany  enterprise  "Bottling Company SE"  34 topics
└── munich  site  Plant  34 topics
    └── bottling  area  34 topics
        └── line2  production_line  BottlingLine  34 topics
            └── machine[1..4]  x4  work_cell  ConveyedMachine  28 topics
""",
    "+/oslo/+/+/+/power --expand --topics --counts": """\
bottlingcompany  enterprise  "Bottling Company SE"  3 topics
└── oslo  site  Plant  3 topics
    └── bottling  area  3 topics
        └── line1  production_line  BottlingLine  3 topics
            ├── machine1  work_cell  ConveyedMachine  1 topic
            │   └── power  vtq/1  number kW, 0 to 500
            ├── machine2  work_cell  ConveyedMachine  1 topic
            │   └── power  vtq/1  number kW, 0 to 500
            └── machine3  work_cell  ConveyedMachine  1 topic
                └── power  vtq/1  number kW, 0 to 500
""",
    "+/oslo/+/+/machine2/#": """\
bottlingcompany  enterprise  "Bottling Company SE"
└── oslo  site  Plant
    └── bottling  area
        └── line1  production_line  BottlingLine
            └── machine2  work_cell  ConveyedMachine
""",
    "+/+/+/line1/_mes/# --topics": """\
bottlingcompany  enterprise  "Bottling Company SE"
├── munich  site  Plant
│   └── bottling  area
│       └── line1  production_line  BottlingLine  "Glass line 1"
│           └── _mes
│               ├── job-order  job-order/1  command
│               └── job-response  job-response/1
└── oslo  site  Plant
    └── bottling  area
        └── line1  production_line  BottlingLine
            └── _mes
                ├── job-order  job-order/1  command
                └── job-response  job-response/1
""",
    "--limit 4": """\
bottlingcompany  enterprise  "Bottling Company SE"
├── munich  site  Plant
│   ├── bottling  area
│   │   ├── line1  production_line  BottlingLine  "Glass line 1"
... stopped after 4 lines: narrow the tree with FILTER or --depth, or raise --limit
""",
    "--limit 4 --depth 2": """\
bottlingcompany  enterprise  "Bottling Company SE"
├── munich  site  Plant
├── oslo  site  Plant
└── porto  site  Plant
""",
    "--limit 4 --counts": """\
bottlingcompany  enterprise  "Bottling Company SE"  159 topics
├── munich  site  Plant  97 topics
│   ├── bottling  area  89 topics
│   │   ├── line1  production_line  BottlingLine  "Glass line 1"  29 topics
... stopped after 4 lines: narrow the tree with FILTER or --depth, or raise --limit
""",
    "+/oslo/# --limit 6 --expand": """\
bottlingcompany  enterprise  "Bottling Company SE"
└── oslo  site  Plant
    └── bottling  area
        └── line1  production_line  BottlingLine
            ├── machine1  work_cell  ConveyedMachine
            ├── machine2  work_cell  ConveyedMachine
... stopped after 6 lines: narrow the tree with FILTER or --depth, or raise --limit
""",
}


@pytest.mark.parametrize("arguments", DRAWN)
def test_drawings(bottling: Run, arguments: str):
    assert bottling("tree", *arguments.split()) == (0, DRAWN[arguments], "")


FLEET = """\
uns: 1
topic: {containment: free, root: /v1}
classes:
  Truck: {level: unit, metrics: {speed: {type: number, unit: km/h}, fuel: {type: number, unit: L}}}
sites:
  oslo:
    areas:
      yard[1..2]:
        payload: info/1
        label: "a\\e[31m"
        units:
          truck[1..1000000]: {class: Truck}
          "{serial}": {class: Truck, pattern: "[A-Z]{2}[0-9]{6}"}
      legacy: {open: true, areas: {inside: {}}}
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    (tmp_path / "fleet.uns.yaml").write_text(FLEET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return run


def test_families_open_sets_and_open_positions(fleet: Run):
    assert (
        fleet("tree", "--counts", "--topics").out
        == """\
""  4,000,002 topics and open sets
└── v1  4,000,002 topics and open sets
    └── oslo  site  4,000,002 topics and open sets
        ├── yard[1..2]  x2  area  "a\\x1b[31m"  info/1  4,000,002 topics and open sets
        │   ├── truck[1..1000000]  x1,000,000  unit  Truck  2,000,000 topics
        │   │   ├── speed  vtq/1  number km/h
        │   │   └── fuel  vtq/1  number L
        │   └── {serial}  open set  unit  Truck  2 topics each
        │       ├── speed  vtq/1  number km/h
        │       └── fuel  vtq/1  number L
        └── legacy  area  anything below  0 topics
            └── inside  area  0 topics
"""
    )


def test_a_member_of_an_open_set_is_one_position(fleet: Run):
    assert (
        fleet("tree", "/v1/oslo/yard2/AB123456/#", "--counts").out
        == """\
""  2 topics
└── v1  2 topics
    └── oslo  site  2 topics
        └── yard2  area  "a\\x1b[31m"  2 topics
            └── AB123456  unit  Truck  2 topics
"""
    )


def test_a_family_of_millions_is_not_expanded_beyond_the_limit(fleet: Run):
    done = fleet("tree", "--expand", "--limit", "1000")
    lines = done.out.splitlines()
    assert len(lines) == 1001
    assert lines[999].strip(" │├─").startswith("truck996 ")


def test_no_match(bottling: Run):
    assert bottling("tree", "acme/#") == (1, "", "nothing in the model matches acme/#\n")


def test_no_match_but_below(bottling: Run):
    said = "nothing in the model matches bottlingcompany/oslo; did you mean 'bottlingcompany/oslo/#'?\n"
    assert bottling("tree", "bottlingcompany/oslo") == (1, "", said)


def test_not_a_filter(bottling: Run):
    done = bottling("tree", "a/#/b")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "uns: error: not a topic filter: '#' must be the last level [MQTT-4.7.1-1]\n"
        "  a/#/b\n"
        "    ^\n"
    )


@pytest.mark.parametrize(
    "filter_", [None, "#", "+/munich/#", "+/+/+/+/+/conveyorspeed", "+/+/line1/machine2/#"]
)
@pytest.mark.parametrize("expand", [[], ["--expand"]])
def test_the_lowest_branches_add_up_to_the_topics(
    bottling: Run, filter_: str | None, expand: list[str]
):
    """With topics drawn, every topic is a line; families count for their size."""
    arguments = [filter_] if filter_ else []
    drawn = bottling("tree", *arguments, "--topics", *expand).out.splitlines()
    sizes: list[int] = []
    total = 0
    for line in drawn:
        depth = len(re.match(r"[ │├└─]*", line)[0]) // 4
        times = re.search(r"  x([0-9,]+)", line)
        sizes[depth:] = [int(times[1].replace(",", "")) if times else 1]
        if re.search(r"  [a-z0-9-]+/1\b", line):
            topics = 1
            for size in sizes:
                topics *= size
            total += topics
    assert total == uns.load(BOTTLING).count(filter_)


def test_ascii_where_the_encoding_has_no_strokes():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    given = parser().parse_args(["tree", "-m", str(BOTTLING), "--depth", "2"])
    assert carry_out(given, Screen(stream), Screen(stream)) == 0
    stream.seek(0)
    assert stream.read().splitlines()[1:] == [
        "|-- munich  site  Plant",
        "|-- oslo  site  Plant",
        "`-- porto  site  Plant",
    ]
