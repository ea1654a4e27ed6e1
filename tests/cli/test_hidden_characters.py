"""No command writes a control character or a change of direction as it is."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.runs import Run
from tests.generators.test_hidden_characters import LEVEL
from tests.hidden import HOSTILE, hidden
from uns.cli.arguments import COMMANDS, parser
from uns.cli.options import Parser
from uns.generators.yaml_text import as_yaml
from uns.reports import FORMATS

SITE = f"lyon{LEVEL}"

SAID = {"label": HOSTILE, "description": HOSTILE, "owner": HOSTILE}

#: A model with findings of rules, whose texts are hostile wherever they can be.
MODEL = {
    "uns": 1,
    "model": {"id": HOSTILE, "version": "1.0.0", **SAID},
    "payloads": {
        "p/1": {
            "description": HOSTILE,
            "fields": {HOSTILE: {"type": "enum", "values": [HOSTILE, "b"], "description": HOSTILE}},
            "examples": [{HOSTILE: HOSTILE}],
        }
    },
    "classes": {
        HOSTILE: {
            **SAID,
            "properties": {HOSTILE: {"type": "string"}},
            "metrics": {"m": {"type": "number", "unit": f"K{HOSTILE}", **SAID}},
            "required": [f"gone{LEVEL}"],
        }
    },
    "sites": {
        SITE: {
            **SAID,
            "class": HOSTILE,
            "properties": {HOSTILE: HOSTILE},
            "metrics": {f"power{LEVEL}": {"type": "number", "unit": "kw", **SAID}},
            "topics": {"t": {"payload": "p/1", **SAID, "deprecated": {"since": "1.0.0"}}},
        }
    },
    "clients": {HOSTILE: {"publish": f"{SITE}/#", "subscribe": f"gone{LEVEL}/#", **SAID}},
}

#: Arguments of each command with such texts; ``{site}`` is the level, ``{text}`` any text.
ARGUMENTS = {
    "check": ["", "--fix --diff", "--against old.uns.yaml", "broken.uns.yaml", "'{text}'"],
    "tree": ["--topics --counts", "'{text}'"],
    "topics": ["", "--templates", "'{site}/gone'", "'{text}'"],
    "topic check": ["'{site}/t' '{site}/x' '{text}'", "--from-files list.txt"],
    "topic explain": ["'{site}/t'", "'{site}/x'", "'{text}'"],
    "match": ["'{site}/#' '{site}/t' '{text}'", "'{site}/+' --explain", "'{text}/#/a' a"],
    "filters list": ["--level site", "--level site --output-format json", "--class '{text}'", "--level site --endpoint '{text}'"],
    "filters check": ["list.txt"],
    "payload check": ["'{site}/t' list.txt", "'{site}/t' example.json", "--ndjson recording.txt"],
    "payload schema": ["p/1", "'{site}/t'", "'{text}'"],
    "payload example": ["p/1", "'{text}'"],
    "kafka to": ["'{site}/t' '{text}'"],
    "kafka from": ["uns.lyon '{site}/t'", "'{text}' '{text}'"],
    "kafka plan": ["'{site}/#'", "'{text}'"],
    "kafka topics": [""],
    "kafka budget": [""],
    "diff": ["old.uns.yaml plant.uns.yaml", "'{text}' '{text}'"],
    "breaking": ["--against old.uns.yaml", "--against '{text}'", "--against 'git:{text}'"],
    "docs build": ["-o '{text}'"],
    "export": ["markdown -o '{text}'", "'{text}' -o out", "asyncapi -o out", "site -o out --option '{text}=1'"],
    "schema": ["", "-m '{text}'"],
    "init": ["'{text}'"],
    "rule": ["'{text}'", "P201"],
    "completion": ["bash", "'{text}'"],
}  # fmt: skip

#: Commands that choose the model by other arguments.
WITHOUT_MODEL = {"check", "diff", "breaking", "init", "rule", "completion", "schema", "kafka from"}


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    old = {**MODEL, "sites": {f"old{LEVEL}": MODEL["sites"][SITE]}, "clients": {}}  # type: ignore[index]
    (tmp_path / "plant.uns.yaml").write_text(as_yaml(MODEL), encoding="utf-8")
    (tmp_path / "old.uns.yaml").write_text(as_yaml(old), encoding="utf-8")
    broken = {"uns": 1, HOSTILE: 1, "sites": {SITE: {"class": HOSTILE, HOSTILE: {}}}}
    (tmp_path / "broken.uns.yaml").write_text(as_yaml(broken), encoding="utf-8")
    lines = [f"{SITE}/t", f"{SITE}/x", f"{SITE}/{HOSTILE}", f'topic = "{SITE}/{HOSTILE}"']
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "recording.txt").write_text(f"{SITE}/t {HOSTILE}\n{HOSTILE} x\n", encoding="utf-8")
    (tmp_path / "example.json").write_text('{"b": "' + SITE + '"}', encoding="utf-8")
    return tmp_path


def formats(name: str) -> list[str | None]:
    """The output formats of a command; ``None`` is the one that it has without being asked."""
    command: Parser = parser()
    for word in name.split():
        (places,) = (a for a in command._actions if a.nargs == "A...")
        command = places.choices[word]  # type: ignore[index,call-overload]
    command.complete()
    choices = [a.choices for a in command._actions if "--output-format" in a.option_strings]
    return [None, *(choices[0] or FORMATS)] if choices else [None]


CASES = [
    pytest.param(name, given, form, id=f"{name} {number + 1} {form or 'as usual'}")
    for name in (command.command() for command in COMMANDS)
    for number, given in enumerate(ARGUMENTS[name])
    for form in formats(name)
]


@pytest.mark.usefixtures("plant")
@pytest.mark.parametrize(("name", "given", "form"), CASES)
def test_no_command_writes_a_hidden_character(run: Run, name: str, given: str, form: str | None):
    # No argument of a process holds a zero; a shell passes all other characters.
    arguments = [*name.split(), *(x.format(site=SITE, text=HOSTILE) for x in shlex.split(given))]
    if (name == "check" and "broken" not in given and "{" not in given) or name == "breaking":
        arguments.append("plant.uns.yaml")
    elif name not in WITHOUT_MODEL:
        arguments += ["-m", "plant.uns.yaml"]
    if form is not None:
        arguments += ["--output-format", form]
    done = run(*arguments, stdin=HOSTILE.encode())
    assert done.status in {0, 1, 2}
    assert "uns failed with" not in done.err
    # A patch must have the lines of the file as they are.
    assert "--diff" in given or hidden(done.out) == set()
    assert hidden(done.err) == set()


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_patch_is_exact_but_on_a_terminal(
    run: Run, plant: Path, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
):
    name = f"süd{LEVEL}"
    text = f'uns: 1\nsites: {{"{name}": {{metrics: {{power: {{type: number, unit: kw}}}}}}}}\n'
    (plant / "raw.uns.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    done = run("check", "raw.uns.yaml", "--diff")
    assert (name in done.out) is not is_terminal
    assert bool(hidden(done.out)) is not is_terminal
    assert "süd" in done.out
