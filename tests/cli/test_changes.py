"""`uns diff` and `uns breaking`: files, git revisions, formats, and what keeps them from running."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.runs import Run
from uns.cli import revisions
from uns.cli.comparisons import _code

OLD = """
uns: 1
model: {id: acme, version: "1.0.0"}
include: [lib/payloads.yaml]
sites: {lyon: {topics: {counts: {payload: counts/1}}, metrics: {speed: {type: number}}}}
clients: {board: {subscribe: [lyon/speed]}}
"""
NEW = OLD.replace("speed: {type: number}", "speed: {type: string}")
LIBRARY = "uns: 1\nlibrary: l\npayloads: {counts/1: {fields: {made: {type: integer}}}}\n"


def git(*arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in a folder of a git checkout: the old model is committed, the new one is there."""
    folder = tmp_path / "plant"
    (folder / "lib").mkdir(parents=True)
    monkeypatch.chdir(folder)
    Path("lib/payloads.yaml").write_text(LIBRARY, encoding="utf-8")
    Path("plant.uns.yaml").write_text(OLD, encoding="utf-8")
    git("init", "-q", "-b", "main", "..")
    git("add", ".")
    git("commit", "-q", "-m", "old")
    Path("plant.uns.yaml").write_text(NEW, encoding="utf-8")
    Path("lib/payloads.yaml").write_text(LIBRARY.replace("integer", "number"), encoding="utf-8")
    return run


def test_a_revision_is_read_with_what_it_includes(checkout: Run):
    done = checkout("diff", "git:HEAD", "plant.uns.yaml", "--output-format", "json")
    assert done.status == 0
    found = json.loads(done.out)
    assert [(c["subject"], c["template"], c["cause"]) for c in found["changes"]] == [
        ("type", "lyon/speed", "node"),
        ("type", "lyon/counts", "payload counts/1"),
    ]


@pytest.mark.parametrize(
    "against", ["git:HEAD", "git:main:plant.uns.yaml", "git:HEAD:./plant.uns.yaml"]
)
def test_breaking_against_git(checkout: Run, against: str):
    done = checkout("breaking", "--against", against)
    assert (done.status, done.err) == (1, "")
    assert "breaking[B202]: lyon/speed: type of $.value: a number -> text (1 topic)" in done.out
    assert "board: subscribe lyon/speed gets 1 topic otherwise than before" in done.out


def test_from_another_folder(checkout: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    elsewhere = tmp_path.parent
    monkeypatch.chdir(elsewhere)
    model = str(tmp_path / "plant" / "plant.uns.yaml")
    assert checkout("breaking", model, "--against", "git:HEAD").status == 1


def test_a_file_whose_folder_is_gone(checkout: Run):
    Path("lib/payloads.yaml").unlink()
    Path("lib").rmdir()
    Path("plant.uns.yaml").unlink()
    done = checkout("diff", "git:HEAD:plant.uns.yaml", "git:HEAD:plant.uns.yaml")
    assert (done.status, done.out) == (0, "0 changes; 2 topics in both versions\n")
    done = checkout("diff", "git:HEAD:lib/payloads.yaml", "git:HEAD:lib/payloads.yaml")
    assert done.status == 0


def test_nobody_is_broken(checkout: Run):
    Path("plant.uns.yaml").write_text(OLD, encoding="utf-8")
    Path("lib/payloads.yaml").write_text(LIBRARY, encoding="utf-8")
    done = checkout("breaking", "--against", "git:HEAD", "--require-version-bump")
    assert (done.status, done.err) == (0, "")
    assert "version: nothing to raise" in done.out


@pytest.mark.parametrize(
    ("version", "bump", "status"),
    [("1.0.0", True, 1), ("1.0.1", True, 0), ("1.0.0", False, 0)],
)
def test_a_version_that_must_be_raised(checkout: Run, version: str, bump: bool, status: int):
    text = OLD.replace("1.0.0", version).replace("sites: {lyon: {", "sites: {lyon: {owner: me, ")
    Path("plant.uns.yaml").write_text(text, encoding="utf-8")
    Path("lib/payloads.yaml").write_text(LIBRARY, encoding="utf-8")
    done = checkout("breaking", "--against", "git:HEAD", *["--require-version-bump"] * bump)
    assert done.status == status
    assert ("error[B601]" in done.err) is (status == 1)


# --- what keeps it from running -----------------------------------------------------------------------

REFUSED = [
    ("git:nowhere", "git knows no revision 'nowhere'"),
    ("git:--help", "'--help' is no git revision"),
    ("git:-x:plant.uns.yaml", "'-x' is no git revision"),
    ("git:", "'' is no git revision"),
    ("git:a b", "'a b' is no git revision"),
    ("git:a\nb", "is no git revision"),
    ("git:HEAD:none.uns.yaml", "git has no file plant/none.uns.yaml in HEAD"),
    ("git:HEAD:lib", "git has no file plant/lib in HEAD"),
    ("git:HEAD:../../../etc/passwd", "git"),
    ("none.uns.yaml", "cannot read none.uns.yaml"),
]


@pytest.mark.parametrize(("against", "reason"), REFUSED)
def test_a_comparison_that_could_not_run(checkout: Run, against: str, reason: str):
    for command in (["breaking", "--against", against], ["diff", against, "plant.uns.yaml"]):
        done = checkout(*command)
        assert (done.status, done.out) == (2, ""), command
        assert reason in done.err


def test_a_revision_with_faults(checkout: Run):
    Path("plant.uns.yaml").write_text("uns: 1\nsites: {a: {class: None}}\n", encoding="utf-8")
    git("commit", "-q", "-a", "-m", "faulty")
    Path("plant.uns.yaml").write_text(OLD, encoding="utf-8")
    done = checkout("breaking", "--against", "git:HEAD")
    assert (done.status, done.out) == (2, "")
    assert "M301" in done.err
    assert "uns: error: git:HEAD:plant.uns.yaml has 1 finding" in done.err


def test_a_model_with_faults(checkout: Run):
    Path("plant.uns.yaml").write_text("uns: 1\nsitez: {}\n", encoding="utf-8")
    assert checkout("breaking", "--against", "git:HEAD").status == 2


def test_outside_of_any_checkout(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("plant.uns.yaml").write_text("uns: 1\n", encoding="utf-8")
    done = run("breaking", "--against", "git:HEAD")
    assert (done.status, done.out) == (2, "")
    assert "is in no git checkout" in done.err


def test_without_git(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    done = checkout("breaking", "--against", "git:HEAD")
    assert (done.status, done.err) == (2, "uns: error: git is not installed, or not on the path\n")


def test_a_git_that_does_not_answer(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    def never(*_arguments: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("git", 1)

    monkeypatch.setattr(revisions.subprocess, "run", never)
    done = checkout("breaking", "--against", "git:HEAD")
    assert done.status == 2
    assert "git did not answer" in done.err


def test_a_file_that_is_too_large(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(revisions, "MAX_BYTES", 10)
    assert checkout("breaking", "--against", "git:HEAD").status == 2


def test_an_include_that_leaves_the_folder(checkout: Run):
    Path("plant.uns.yaml").write_text("uns: 1\ninclude: [../secret.yaml]\n", encoding="utf-8")
    git("commit", "-q", "-a", "-m", "leaving")
    assert checkout("diff", "git:HEAD:plant.uns.yaml", "git:HEAD:plant.uns.yaml").status == 2


# --- formats -----------------------------------------------------------------------------------------


def test_the_verdict_as_json(checkout: Run):
    found = json.loads(checkout("breaking", "--against", "git:HEAD", "--output-format", "json").out)
    assert (found["effect"], found["bump"], found["raised_enough"]) == ("breaking", "major", False)
    assert found["audiences"] == {
        "producers": "breaking", "consumers": "breaking", "Kafka readers": "breaking",
    }  # fmt: skip
    assert found["hits"] == [
        {
            "client": "board", "direction": "subscribe", "filter": "lyon/speed", "lost": 0,
            "gained": 0, "changed": 1, "dead": False, "revoked": False,
        }
    ]  # fmt: skip
    assert [judgement["code"] for judgement in found["judgements"]] == ["B202", "B201", "B202"]


def test_the_verdict_as_markdown(checkout: Run):
    done = checkout("breaking", "--against", "git:HEAD", "--output-format", "markdown")
    assert done.status == 1
    assert done.out.startswith("### Change of the namespace: breaking\n\n- producers: breaking\n")
    assert "- `board: subscribe lyon/speed gets 1 topic otherwise than before`\n" in done.out


def test_changes_as_markdown(checkout: Run):
    done = checkout("diff", "git:HEAD", "plant.uns.yaml", "--output-format", "markdown")
    assert done.status == 0
    assert (
        "**Changed** (2)\n\n- `lyon/speed: type of $.value: a number -> text (1 topic)`\n"
        in done.out
    )


HOSTILE = ["a`b", "``", " x ", "@all", "#1", "[a](http://x)", "<img src=x>", "a|b", "\x1b[31m", "a\nb", "*b*", "::error::", "]]>"]  # fmt: skip


def _level(name: str) -> str:
    """The name as the key of a node, without what no topic level holds."""
    return name.translate({ord(c): None for c in "/+#"}).replace("[", "[[")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("output", ["text", "markdown", "json"])
def test_no_name_steers_what_is_written(run: Run, tmp_path: Path, name: str, output: str):
    texts = [
        json.dumps({"uns": 1, "sites": {_level(name): {"metrics": {"x": {"type": kind}}}},
                    "clients": {name: {"subscribe": ["#"]}}})
        for kind in ("number", "string")
    ]  # fmt: skip
    files = [tmp_path / "old.yaml", tmp_path / "new.yaml"]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    done = run("breaking", str(files[1]), "--against", str(files[0]), "--output-format", output)
    assert done.status == 1
    assert "\x1b" not in done.out
    if output == "json":
        assert json.loads(done.out)["hits"][0]["client"] == name
    if output == "markdown":
        for line in done.out.splitlines():
            assert line == "" or line[0] in "#-*1"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_code_span_holds_any_text(text: str):
    """It opens and closes with a run of backticks that stands nowhere in between (CommonMark §6.1)."""
    written = _code(text)
    fence = written[: len(written) - len(written.lstrip("`"))]
    assert written.endswith(fence)
    inside = written[len(fence) : -len(fence)]
    runs = {len(run) for run in "".join(c if c == "`" else " " for c in inside).split()}
    assert len(fence) not in runs
    assert not inside.startswith("`")
    assert not inside.endswith("`")
    assert "\n" not in written
