"""`pytest --accept` writes anew what differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.accepting import CannotReplace, with_value

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent

CASES = """\
# What the rule finds.

- name: two places  # the usual case
  model: |
    uns: 1
  finds:
    # the first
    - |-
      1:1 old
        help: do so
    # the second
    - |-
      2:1 same

# Nothing here.
- name: none
  model: |
    uns: 1

- name: baseline behind
  finds:
    - |-
      3:1 old
  baseline: |
    x
"""


@pytest.mark.parametrize(
    ("where", "said", "old", "new"),
    [
        pytest.param(
            (0, "finds"),
            ["1:1 new\n  help: do so", "2:1 same"],
            "1:1 old",
            "1:1 new",
            id="one item",
        ),
        pytest.param(
            (0, "finds"),
            ["1:1 old\n  help: do so", "2:1 same", "3:1 third\n\n  3:2 x"],
            "      2:1 same\n",
            "      2:1 same\n    - |-\n      3:1 third\n\n        3:2 x\n",
            id="one item more",
        ),
        pytest.param(
            (0, "finds"),
            ["0:1 first", "1:1 old\n  help: do so", "2:1 same"],
            "    - |-\n      1:1 old\n",
            "    - |-\n      0:1 first\n    - |-\n      1:1 old\n",
            id="one item before",
        ),
        pytest.param(
            (0, "finds"),
            ["2:1 same"],
            "    - |-\n      1:1 old\n        help: do so\n",
            "",
            id="one item less",
        ),
        pytest.param(
            (1, "finds"),
            ["1:1 new"],
            "- name: none\n  model: |\n    uns: 1\n",
            "- name: none\n  model: |\n    uns: 1\n  finds:\n    - |-\n      1:1 new\n",
            id="a list where there was none",
        ),
        pytest.param(
            (2, "finds"), [], "  finds:\n    - |-\n      3:1 old\n", "", id="a list that went"
        ),
        pytest.param((2, "baseline"), "y\nz\n", "    x\n", "    y\n    z\n", id="a block"),
        pytest.param((2, "baseline"), "y", "|\n    x", "|-\n    y", id="a block without its end"),
        pytest.param((1, "name"), "a: 1", "name: none", 'name: "a: 1"', id="a text in a line"),
    ],
)
def test_only_what_differs_is_replaced(where: tuple[int, str], said: object, old: str, new: str):
    assert CASES.count(old) == 1
    assert with_value(CASES, where, said) == CASES.replace(old, new)  # type: ignore[arg-type]


def test_what_cannot_be_replaced_in_place_is_left_to_a_person():
    with pytest.raises(CannotReplace, match="write this by hand at a: ' x'"):
        with_value("a: |\n  b\n", ("a",), " x")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "rules").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_finding_of_a_rule_can_be_replaced(path: Path):
    text = path.read_text(encoding="utf-8")
    for index, case in enumerate(yaml.safe_load(text)):
        if "finds" in case:
            changed = with_value(text, (index, "finds"), [f"{one} indeed" for one in case["finds"]])
            assert with_value(changed, (index, "finds"), case["finds"]) == text


# --- a whole run -----------------------------------------------------------------------------------

TESTS = """
from pathlib import Path
import yaml

def test_a_value(stored):
    path = Path("cases.yaml")
    present = yaml.safe_load(path.read_text())[0]["finds"]
    stored.value(path, (0, "finds"), ["1:1 new\\n  help: do so", "2:1 same"], present)

def test_a_text(stored):
    stored.text(Path("expected.txt"), "new\\n")

def test_a_new_text(stored):
    stored.text(Path("more.txt"), "new\\n")

def test_data_in_which_the_same_is_seen(stored):
    stored.data(Path("page.html"), b"PAGE", bytes.lower)

def test_a_folder(stored):
    stored.folder(Path("made"), {"a": b"new", "b": b"same"})
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder of tests that hold stored texts; most of the texts are old."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(test_texts=TESTS)
    (pytester.path / "made").mkdir()
    for name, text in {
        "cases.yaml": CASES,
        "expected.txt": "old\n",
        "page.html": "page",
        "made/a": "old",
        "made/b": "same",
        "made/c": "stale",
    }.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester


def ran(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(
        "-p", "tests.accepting", "-p", "no:cacheprovider", *arguments
    )


def files(project: pytest.Pytester) -> dict[str, str]:
    found = [path for path in project.path.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(project.path).as_posix(): path.read_text("utf-8") for path in found}


def test_without_the_option_a_difference_fails_and_nothing_is_written(project: pytest.Pytester):
    before = files(project)
    ran(project).assert_outcomes(passed=1, failed=4)
    assert files(project) == before


def test_what_was_accepted_passes_and_passes_again(project: pytest.Pytester):
    before = files(project)
    result = ran(project, "--accept")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["written anew: cases.yaml expected.txt made/a made/c more.txt"])
    changed = {
        "cases.yaml": CASES.replace("1:1 old", "1:1 new"),
        "expected.txt": "new\n",
        "more.txt": "new\n",
        "made/a": "new",
    }
    assert files(project) == {n: t for n, t in (before | changed).items() if n != "made/c"}
    ran(project).assert_outcomes(passed=5)
    again = ran(project, "--accept")
    again.stdout.fnmatch_lines(["written anew: none"])


def test_a_machine_that_judges_accepts_nothing(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CI", "true")
    before = files(project)
    result = ran(project, "--accept")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--accept is for a person who reads the differences; CI is set"])
    assert files(project) == before


def test_several_processes_accept_nothing(project: pytest.Pytester):
    result = ran(project, "--accept", "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--accept writes files from one process; leave out -n"])
