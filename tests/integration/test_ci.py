"""The hooks, the action and the jobs as they are used: installed, in a repository, against their schemas."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ci.shells import ROOT, bash, read_yaml
from tests.integration.conftest import INSTALL

pytestmark = pytest.mark.integration

PROGRAMS = Path(sys.executable).parent

#: What is installed from: the project without its tests and documentation.
SOURCE = ["uns", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]

MODEL = """\
uns: 1
enterprise:
  acme:
    sites:
      lyon: {lines: {line1: {metrics: {speed: {type: number, unit: m/s}}}}}
"""
RENAMED = MODEL.replace("line1", "line9")
FAULTY = MODEL.replace("number", "nubmer")
APP = "client.subscribe('acme/+/line1/speed')\n"
CONFIG = """\
repos:
  - repo: {upstream}
    rev: {revision}
    hooks:
      - id: uns-check
      - id: uns-breaking
      - id: uns-topics
"""


class Done(NamedTuple):
    status: int
    out: str


def run(*command: str | Path, folder: Path) -> Done:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=os.environ
        | {
            "PRE_COMMIT_HOME": str(folder.parent / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.org",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.org",
            "NO_COLOR": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout)


def committed(folder: Path) -> str:
    """Make a repository of a folder, or one more commit in it; its name."""
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]):
        done = run("git", *command, folder=folder)
        assert done.status == 0, done.out
    return run("git", "rev-parse", "HEAD", folder=folder).out.strip()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to install from, as a repository."""
    if shutil.which("git") is None:
        pytest.skip(f"git is not installed; {INSTALL}")
    folder = tmp_path_factory.mktemp("project") / "source"
    folder.mkdir()
    for name in SOURCE:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    committed(folder)
    return folder


@pytest.fixture
def plant(source: Path) -> Path:
    """A repository with a model and a service, both committed."""
    folder = source.parent / "plant"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "plant.uns.yaml").write_text(MODEL, encoding="utf-8")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    revision = run("git", "rev-parse", "HEAD", folder=source).out.strip()
    config = CONFIG.format(upstream=source, revision=revision)
    (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    committed(folder)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--builtin-schema", "vendor.github-actions", "action.yml"], id="the action"),
        pytest.param(
            ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", "templates/uns.gitlab-ci.yml"],
            id="the jobs",
        ),
    ],
)  # fmt: skip
def test_the_files_keep_to_their_schemas(arguments: list[str]):
    done = run(PROGRAMS / "check-jsonschema", *arguments, folder=ROOT)
    assert done.status == 0, done.out


def test_the_manifest_is_one():
    done = run(PROGRAMS / "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml", folder=ROOT)
    assert done.status == 0, done.out


class Hook(NamedTuple):
    model: str
    passes: dict[str, bool]
    said: str


HOOKS = [
    pytest.param(
        Hook(MODEL, {"uns-check": True, "uns-breaking": True, "uns-topics": True}, ""), id="clean"
    ),
    pytest.param(
        Hook(FAULTY, {"uns-check": False, "uns-breaking": False, "uns-topics": False}, "M204"),
        id="a model with faults",
    ),
    pytest.param(
        Hook(RENAMED, {"uns-check": True, "uns-breaking": False, "uns-topics": False}, "S302"),
        id="a line renamed",
    ),
]


@pytest.mark.parametrize("case", HOOKS)
def test_hooks_run_in_a_repository(plant: Path, case: Hook):
    (plant / "plant.uns.yaml").write_text(case.model, encoding="utf-8")
    done = run(PROGRAMS / "pre-commit", "run", "--all-files", "--verbose", folder=plant)
    for hook, passes in case.passes.items():
        told = done.out.partition(f"hook id: {hook}\n")[2].partition("hook id:")[0]
        assert ("exit code" not in told) is passes, done.out
    assert case.said in done.out
    assert (done.status == 0) is all(case.passes.values())


@pytest.fixture(scope="module")
def home(source: Path) -> Path:
    """Where the action has installed the program."""
    install = read_yaml("action.yml")["runs"]["steps"][0]["run"]
    folder = source.parent / "home"
    said = {"UNS_HOME": str(folder), "UNS_PACKAGE": "", "UNS_SOURCE": str(source)}
    done = bash(install, source.parent, {**os.environ, **said}, source.parent / "calls")
    assert done.status == 0, done.err
    return folder


ACTION = [
    pytest.param(MODEL, APP, {}, 0, "", id="clean"),
    pytest.param(MODEL, APP.replace("line1", "line7"), {}, 1, "::error title=dead-filter", id="a topic"),
    pytest.param(FAULTY, APP, {}, 2, "::error title=uns::a check could not run", id="faults"),
    pytest.param(RENAMED, APP, {}, 1, "::error title=topic-perhaps-moved", id="a line renamed"),
    pytest.param(MODEL, APP, {"UNS_AGAINST": "no-such"}, 2, "a check could not run", id="no such commit"),
    pytest.param(MODEL, APP, {"UNS_AGAINST": "0" * 40}, 2, "a check could not run", id="no such base"),
    pytest.param(MODEL, APP, {"UNS_MODEL": "no.uns.yaml"}, 2, "a check could not run", id="no model"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "app", "said", "status", "told"), ACTION)
def test_the_action_runs_in_a_repository(
    home: Path, plant: Path, model: str, app: str, said: dict[str, str], status: int, told: str
):
    (plant / "plant.uns.yaml").write_text(model, encoding="utf-8")
    (plant / "app.py").write_text(app, encoding="utf-8")
    step = read_yaml("action.yml")["runs"]["steps"][1]
    summary = home.parent / "summary.md"
    summary.unlink(missing_ok=True)
    inputs = dict.fromkeys(step["env"], "") | {"UNS_AGAINST": "HEAD", "UNS_TOPICS": "*.py"}
    environment = {**os.environ, **inputs, **said, "UNS_HOME": str(home)}
    environment["GITHUB_STEP_SUMMARY"] = str(summary)
    done = bash(step["run"], plant, environment, home.parent / "calls")
    assert done.status == status, done.out + done.err
    assert told in done.out
    assert summary.exists()


@pytest.mark.parametrize(
    ("job", "model", "status"),
    [
        pytest.param("uns-check", MODEL, 0, id="clean"),
        pytest.param("uns-check", FAULTY, 1, id="faults"),
        pytest.param("uns-breaking", MODEL, 0, id="nothing changed"),
        pytest.param("uns-breaking", RENAMED, 1, id="a line renamed"),
        pytest.param("uns-topics", MODEL, 0, id="topics that are there"),
        pytest.param("uns-topics", RENAMED, 1, id="topics of a line renamed"),
        pytest.param("uns-topics", FAULTY, 2, id="topics of a model with faults"),
    ],
)
def test_the_jobs_run_in_a_repository(home: Path, plant: Path, job: str, model: str, status: int):
    (plant / "plant.uns.yaml").write_text(model, encoding="utf-8")
    said = read_yaml("templates/uns.gitlab-ci.yml")[job]
    environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"UNS_TOPICS": "*.py", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD"}
    done = bash("\n".join(said["script"]), plant, environment, home.parent / "calls")
    assert done.status == status, done.out + done.err
    made = [*said["artifacts"].get("paths", ()), said["artifacts"]["reports"]["codequality"]]
    assert all((plant / path).exists() for path in made) is (status < 2)
