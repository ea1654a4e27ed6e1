"""The plan of the packages, held by their imports: no circle, no arrow up, one door for each outside package."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import uns

PACKAGE = Path(uns.__file__).parent

#: What stands at the top of the library, from the bottom up; each imports only what is before it.
ORDER = (
    "diagnostics", "memo", "counts", "rates", "isa95", "units", "topics", "payloads", "kafka", "model",
    "loading", "changes", "linting", "rules", "code", "recordings", "generators", "reports", "cli", "__main__",
    "testing",
)  # fmt: skip

#: Arrows that the order would allow, or that are worth a line of their own: from, to, why.
BANNED = (
    ("topics", "model", "a topic name knows no plant"),
    ("payloads", "model", "what a message carries is known without a model"),
    ("kafka", "model", "the mapping works by numbers alone"),
    ("recordings", "model", "what was recorded is known without a model"),
    ("model", "loading", "a namespace does not know how it was written"),
    ("model", "changes", "a namespace knows no other version"),
    ("model", "linting", "facts do not know judgements"),
    ("changes", "loading", "facts about versions do not know how they were written"),
    ("loading", "changes", "loading knows one version"),
    ("linting", "rules", "how judging works is known without a rule"),
    ("rules", "generators", "rules judge models, not what is made of them"),
    ("rules", "code", "rules judge what others read"),
    ("rules", "reports", "rules do not know how findings are shown"),
    ("generators", "cli", "files are made without a command line"),
    *((package, "cli", "nothing knows the command line") for package in ORDER[:17]),
)

#: What packages above may take from loading: its verbs, its files and faults, and the plain YAML reader.
FROM_LOADING = {
    "loading",
    "loading.files",
    "loading.loader",
    "loading.faults",
    "loading.yaml_events",
}

#: Modules that read the file format itself: its JSON Schema is made for editors.
READS_FORMAT = {"cli.commands.schema"}

#: Outside packages, and the only modules that may import them; of Python's own the parser of XML.
DOORS = {
    "yaml": {"loading.yaml_events"},
    "lark": {"topics.templates"},
    "pydantic": {"loading.model_format", "payloads"},
    "pydantic_core": {"loading.model_format", "payloads"},
    "jsonschema_rs": {"payloads"},
    "hypothesis": {"testing"},
    "jinja2": {"generators.site"},
    "markupsafe": {"generators.site"},
    "xml": {"code.readers.xml", "reports.junit"},
}

#: Entries (files and folders) at the top that a newcomer has to learn, at most.
MOST_ENTRIES = 24
MOST_LINES = 800

FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The dotted name below ``uns``; empty for the face of all."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, in full, also for types alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full, so that the plan can be read"
            module = node.module or ""
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                is_module = inner.removeprefix("uns.") in MODULES
                found.add(inner if is_module else module)
    return found


def within(module: str) -> set[str]:
    """The modules of this library that a module imports; the face's mechanism apart."""
    names = imported(MODULES[module])
    return {name.removeprefix("uns.") for name in names if name.startswith("uns.")}


GRAPH = {module: within(module) for module in MODULES if module}


def top(module: str) -> str:
    return module.partition(".")[0]


def test_every_package_has_its_place_in_the_order():
    assert {top(module) for module in GRAPH} == set(ORDER)


def test_few_entries_stand_at_the_top():
    entries = [entry for entry in PACKAGE.iterdir() if entry.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES, sorted(entry.name for entry in entries)


@pytest.mark.parametrize("module", GRAPH)
def test_imports_only_go_down(module: str):
    own = ORDER.index(top(module))
    for other in GRAPH[module]:
        if top(other) != top(module):
            assert ORDER.index(top(other)) < own, f"{module} imports {other}"


@pytest.mark.parametrize(("package", "other", "why"), BANNED)
def test_a_banned_arrow_is_not_there(package: str, other: str, why: str):
    arrows = [
        f"{module} imports {target}"
        for module, targets in GRAPH.items()
        for target in targets
        if top(module) == package and top(target) == other
    ]
    assert arrows == [], why


@pytest.mark.parametrize("module", [m for m in GRAPH if top(m) not in {"loading", "testing"}])
def test_what_is_above_loading_does_not_know_its_insides(module: str):
    inside = {other for other in GRAPH[module] if top(other) == "loading"} - FROM_LOADING
    assert inside == set() or module in READS_FORMAT


def test_there_is_no_circle_types_included():
    faces = {module for module in GRAPH if MODULES[module].name == "__init__.py"}
    for module, others in GRAPH.items():
        own = {face for face in faces if module.startswith(f"{face}.")}
        assert not own & others, f"{module} imports {own & others}, which imports it"
    try:
        list(TopologicalSorter(GRAPH).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("module", MODULES)
def test_an_outside_package_has_one_door(module: str):
    for name in imported(MODULES[module]):
        outside = top(name)
        if outside != "uns" and (outside in DOORS or outside not in sys.stdlib_module_names):
            doors = DOORS.get(outside, set())
            assert module in doors or top(module) in doors, f"{module} is no door for {outside}"


@pytest.mark.parametrize("module", [m for m in GRAPH if top(m) != "cli"])
def test_no_import_hides_in_a_function(module: str):
    """A function that imports usually dodges a circle; only the faces start up lazily."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{module}:{node.lineno} imports inside {node.name}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_enough_to_read(module: str):
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_map_of_the_face_is_complete():
    listed = re.findall(r"^    (\w+)  +\S", uns.__doc__ or "", re.MULTILINE)
    assert set(listed) == set(ORDER) - {"__main__"}
    assert listed == [name for name in ORDER if name in listed]


@pytest.mark.parametrize(
    "package", [m for m, path in MODULES.items() if path.name == "__init__.py" and m]
)
def test_the_face_of_a_package_names_its_modules(package: str):
    """A map in a docstring is only worth reading while it is complete."""
    path = MODULES[package]
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    if "``" in text:
        modules = {info.name for info in pkgutil.iter_modules([str(path.parent)])}
        unnamed = {name for name in modules if not re.search(rf"\b{name}\b", text)}
        assert unnamed == set()


def faces() -> list[str]:
    return [m for m, p in MODULES.items() if p.name == "__init__.py" and "lazy(" in p.read_text()]


@pytest.mark.parametrize("module", [m for m, p in MODULES.items() if p.name != "__init__.py"])
def test_the_face_of_a_package_alone_says_what_is_public(module: str):
    """A second list in each module would only repeat it; what is private has an underscore."""
    is_public = "." not in module  # It has no package whose face could say it.
    assert is_public or "\n__all__" not in MODULES[module].read_text(encoding="utf-8")


@pytest.mark.parametrize("package", faces())
def test_every_public_name_of_a_face_is_there(package: str):
    face = importlib.import_module(f"uns.{package}" if package else "uns")
    assert sorted(face.__all__) == sorted(dir(face))
    for name in face.__all__:
        assert getattr(face, name) is not None


def test_a_name_that_a_face_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'uns\.topics' has no attribute 'Tpoic'"):
        uns.topics.Tpoic  # noqa: B018 - the look-up is the test


def test_public_functions_are_functions_after_everything_was_imported():
    """A package that bears a function's name would replace the function once it is imported."""
    program = (
        "import importlib, sys, uns\n"
        f"for module in {[m for m in MODULES if m not in {'', '__main__', 'testing'}]!r}:\n"
        "    importlib.import_module(f'uns.{module}')\n"
        "for face in [m for name, m in sys.modules.items() if name.partition('.')[0] == 'uns']:\n"
        "    for name in getattr(face, '__all__', ()):\n"
        "        if type(getattr(face, name)) is type(sys):\n"
        "            sys.exit(f'{face.__name__}.{name} is a module')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_matching_topic_filters_pays_for_nothing_else():
    program = (
        "import sys, uns; uns.TopicFilter('a/+')\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in {'uns', 'lark', 'pydantic', 'yaml', 'jinja2'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.stdout.split() == [
        "uns",
        "uns.diagnostics",
        "uns.topics",
        "uns.topics.names_and_filters",
    ]
