"""The plan of the house, held by its imports: they only go down, and each package has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "uns"

#: The floors, from the ground up; rooms of one tuple do not know each other.
FLOORS: list[tuple[str, ...]] = [
    ("diagnostics",),
    ("memo", "faults", "automata", "collector"),
    ("isa95", "units", "patterns"),
    ("topics", "payloads", "sets"),
    ("index", "templates", "access"),
    ("kafka", "router", "tree", "extents"),
    ("queries", "traces"),
    ("subscriptions", "translation"),
    ("nodes",),
    ("resolutions",),
    ("messages",),
    ("namespace",),
    ("yaml_events", "filter_reports"),
    ("model_format",),
    ("inheritance",),
    ("payload_reading", "classes", "overlaps"),
    ("assembly", "kafka_reading"),
    ("loading", "changes"),
    ("rules",),
    ("reports", "generators"),
    ("terminal", "literals"),
    ("mentions",),
    ("cli", "testing"),
    ("__main__",),
]

#: Outside packages and the only rooms that may import them.
DOORS = {
    "yaml": {"yaml_events"},
    "lark": {"templates"},
    "pydantic": {"model_format", "payloads"},
    "pydantic_core": {"model_format", "payloads"},
    "jsonschema_rs": {"payloads"},
    "hypothesis": {"testing"},
    "jinja2": {"generators"},
    "markupsafe": {"generators"},
}

STANDARD_LIBRARY_ONLY = set(__import__("sys").stdlib_module_names)

FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    """Every module a file imports, in full; relative imports do not occur here."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full, so that the plan can be read"
            if node.module == "uns":
                found |= {f"uns.{alias.name}" for alias in node.names}
            else:
                found.add(node.module or "")
    return found


def test_every_room_has_a_floor():
    assert {room_of(path) for path in FILES} == set(FLOOR_OF) & {room_of(path) for path in FILES}
    assert {room_of(path) for path in FILES} <= set(FLOOR_OF)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_and_packages_have_one_door(path: Path):
    room = room_of(path)
    for module in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = module.partition(".")
        if top == "uns":
            other = rest.partition(".")[0]
            if room == "cli" and other in {"", "__version__"}:
                continue  # the version stands in the face
            assert other == room or FLOOR_OF[other] < FLOOR_OF[room], f"{room} imports {other}"
        elif top not in STANDARD_LIBRARY_ONLY:
            assert room in DOORS.get(top, set()), f"{room} is no door for {top}"


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if room_of(p) not in {"cli", "terminal"}],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_no_import_hides_in_a_function(path: Path):
    """A function that imports usually dodges a circle; only the faces start up lazily."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{path.name}:{node.lineno} imports inside {node.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms_stay_small_enough_to_read(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 820
