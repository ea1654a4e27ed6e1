"""The jobs for GitLab: what their scripts run, for any variable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ci.shells import Shell, bash, read_yaml, recorder

TEMPLATE = read_yaml("templates/uns.gitlab-ci.yml")
JOBS: dict[str, Any] = {name: job for name, job in TEMPLATE.items() if name.startswith("uns-")}


def ran(folder: Path, job: str, variables: dict[str, str], status: int = 0) -> Shell:
    """Run the script of a job; its lines are one script, as the runner has it."""
    calls = folder / "calls"
    recorder(folder / "bin" / "uns", calls)
    command = next(line for line in JOBS[job]["script"] if line.startswith("uns ")).split()[1]
    script = f'export PATH="{folder}/bin:$PATH"\n' + "\n".join(JOBS[job]["script"])
    (folder / "work").mkdir()
    (folder / "work" / "a.py").touch()
    return bash(script, folder / "work", {f"STATUS_{command}": str(status), **variables}, calls)


VERDICT = [
    "--output-format", "text", "--output-format", "markdown=uns-breaking.md",
    "--output-format", "gitlab=gl-uns-breaking.json",
]  # fmt: skip


def quality(name: str) -> list[str]:
    return ["--output-format", "full", "--output-format", f"gitlab=gl-uns-{name}.json"]


@pytest.mark.parametrize(
    ("job", "variables", "call"),
    [
        pytest.param("uns-check", {}, ["check", *quality("check")], id="check"),
        pytest.param(
            "uns-check", {"UNS_MODEL": "a b.yaml", "UNS_ARGUMENTS": "--select N,*"},
            ["check", "a b.yaml", *quality("check"), "--select", "N,*"], id="check, with arguments",
        ),
        pytest.param(
            "uns-breaking", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "0af"},
            ["breaking", "--against", "git:0af", *VERDICT], id="the base of the request",
        ),
        pytest.param(
            "uns-breaking",
            {"UNS_AGAINST": "$(ls);", "UNS_MODEL": "m", "UNS_BREAKING_ARGUMENTS": "--ignore B2*"},
            ["breaking", "m", "--against", "git:$(ls);", *VERDICT, "--ignore", "B2*"], id="another",
        ),
        pytest.param(
            "uns-breaking", {"UNS_AGAINST": "v* origin/main"},
            ["breaking", "--against", "git:v*", "--against", "git:origin/main", *VERDICT], id="several versions",
        ),
        pytest.param(
            "uns-topics", {"UNS_TOPICS": "**/*.py *.yaml", "UNS_MODEL": "m"},
            ["topic", "check", "-m", "m", *quality("topics"), "--from-files", "**/*.py", "*.yaml"], id="topics",
        ),
    ],
)  # fmt: skip
def test_calls(tmp_path: Path, job: str, variables: dict[str, str], call: list[str]):
    done = ran(tmp_path, job, variables)
    assert (done.status, done.calls) == (0, [call])


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("status", [0, 1, 2])
def test_the_status_of_the_program_is_that_of_the_job(tmp_path: Path, job: str, status: int):
    assert ran(tmp_path, job, {"UNS_TOPICS": "*.py"}, status).status == status


def test_each_report_is_handed_over():
    for name, job in JOBS.items():
        assert job["artifacts"]["when"] == "always"
        script = "\n".join(job["script"])
        assert all(f"markdown={path} " in script for path in job["artifacts"].get("paths", ())), (
            name
        )
        assert f"gitlab={job['artifacts']['reports']['codequality']}" in script


def test_a_comparison_has_all_commits():
    assert JOBS["uns-breaking"]["variables"]["GIT_DEPTH"] == "0"
