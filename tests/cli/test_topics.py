"""`uns topics`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.cli.runs import BOTTLING, Run
from uns.cli import carry_out, main
from uns.cli.arguments import parser
from uns.cli.terminal import Screen
from uns.model.queries import instances
from uns.testing import topic_filters

LINE2 = "bottlingcompany/munich/bottling/line2"


@pytest.mark.parametrize(
    ("arguments", "status", "out"),
    [
        pytest.param(["--count"], 0, "159\n", id="count"),
        pytest.param(["--count", "+/oslo/#"], 0, "32\n", id="count below a filter"),
        pytest.param(["--count", "acme/#"], 1, "0\n", id="count of nothing"),
        pytest.param(["acme/#"], 1, "", id="nothing"),
        pytest.param(["acme/#", "--output-format", "json"], 1, "[]\n", id="nothing as JSON"),
        pytest.param(
            ["+/+/+/line2/+/power"],
            0,
            "".join(f"{LINE2}/machine{n}/power\n" for n in range(1, 5)),
            id="a family, by number",
        ),
        pytest.param(
            ["+/+/+/line2/machine3/power", "--output-format", "csv"],
            0,
            "topic,template,payload,kind,retain,qos,type,unit,owner\n"
            f"{LINE2}/machine3/power,{LINE2}/machine3/power,vtq/1,state,true,1,number,kW,\n",
            id="CSV",
        ),
        pytest.param(
            ["+/+/+/line2/+/alarm", "--templates"],
            0,
            f"{LINE2}/machine[1..4]/alarm\n",
            id="templates",
        ),
        pytest.param(
            ["+/+/+/line2/+/alarm", "--templates", "--output-format", "csv"],
            0,
            "template,filter,count,payload,kind,retain,qos,type,unit,owner\n"
            f"{LINE2}/machine[1..4]/alarm,{LINE2}/+/alarm,4,alarm/1,event,false,1,,,\n",
            id="templates as CSV",
        ),
        pytest.param(["--templates", "--count"], 0, "104\n", id="count of templates"),
    ],
)
def test_lists(bottling: Run, arguments: list[str], status: int, out: str):
    done = bottling("topics", *arguments)
    assert (done.status, done.out) == (status, out)
    told = status == 1 and "--count" not in arguments
    assert done.err == ("nothing in the model matches acme/#\n" if told else "")


def test_the_formats_list_the_same_topics_in_the_same_order(bottling: Run):
    text = bottling("topics").out.splitlines()
    assert text == [str(topic) for topic in uns.load(BOTTLING).topics()]
    rows = json.loads(bottling("topics", "--output-format", "json").out)
    assert [row["topic"] for row in rows] == text
    table = csv.DictReader(io.StringIO(bottling("topics", "--output-format", "csv").out))
    assert [row["topic"] for row in table] == text


def test_a_row_of_json(bottling: Run):
    done = bottling("topics", "+/+/+/line2/machine3/conveyorspeed", "--output-format", "json")
    assert json.loads(done.out) == [
        {
            "topic": f"{LINE2}/machine3/conveyorspeed",
            "template": f"{LINE2}/machine3/conveyorspeed",
            "payload": "vtq/1",
            "kind": "state",
            "retain": True,
            "qos": 1,
            "type": "number",
            "unit": "m/s",
            "owner": None,
        }
    ]


FLEET = """\
uns: 1
model: {id: fleet, owner: "fleet \\u00f6ffice\\e[31m"}
topic: {containment: free}
classes:
  Truck: {level: unit, metrics: {speed: {type: number, unit: km/h}}}
sites:
  oslo:
    areas:
      yard[1..2]:
        units:
          truck[1..1000000000]: {class: Truck}
          "{serial}": {class: Truck, pattern: "[A-Z]{2}[0-9]{6}"}
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    (tmp_path / "fleet.uns.yaml").write_text(FLEET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return run


@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.parametrize("count", [[], ["--count"]])
def test_a_set_without_end_is_an_error_before_anything_is_written(
    fleet: Run, form: str, count: list[str]
):
    done = fleet("topics", "--output-format", form, *count)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "uns: error: oslo/yard[1..2]/{serial} stands for an open set of topics: name one of"
        " its levels in the filter, leave open sets out with --open skip, or list --templates\n"
    )


def test_open_sets_counted_out_named_and_listed_as_templates(fleet: Run):
    assert fleet("topics", "--count", "--open", "skip").out == "2000000000\n"
    assert fleet("topics", "oslo/+/AB123456/#").out == (
        "oslo/yard1/AB123456/speed\noslo/yard2/AB123456/speed\n"
    )
    assert fleet("topics", "--templates").out.splitlines() == [
        "oslo/yard[1..2]/truck[1..1000000000]/speed",
        "oslo/yard[1..2]/{serial}/speed",
    ]
    rows = json.loads(fleet("topics", "--templates", "--output-format", "json").out)
    assert [row["count"] for row in rows] == [2_000_000_000, None]


def test_names_are_escaped_in_csv_and_whole_in_json(fleet: Run):
    assert '"fleet öffice\\x1b[31m"' not in fleet("topics", "--templates").out
    assert "fleet öffice\\x1b[31m" in fleet("topics", "--templates", "--output-format", "csv").out
    said = fleet("topics", "--templates", "--output-format", "json").out
    assert said.isascii()
    assert json.loads(said)[0]["owner"] == "fleet öffice\x1b[31m"


class Reader(io.StringIO):
    """Someone who reads so many lines and then goes away."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines

    def write(self, text: str) -> int:
        self.lines -= text.count("\n")
        if self.lines < 0:
            raise BrokenPipeError
        return super().write(text)


@pytest.mark.parametrize(
    ("form", "last"),
    [
        pytest.param("text", "oslo/yard1/truck100/speed", id="text"),
        pytest.param("csv", "oslo/yard1/truck99/speed", id="csv"),
        pytest.param("json", "oslo/yard1/truck99/speed", id="json"),
    ],
)
def test_two_thousand_million_topics_are_written_as_they_are_made(fleet: Run, form: str, last: str):
    reader = Reader(100)
    given = parser().parse_args(["topics", "--open", "skip", "--output-format", form])
    with pytest.raises(BrokenPipeError):
        carry_out(given, Screen(reader), Screen(reader))
    assert last in reader.getvalue().splitlines()[-1]


# --- laws ------------------------------------------------------------------------------------------

#: Keys that never overlap, families among them.
KEYS = st.lists(
    st.sampled_from(["a", "b[1..2]", "c[left,right]-[1..2]", "d[01..02]", "{e}"]),
    unique=True,
    max_size=2,
)
LEAVES = st.lists(st.sampled_from(["speed", "x/y", "n[1..2]"]), unique=True)
LEVELS = ("areas", "lines", "cells")


@st.composite
def models(draw: st.DrawFn, depth: int) -> dict[str, object]:
    """The inside of a node, as nested flow mappings."""
    inside: dict[str, object] = {}
    for leaf in draw(LEAVES):
        inside.setdefault("metrics", {})[f'"{leaf}"'] = {"type": "number"}  # type: ignore[index]
    if draw(st.booleans()):
        inside["payload"] = "info/1"
    if depth < len(LEVELS):
        below = {key: draw(MODELS[depth + 1]) for key in draw(KEYS)}
        if "{e}" in below:
            # One name a path: otherwise a value would be lost.
            below[f"{{e{depth}}}"] = {**below.pop("{e}"), "pattern": '"[p-r]"'}
        inside[LEVELS[depth]] = {f'"{key}"': v for key, v in below.items()}
    return inside


#: By depth; the last ones have nothing below them.
MODELS = [models(depth) for depth in range(len(LEVELS) + 1)]


def written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    return str(value)


@given(
    MODELS[0],
    st.none()
    | topic_filters(st.sampled_from(["s", "a", "b1", "cleft-1", "q", "x", "speed", "n2"])),
)
def test_instances_are_the_topics_of_the_namespace(model: dict[str, object], filter_: str | None):
    text = f"uns: 1\ntopic: {{containment: free}}\nsites: {{s: {written(model)}}}"
    ns = uns.loads(text)
    wanted = None if filter_ is None else uns.TopicFilter(filter_)
    found = list(instances(ns.top, wanted, "skip"))
    assert [topic for topic, _ in found] == list(ns.topics(filter_, open="skip"))
    for topic, path in found:
        node = ns.node(*path)
        assert node.template.match(topic) is not None
        assert node in set(ns.endpoints(filter_))


def test_the_command_takes_its_arguments_from_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["uns", "topics", "-m", str(BOTTLING), "--count"])
    assert main() == 0
    assert capsys.readouterr().out == "159\n"
