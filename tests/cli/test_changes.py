"""`uns diff` and `uns breaking`: files, git models, formats, and what keeps them from running."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.runs import Run
from uns.cli import models
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


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git checkout in which the old model is committed; tests work in copies of it."""
    top = tmp_path_factory.mktemp("committed")
    (top / "plant" / "lib").mkdir(parents=True)
    with chdir(top / "plant"):
        Path("lib/payloads.yaml").write_text(LIBRARY, encoding="utf-8")
        Path("plant.uns.yaml").write_text(OLD, encoding="utf-8")
        git("init", "-q", "-b", "main", "--template=", "..")
        git("add", ".")
        git("commit", "-q", "-m", "old")
    return top


@pytest.fixture
def checkout(run: Run, committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in a folder of a git checkout: the old model is committed, the new one is there."""
    shutil.copytree(committed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "plant")
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
    assert "board: subscribe lyon/speed sees 1 topic change" in done.out


def test_the_model_is_named_as_everywhere(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("..")
    model = ["-m", "plant/plant.uns.yaml"]
    assert checkout("breaking", *model, "--against", "git:HEAD").status == 1
    done = checkout("breaking", "plant/plant.uns.yaml", *model, "--against", "git:HEAD")
    assert (done.status, done.err) == (2, "uns: error: name one model, as MODEL or with -m\n")
    done = checkout("diff", "git:HEAD", "git:HEAD", *model)
    assert (done.status, done.out) == (0, "0 changes; 2 topics in both versions\n")
    assert checkout("diff", "git:HEAD", "plant/plant.uns.yaml", *model).status == 0
    done = checkout("diff", "plant/plant.uns.yaml", "git:HEAD:plant/plant.uns.yaml", *model)
    assert done.status == 2
    assert "both versions name their own" in done.err


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
    assert ("error[B601]" in done.out) is (status == 1)


# --- what keeps it from running -----------------------------------------------------------------------

REFUSED = [
    ("git:nowhere", "git has no revision 'nowhere'"),
    ("git:--help", "'--help' is not a git revision"),
    ("git:-x:plant.uns.yaml", "'-x' is not a git revision"),
    ("git:", "'' is not a git revision"),
    ("git:a b", "'a b' is not a git revision"),
    ("git:a\nb", "is not a git revision"),
    ("git:HEAD:none.uns.yaml", "there is no file plant/none.uns.yaml in git revision HEAD"),
    ("git:HEAD:lib", "there is no file plant/lib in git revision HEAD"),
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
    assert "is not in a git checkout" in done.err


def test_without_git(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    done = checkout("breaking", "--against", "git:HEAD")
    assert (done.status, done.err) == (2, "uns: error: git is not installed, or not on the PATH\n")


def test_a_git_that_does_not_answer(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    def never(*_arguments: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("git", 1)

    monkeypatch.setattr(models.subprocess, "run", never)
    done = checkout("breaking", "--against", "git:HEAD")
    assert done.status == 2
    assert "git did not answer" in done.err


def test_a_file_that_is_too_large(checkout: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "MAX_BYTES", 10)
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
        "model queries": "compatible",
    }  # fmt: skip
    assert found["hits"] == [
        {
            "client": "board", "direction": "subscribe", "filter": "lyon/speed", "lost": 0,
            "gained": 0, "changed": 1, "dead": False, "revoked": False,
        }
    ]  # fmt: skip
    assert [judgement["code"] for judgement in found["judgements"]] == ["B202", "B201"]


def test_the_verdict_as_markdown(checkout: Run):
    done = checkout("breaking", "--against", "git:HEAD", "--output-format", "markdown")
    assert done.status == 1
    assert done.out.startswith("### Change of the namespace: breaking\n\n- producers: breaking\n")
    assert "- `board: subscribe lyon/speed sees 1 topic change`\n" in done.out


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


# --- what counts -----------------------------------------------------------------------------------

PLANNED = OLD.replace("speed: {type: number}", "speed: {type: number, max: 9}")
WIDER = PLANNED.replace("max: 9", "max: 10").replace("1.0.0", "2.0.0")


@pytest.fixture
def planned(checkout: Run) -> Run:
    """One command where the range of a speed gets wider, with a major version."""
    Path("lib/payloads.yaml").write_text(LIBRARY, encoding="utf-8")
    Path("plant.uns.yaml").write_text(PLANNED, encoding="utf-8")
    git("commit", "-q", "-a", "-m", "planned")
    Path("plant.uns.yaml").write_text(WIDER, encoding="utf-8")
    return checkout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        pytest.param([], 1, "raised far enough", id="it breaks"),
        pytest.param(["--require-version-bump"], 1, "raised far enough", id="with its version"),
        pytest.param(["--allow-with-version-bump"], 0, "what breaks is allowed", id="allowed"),
        pytest.param(["--ignore", "B2"], 0, "1 breaking change ignored", id="a family"),
        pytest.param(["--ignore", "range-widened"], 0, "consumers: compatible", id="by name"),
        pytest.param(["--select", "B1"], 0, "1 breaking change ignored", id="others selected"),
        pytest.param(["--select", "B204"], 1, "breaking[B204]", id="selected"),
        pytest.param(["--severity", "B204=info"], 0, "range-widened, weighs info", id="weight"),
        pytest.param(["--severity", "B204=warning", "--fail-level", "error"], 0, "weighs warning", id="level"),
        pytest.param(["--select", "N"], 2, "", id="no rule on changes"),
    ],
)  # fmt: skip
def test_which_changes_count(planned: Run, arguments: list[str], status: int, told: str):
    done = planned("breaking", "--against", "git:HEAD", *arguments)
    assert done.status == status
    assert told in done.out
    assert bool(done.err) is (status == 2)


@pytest.mark.parametrize(
    ("version", "status"), [("1.1.0", 1), ("1.0.0", 1), ("0.9.0", 1), ("2.0.0-rc.1", 0)]
)
def test_a_break_without_its_version_is_not_allowed(planned: Run, version: str, status: int):
    Path("plant.uns.yaml").write_text(WIDER.replace("2.0.0", version), encoding="utf-8")
    done = planned("breaking", "--against", "git:HEAD", "--allow-with-version-bump")
    assert done.status == status
    assert ("error[B601]" in done.out) is (status == 1)


def test_a_version_that_was_lowered(planned: Run):
    Path("plant.uns.yaml").write_text(PLANNED.replace("1.0.0", "0.9.0"), encoding="utf-8")
    assert planned("breaking", "--against", "git:HEAD").status == 0
    done = planned("breaking", "--against", "git:HEAD", "--require-version-bump")
    assert done.status == 1
    assert "error[B601]: the version was lowered: 1.0.0 -> 0.9.0" in done.out
    assert planned(
        "breaking", "--against", "git:HEAD", "--require-version-bump", "--ignore", "B601"
    ).status == 0  # fmt: skip


@pytest.mark.parametrize(
    ("add", "status"),
    [
        ("lint: {ignore: [B204]}", 0),
        ("lint: {severity: {B204: info}}", 0),
        ("lint: {select: [N]}", 1),
        ("lint: {select: [N, B1]}", 0),
    ],
)
def test_what_the_model_says_of_changes(planned: Run, add: str, status: int):
    Path("plant.uns.yaml").write_text(f"{WIDER}{add}\n", encoding="utf-8")
    assert planned("breaking", "--against", "git:HEAD").status == status


def test_what_the_project_says_of_changes(planned: Run):
    Path("pyproject.toml").write_text('[tool.uns]\nignore = ["B204"]\n', encoding="utf-8")
    assert planned("breaking", "--against", "git:HEAD").status == 0


def test_a_comment_agrees_to_a_change(planned: Run):
    text = WIDER.replace(
        "sites: {lyon", "# uns: ignore[range-widened] agreed with all\nsites: {lyon"
    )
    Path("plant.uns.yaml").write_text(text, encoding="utf-8")
    done = planned("breaking", "--against", "git:HEAD")
    assert (done.status, done.err) == (0, "")
    assert "1 breaking change ignored" in done.out
    found = json.loads(planned("breaking", "--against", "git:HEAD", "--output-format", "json").out)
    assert (found["effect"], found["ignored"]) == ("compatible", 1)


def test_a_comment_says_nothing_of_lines_that_are_gone(planned: Run):
    gone = PLANNED.replace(", metrics: {speed: {type: number, max: 9}}", "")
    line = next(n for n, t in enumerate(gone.splitlines()) if t.startswith("sites"))
    lines = gone.splitlines()
    lines[line] += "  # uns: ignore[B101]"
    Path("plant.uns.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert planned("breaking", "--against", "git:HEAD").status == 1


@pytest.mark.parametrize(
    "form", ["full", "concise", "github", "gitlab", "sarif", "junit", "json-lines"]
)
def test_every_format_says_who_is_hit(planned: Run, form: str):
    done = planned("breaking", "--against", "git:HEAD", "--output-format", form)
    assert done.status == 1
    assert "hits Kafka readers, consumers (board)" in done.out


# --- and with all other findings ---------------------------------------------------------------------


def test_a_check_against_an_earlier_version(planned: Run):
    done = planned("check", "--against", "git:HEAD", "--select", "B", "--output-format", "concise")
    assert (done.status, done.err) == (1, "")
    assert "error[B204]" in done.out
    assert "error[B204]" not in planned("check", "--output-format", "concise").out


@pytest.mark.parametrize("option", ["--select", "--extend-select"])
@pytest.mark.parametrize("rule", ["B", "B2", "range-widened"])
def test_a_check_of_changes_needs_an_earlier_version(planned: Run, option: str, rule: str):
    done = planned("check", option, rule)
    assert (done.status, done.out) == (2, "")
    assert "add --against VERSION" in done.err


# --- which version is meant ---------------------------------------------------------------------------


def test_a_revision_without_its_mark(checkout: Run):
    git("tag", "v1.0.0")
    done = checkout("breaking", "--against", "v1.0.0")
    assert done.status == 2
    assert "for the git revision write git:v1.0.0" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ["diff", "git:v*", "plant.uns.yaml"],
        ["docs", "build", "-o", "site", "--since", "git:v*:a.uns.yaml"],
    ],
)
def test_a_pattern_where_one_version_is_meant(checkout: Run, command: list[str]):
    done = checkout(*command)
    assert (done.status, done.out) == (2, "")
    assert "'v*' is a pattern: name a single revision here" in done.err


def test_models_are_suggested_before_libraries(checkout: Run):
    for name in "abc":
        Path(f"{name}.uns.yaml").write_text(f"library: {name}\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "libraries")
    Path("plant.uns.yaml").rename("works.uns.yaml")
    done = checkout("breaking", "works.uns.yaml", "--against", "git:HEAD")
    assert "if it had another name, write git:HEAD:plant.uns.yaml or git:HEAD:a" in done.err


def test_a_model_that_had_another_name(checkout: Run):
    Path("plant.uns.yaml").rename("works.uns.yaml")
    done = checkout("breaking", "works.uns.yaml", "--against", "git:HEAD")
    assert done.status == 2
    assert "if it had another name, write git:HEAD:plant.uns.yaml" in done.err
    assert (
        checkout("breaking", "works.uns.yaml", "--against", "git:HEAD:plant.uns.yaml").status == 1
    )


def test_a_revision_without_a_model(checkout: Run):
    git("rm", "-q", "--cached", "plant.uns.yaml")
    git("commit", "-q", "-m", "none")
    done = checkout("breaking", "--against", "git:HEAD")
    assert done.status == 2
    assert "it has no model to compare with" in done.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("git:HEAD:plant.uns.yaml", "git:HEAD"),
        ("git:HEAD", "git:HEAD:plant.uns.yaml"),
        ("git:HEAD", "git:HEAD"),
    ],
)
def test_the_file_of_the_other_side(checkout: Run, old: str, new: str):
    done = checkout("diff", old, new)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("0 changes")


def test_which_of_two_models(checkout: Run):
    Path("works.uns.yaml").write_text(OLD, encoding="utf-8")
    told = "choose one with MODEL: plant.uns.yaml, works.uns.yaml"
    assert told in checkout("check").err
    assert told in checkout("breaking", "--against", "git:HEAD").err


# --- where it is told ---------------------------------------------------------------------------------

LONG = """\
uns: 1
sites:
  lyon:
    metrics:
      speed: {type: number}
      power: {type: number}
clients:
  board:
    subscribe: lyon/+
"""


@pytest.fixture
def shortened(checkout: Run) -> Run:
    """A topic and a grant of the committed version are gone, below two new lines."""
    Path("plant.uns.yaml").write_text(LONG, encoding="utf-8")
    git("commit", "-q", "-a", "-m", "long")
    git("tag", "v1.0.0")
    text = LONG.replace("      power: {type: number}\n", "").replace("lyon/+", "lyon/speed/#")
    Path("plant.uns.yaml").write_text(f"# one\n# two\n{text}", encoding="utf-8")
    return checkout


OLD_PLACE = "in the old version: git:v1.0.0:plant.uns.yaml:6:7"


@pytest.mark.parametrize(
    ("form", "new", "old"),
    [
        ("text", "  --> plant.uns.yaml:5:3\n", OLD_PLACE),
        ("full", "  --> plant.uns.yaml:5:3\n", "::: git:v1.0.0:plant.uns.yaml:6:7"),
        ("concise", "plant.uns.yaml:5:3: error[B101]", ""),
        ("json", '"file": "plant.uns.yaml",\n          "line": 5', '"file": "git:v1.0.0:plant.uns.yaml",\n          "line": 6'),
        ("json-lines", '"place": {"file": "plant.uns.yaml", "line": 5', '{"file": "git:v1.0.0:plant.uns.yaml", "line": 6'),
        ("github", "file=plant.uns.yaml,line=5,col=3", f"%0A{OLD_PLACE}"),
        ("gitlab", '"path": "plant.uns.yaml",\n      "lines": {\n        "begin": 5', f"\\n{OLD_PLACE}"),
        ("sarif", '"startLine": 5', f'"text": "{OLD_PLACE}"'),
        ("junit", "plant.uns.yaml:5:3: error[B101]", OLD_PLACE),
    ],
)  # fmt: skip
def test_what_is_gone_is_told_at_what_is_left_with_its_old_place_and_revision(
    shortened: Run, form: str, new: str, old: str
):
    done = shortened("breaking", "--against", "git:v1.0.0", "--output-format", form)
    assert done.status == 1
    assert new in done.out
    assert old in done.out


def test_a_grant_is_told_in_the_version_that_has_it(shortened: Run):
    done = shortened("diff", "git:v1.0.0", "plant.uns.yaml", "--output-format", "json")
    grants = {
        change["kind"]: (change["old"] and change["old"]["line"], change["new"] and change["new"]["line"])
        for change in json.loads(done.out)["changes"]
        if change["subject"] == "subscribe"
    }  # fmt: skip
    assert grants == {"removed": (9, None), "added": (None, 10)}
