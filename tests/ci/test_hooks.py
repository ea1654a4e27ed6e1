"""The hooks of pre-commit; the integration tests run them."""

from __future__ import annotations

import re

import pytest

from tests.ci.shells import read_yaml
from uns.cli.arguments import parser

HOOKS = {hook["id"]: hook for hook in read_yaml(".pre-commit-hooks.yaml")}


def test_the_hooks_that_are_documented():
    assert list(HOOKS) == ["uns-check", "uns-breaking", "uns-topics"]
    assert {hook["language"] for hook in HOOKS.values()} == {"python"}
    # A model is checked as a whole, and loaded once for all files.
    assert all(hook["require_serial"] for hook in HOOKS.values())
    assert not HOOKS["uns-check"]["pass_filenames"]
    assert not HOOKS["uns-breaking"]["pass_filenames"]
    assert "pass_filenames" not in HOOKS["uns-topics"]


@pytest.mark.parametrize("hook", ["uns-check", "uns-breaking"])
@pytest.mark.parametrize(
    ("path", "is_model"),
    [
        pytest.param("bottling.uns.yaml", True, id="a model by its name"),
        pytest.param("uns.yaml", True, id="the model of the repository"),
        pytest.param("plant.uns.yml", True, id="the other ending"),
        pytest.param("uns.yml", True, id="the other ending alone"),
        pytest.param("models/lyon/plant.uns.yaml", True, id="in a folder"),
        pytest.param("models/uns.yaml", True, id="uns.yaml in a folder"),
        pytest.param("dairy.payloads.uns.yaml", True, id="a payload library"),
        pytest.param("a b.uns.yaml", True, id="with a space"),
        pytest.param("buns.yaml", False, id="another word"),
        pytest.param("plant.yaml", False, id="another file"),
        pytest.param("uns.yaml.bak", False, id="a copy"),
        pytest.param("plant.uns.json", False, id="another format"),
        pytest.param("uns/rules.yaml", False, id="a folder of that name"),
        pytest.param("plant.uns.yaml/readme.md", False, id="a folder that is called like a model"),
        pytest.param(".uns.yaml", False, id="no name"),
    ],
)
def test_which_files_are_models(hook: str, path: str, is_model: bool):
    # pre-commit searches the pattern in the path.
    assert (re.search(HOOKS[hook]["files"], path) is not None) is is_model


@pytest.mark.parametrize("hook", HOOKS)
def test_the_command_takes_what_it_is_given(hook: str):
    said = HOOKS[hook]
    files = [] if said.get("pass_filenames") is False else ["src/app.py", "a b.yaml"]
    given = parser().parse_args([*said["entry"].split()[1:], *said.get("args", []), *files])
    if hook == "uns-topics":
        assert given.from_files == files


def test_arguments_may_be_put_in_front():
    """As the documentation says: `args: [-m, plant.uns.yaml, --from-files]`."""
    given = parser().parse_args(["topic", "check", "-m", "x.uns.yaml", "--from-files", "a", "b"])
    assert (given.model, given.from_files) == ("x.uns.yaml", ["a", "b"])
