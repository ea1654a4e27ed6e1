"""The action for GitHub: what its steps run, for any input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ci.shells import Shell, bash, read_yaml, recorder

ACTION = read_yaml("action.yml")
INSTALL, CHECK = ACTION["runs"]["steps"]
FORMAT = ["--output-format", "github"]
VERDICT = [*FORMAT, "--output-format", "markdown=HOME/verdict.md"]


def checked(folder: Path, inputs: dict[str, str], **statuses: int) -> Shell:
    """Run the step as the runner does, with the inputs in its environment."""
    calls = folder / "calls"
    recorder(folder / "home" / "bin" / "uns", calls)
    values = {
        name: "" if "${{" in i["default"] else i["default"] for name, i in ACTION["inputs"].items()
    }
    values |= inputs
    environment = {"UNS_HOME": str(folder / "home")}
    environment["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
    for variable, said in CHECK["env"].items():
        if found := re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", said):
            environment[variable] = values[found[1]]
    environment |= {f"STATUS_{command}": str(status) for command, status in statuses.items()}
    (folder / "work").mkdir()
    return bash(CHECK["run"], folder / "work", environment, calls)


def test_inputs_reach_the_shell_in_its_environment_alone():
    """An input put into the text of a script could run anything."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    used = re.findall(r"inputs\.([a-z-]+)", str(ACTION["runs"]))
    assert set(used) == set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("inputs", "calls"),
    [
        pytest.param({}, [["check", *FORMAT]], id="nothing said"),
        pytest.param({"model": "a b.uns.yaml"}, [["check", "a b.uns.yaml", *FORMAT]], id="a model"),
        pytest.param(
            {"arguments": "--select\nN,H\n\n--severity\nN101=error"},
            [["check", *FORMAT, "--select", "N,H", "--severity", "N101=error"]], id="arguments",
        ),
        pytest.param(
            {"against": "origin/main", "model": "m", "breaking-arguments": "--require-version-bump\n"},
            [
                ["check", "m", *FORMAT],
                ["breaking", "m", "--against", "git:origin/main", *VERDICT, "--require-version-bump"],
            ], id="against",
        ),
        pytest.param(
            {"against": "v*\n\norigin/main\n"},
            [["check", *FORMAT], ["breaking", "--against", "git:v*", "--against", "git:origin/main", *VERDICT]],
            id="several versions",
        ),
        pytest.param(
            {"topics": "src/**/*.py\n*.yaml\n", "model": "m"},
            [["check", "m", *FORMAT], ["topic", "check", "-m", "m", *FORMAT, "--from-files", "src/**/*.py", "*.yaml"]],
            id="topics",
        ),
        pytest.param(
            {"model": "$(touch gone); `touch gone` \"'", "topics": "*\n; touch gone", "against": "x; touch gone"},
            [
                ["check", "$(touch gone); `touch gone` \"'", *FORMAT],
                ["breaking", "$(touch gone); `touch gone` \"'", "--against", "git:x; touch gone", *VERDICT],
                ["topic", "check", "-m", "$(touch gone); `touch gone` \"'", *FORMAT, "--from-files", "*", "; touch gone"],
            ], id="what a shell would run",
        ),
    ],
)  # fmt: skip
def test_calls(tmp_path: Path, inputs: dict[str, str], calls: list[list[str]]):
    done = checked(tmp_path, inputs)
    home = str(tmp_path / "home")
    assert done.status == 0
    assert [[part.replace(home, "HOME") for part in call] for call in done.calls] == calls
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        pytest.param({}, 0, id="clean"),
        pytest.param({"check": 1}, 1, id="findings"),
        pytest.param({"topic": 1}, 1, id="findings in the last part"),
        pytest.param({"breaking": 1}, 1, id="a breaking change"),
        pytest.param({"breaking": 2}, 2, id="a comparison that could not run"),
        pytest.param({"breaking": 2, "check": 1}, 2, id="findings, and a comparison that could not run"),
        pytest.param({"check": 2, "topic": 1}, 2, id="a model that cannot be read"),
        pytest.param({"check": 139}, 139, id="a crash"),
    ],
)  # fmt: skip
def test_the_worst_status_counts_and_everything_runs(
    tmp_path: Path, statuses: dict[str, int], status: int
):
    done = checked(tmp_path, {"against": "main", "topics": "*.py"}, **statuses)
    assert done.status == status
    assert [call[0] for call in done.calls] == ["check", "breaking", "topic"]
    assert ("::error title=uns::" in done.out) is (status > 1)


def test_without_the_program_the_step_fails(tmp_path: Path):
    environment = dict.fromkeys(CHECK["env"], "") | {"UNS_HOME": str(tmp_path)}
    done = bash(CHECK["run"], tmp_path, environment, tmp_path / "calls")
    assert done.status == 127
