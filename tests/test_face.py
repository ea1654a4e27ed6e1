"""The public names: documented, with an example, and with one family of errors."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from operator import attrgetter
from pathlib import Path

import pytest

import uns
import uns.model

PACKAGE = Path(uns.__file__).parent
FACES = (
    "uns",
    *(f"uns.{folder.name}" for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()),
)

#: Errors that never leave the library: they are caught where they are raised, or around a user's file.
INTERNAL = {
    "loading.foreign_schemas", "payloads.schemas", "payloads.strict_json", "payloads.validators", "kafka.headers",
    "generators.python", "cli.projects",
}  # fmt: skip


@pytest.mark.parametrize("name", [*uns.__all__, "model.Translation"])
def test_every_name_has_an_example(name: str):
    assert ">>> " in (inspect.getdoc(attrgetter(name)(uns)) or "")


def test_every_public_error_is_of_one_family():
    for face in FACES:
        module = importlib.import_module(face)
        for name in getattr(module, "__all__", ()):
            found = getattr(module, name)
            if isinstance(found, type) and issubclass(found, Exception):
                assert issubclass(found, uns.UNSError), f"{face}.{name}"
                if name.startswith(("Invalid", "Unknown")):
                    assert issubclass(found, (ValueError, TypeError, LookupError)), f"{face}.{name}"


def test_no_bare_value_error_is_raised():
    bare = []
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and node.exc is not None:
                called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if isinstance(called, ast.Name) and called.id in {
                    "ValueError",
                    "LookupError",
                    "Exception",
                }:
                    bare.append((module, node.lineno))
    assert [f"{module}:{line}" for module, line in bare if module not in INTERNAL] == []


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda ns: ns.find("Filer"), id="class to find"),
        pytest.param(lambda ns: ns.filters("Filer"), id="class to subscribe to"),
        pytest.param(lambda ns: ns.find(equipment_level="lin"), id="equipment level"),
        pytest.param(lambda ns: ns.filters("Filler", endpoint="sped"), id="endpoint"),
        pytest.param(lambda ns: ns.bind("vtq/2", dict), id="payload"),
        pytest.param(lambda ns: ns.bind("vtq", dict), id="payload without its version"),
        pytest.param(lambda ns: ns.count(open="skp"), id="what to do with open sets"),
        pytest.param(lambda ns: ns.topics(open="skp"), id="the same for a list"),
        pytest.param(lambda ns: ns.validate("lyon", b"{}", view="producr"), id="view"),
        pytest.param(lambda ns: uns.generate(ns, "json-schma"), id="target"),
    ],
)
def test_an_unknown_name_says_what_it_may_have_meant(ask: object):
    ns = uns.loads(
        "{uns: 1, classes: {Filler: {level: work_cell, metrics: {speed: {type: number}}}},"
        " sites: {lyon: {payload: info/1}}}"
    )
    assert callable(ask)
    with pytest.raises(uns.UnknownName) as caught:
        ask(ns)
    assert isinstance(caught.value, ValueError)
    assert caught.value.near in {
        "Filler", "line", "speed", "vtq/1", "skip", "producer", "json-schema"
    }  # fmt: skip
    assert str(caught.value).endswith(f"did you mean {caught.value.near!r}?")


def test_where_names_went_is_true():
    """The last column of the migration table."""
    text = (PACKAGE.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    now = "\n".join(line.split("|")[2] for line in text.splitlines() if line.startswith("| `"))
    names = re.findall(r"`uns\.([\w.]+)", now)
    assert len(names) > 10
    for name in names:
        found: object = uns
        for part in name.split("."):
            module = f"{found.__name__}.{part}" if inspect.ismodule(found) else ""
            is_package = module in FACES
            found = importlib.import_module(module) if is_package else getattr(found, part)
