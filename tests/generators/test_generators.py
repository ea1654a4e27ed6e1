"""What holds for every target: named once, the same bytes every time, nothing outside the folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import uns
from uns.diagnostics import Severity
from uns.generators import LOSSES, TARGETS, InvalidOption, TooManyTemplates, generate
from uns.generators.paths import unsafe
from uns.generators.targets import Losses

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MODELS = sorted(EXAMPLES.glob("*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]
EVERYTHING = EXAMPLES / "everything" / "everything.uns.yaml"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_same_model_gives_the_same_bytes(path: Path, target: str) -> None:
    one, other = generate(uns.load(path), target), generate(uns.load(path), target)
    assert list(one.files.items()) == list(other.files.items())
    assert list(one.files) == sorted(one.files)
    assert one.losses == other.losses
    assert len(set(one.losses)) == len(one.losses)


@pytest.mark.parametrize("target", TARGETS)
def test_files_say_nothing_of_where_the_model_is(target: str, tmp_path: Path) -> None:
    for file in (EXAMPLES / "everything").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    moved = generate(uns.load(tmp_path / EVERYTHING.name), target)
    assert dict(moved.files) == dict(generate(uns.load(EVERYTHING), target).files)


@pytest.mark.parametrize("target", TARGETS)
def test_files_stay_in_their_folder_and_end_in_a_line(target: str) -> None:
    files = generate(uns.load(EVERYTHING), target).files
    assert unsafe(files) is None
    for text in files.values():
        assert text.endswith(b"\n")
        assert b"\r" not in text


@pytest.mark.parametrize("target", TARGETS)
def test_a_model_without_topics(target: str) -> None:
    generate(uns.loads("uns: 1\n"), target)


def test_a_target_that_does_not_exist() -> None:
    ns = uns.loads("uns: 1\n")
    with pytest.raises(ValueError, match=r"no target 'json-schma'; did you mean 'json-schema'\?"):
        generate(ns, "json-schma")
    with pytest.raises(ValueError, match="no target 'x'; it is one of: json-schema"):
        generate(ns, "x")


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("markdown", {"layuot": "file"}, "markdown has no option 'layuot'; did you mean 'layout'?"),
        ("markdown", {"x": 1}, "markdown has no option 'x'; its options are: layout, findings"),
        ("json-schema", {"x": 1}, "json-schema has no option 'x'; its options are: payloads"),
        ("markdown", {"layout": "fil"}, "layout of markdown cannot be 'fil'; did you mean 'file'?"),
        ("asyncapi", {"mqtt": ""}, "mqtt of asyncapi cannot be ''; it is HOST or HOST:PORT"),
        ("asyncapi", {"mqtt": "a b"}, "mqtt of asyncapi cannot be 'a b'; it is HOST or HOST:PORT"),
        (
            "python",
            {"module": "1x"},
            "module of python cannot be '1x'; it is a Python name in ASCII",
        ),
    ],
)
def test_options_that_a_target_does_not_have(
    target: str, options: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidOption) as caught:
        generate(uns.loads("uns: 1\n"), target, **options)
    assert str(caught.value) == said


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_and_every_option_is_summed_up_in_a_line(name: str) -> None:
    target = TARGETS[name]
    assert target.summary.endswith(".")
    for option in target.options.values():
        assert option.meaning
        assert "\n" not in option.meaning


def test_losses_have_codes_of_their_own() -> None:
    assert len({name for name, _ in LOSSES.values()}) == len(LOSSES)
    assert list(LOSSES) == sorted(LOSSES)
    assert len(LOSSES) == sum(len(target.losses) for target in TARGETS.values())
    losses = Losses(LOSSES)
    for _ in range(2):
        losses.add("X101", "vtq/1", "only noted")
    (said,) = losses
    assert (said.code, said.name, said.severity) == ("X101", "noted-format", Severity.INFO)


def test_every_loss_of_the_table_is_told_somewhere() -> None:
    modules = (Path(uns.__file__).parent / "generators").glob("*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in modules)
    # Once in the table of its target, and where it is told.
    assert [code for code in LOSSES if text.count(f'"{code}"') < 2] == []


def test_the_names_of_targets_cost_nothing() -> None:
    program = (
        "import sys\nfrom uns.generators.targets import TARGETS\nassert 'markdown' in TARGETS\n"
        "print(len(TARGETS), *sorted(name for name in sys.modules if name.startswith('uns')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == [
        str(len(TARGETS)), "uns", "uns.diagnostics", "uns.generators", "uns.generators.targets",
    ]  # fmt: skip


def test_a_target_that_is_looked_up_by_a_wrong_name() -> None:
    with pytest.raises(KeyError):
        TARGETS["paths"]


def test_open_nodes_are_told_or_lost() -> None:
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {metrics: {power: {type: number}}, lines:"
        " {old: {open: true, description: Whatever the old hall sends}}}}"
    )
    text = generate(ns, "markdown").files["topics.md"].decode()
    assert "| `lyon/old` | `lyon/old/#` | Whatever the old hall sends |" in text
    told = json.loads(generate(ns, "topics-json").files["topics.json"])
    assert [entry["filter"] for entry in told["open_nodes"]] == ["lyon/old/#"]
    for target, code in (("python", "X303"), ("asyncapi", "X209")):
        lost = {loss.code: loss.path for loss in generate(ns, target).losses}
        assert lost[code] == "lyon/old"


@pytest.mark.parametrize(("kafka", "is_said"), [("", True), ("\nkafka: {prefix: plant}", False)])
def test_a_default_mapping_is_called_one(kafka: str, is_said: bool) -> None:
    ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number}}}}" + kafka)
    said = "does not configure Kafka"
    assert (said in generate(ns, "markdown").files["topics.md"].decode()) is is_said
    assert (said in generate(ns, "asyncapi").files["asyncapi.yaml"].decode()) is is_said
    told = json.loads(generate(ns, "topics-json").files["topics.json"])
    assert told["kafka"]["by_default"] is is_said


def test_the_example_of_info_is_of_the_model() -> None:
    ns = uns.loads(
        "uns: 1\nmodel: {id: plant}\ndefaults: {info: true}\nsites: {lyon: {metrics: {power: {type: number}}}}"
    )
    told = json.loads(generate(ns, "topics-json").files["topics.json"])
    (info,) = [each["example"] for each in told["contracts"] if each["payload"] == "info/1"]
    assert (info["path"], info["level"], info["model_id"]) == ("lyon", "site", "plant")


def multiplying(levels: int) -> uns.Namespace:
    """Classes whose parts have two parts each: as many topics as 2 to the power of their depth."""
    lines = ["uns: 1", "topic: {containment: free}", "classes:"]
    for n in range(levels):
        parts = ", ".join(f"{name}: {{class: K{n + 1}}}" for name in ("a", "b"))
        lines.append(f"  K{n}: {{children: {{cells: {{{parts}}}}}}}")
    lines += [f"  K{levels}: {{metrics: {{p: {{type: number}}}}}}", "sites: {l: {class: K0}}"]
    return uns.loads("\n".join(lines))


@pytest.mark.parametrize("target", TARGETS)
def test_parts_that_multiply_are_refused_at_once(target: str) -> None:
    with pytest.raises(TooManyTemplates, match="1,073,741,824 topic templates"):
        generate(multiplying(30), target)
