"""`uns breaking` and `uns check` against several earlier versions: tags in the order of their versions."""

from __future__ import annotations

import json
import shutil
from contextlib import chdir
from pathlib import Path

import pytest

import uns
from tests.cli.runs import Run
from tests.cli.test_changes import git
from uns.rules import lint

#: Steps that are each compatible: an optional field goes, and comes back with another type.
FIELDS = {
    "v1.0.0": '"k?": {type: string}',
    "v1.2.0": "",
    "v1.10.0": '"k?": {type: integer}',
}


def model(fields: str, version: str = "1.0.0") -> str:
    more = f", {fields}" if fields else ""
    return (
        f'uns: 1\nmodel: {{id: a, version: "{version}"}}\n'
        f"payloads:\n  c/1:\n    fields: {{n: {{type: integer}}{more}}}\n"
        "sites: {lyon: {topics: {t: {payload: c/1}}}}\n"
    )


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a tag for each step, made in another order, and tags without the model."""
    top = tmp_path_factory.mktemp("tagged")
    with chdir(top):
        git("init", "-q", "-b", "main", "--template=", ".")
        Path("readme").write_text("no model yet", encoding="utf-8")
        git("add", ".")
        git("commit", "-q", "-m", "empty")
        git("tag", "v0.1.0")
        git("tag", "other")
        for tag in ("v1.2.0", "v1.0.0", "v1.10.0"):
            text = model(FIELDS[tag], tag.removeprefix("v"))
            Path("plant.uns.yaml").write_text(text, encoding="utf-8")
            git("add", ".")
            git("commit", "-q", "-m", tag)
            git("tag", tag)
    return top


@pytest.fixture
def tagged(run: Run, committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in a copy of the checkout."""
    shutil.copytree(committed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return run


def test_each_step_is_compatible_and_together_they_break(tagged: Run):
    git("checkout", "-q", "v1.2.0")
    assert tagged("breaking", "--against", "git:v1.0.0").status == 0
    git("checkout", "-q", "v1.10.0")
    assert tagged("breaking", "--against", "git:v1.2.0").status == 0
    assert tagged("breaking", "--against", "git:v1.0.0").status == 1
    # The last of several does not win.
    both = ["--against", "git:v1.0.0", "--against", "git:v1.2.0"]
    assert tagged("breaking", *both).status == 1


def test_all_tags_in_the_order_of_their_versions(tagged: Run):
    done = tagged("breaking", "--against", "git:v*")
    assert done.status == 1
    listed = [line for line in done.out.splitlines() if line.startswith("against ")]
    assert listed == [
        "against v1.0.0: breaking", "against v1.2.0: additive", "against v1.10.0: compatible",
    ]  # fmt: skip


FORMATS = [
    "text",
    "markdown",
    "full",
    "concise",
    "json-lines",
    "github",
    "gitlab",
    "sarif",
    "junit",
]


@pytest.mark.parametrize("form", FORMATS)
def test_a_finding_names_the_versions_that_break(tagged: Run, form: str):
    git("tag", "v1.0.1", "v1.0.0")
    done = tagged("breaking", "--against", "git:v*", "--output-format", form)
    assert done.status == 1
    assert "(1 topic); against v1.0.0, v1.0.1" in done.out


def test_the_summary_counts_the_versions_that_break(tagged: Run):
    done = tagged("breaking", "--against", "git:v*", "--output-format", "concise")
    assert done.out.endswith("the change is breaking against 1 of 3 versions\n")
    same = ["--against", "git:v1.0.0", "--against", "git:v1.0*"]
    git("tag", "v1.0.1", "v1.0.0")
    done = tagged("breaking", *same, "--output-format", "concise")
    assert done.out.endswith("the change is breaking against 2 versions\n")


def test_what_is_gone_from_another_place_with_other_numbers_is_one_finding():
    """Each old version has its own line, and its own number of topics that a filter loses."""
    body = "sites: {lyon: {metrics: {%s}}}\nclients: {board: {subscribe: lyon/+}}\n"
    old = "uns: 1\n" + body % "a: {type: number}, b: {type: number}, c: {type: number}"
    older = "uns: 1\n\n" + body % "a: {type: number}, b: {type: number}"
    after = uns.loads("uns: 1\n" + body % "b: {type: number}")
    found = lint(after, {"v1": uns.loads(older), "v2": uns.loads(old)})
    gone = [one.message for one in found if one.code[0] == "B" and "lyon/a" in one.message]
    assert len(gone) == 1
    assert "against v1, v2" in gone[0]


def test_the_versions_as_json(tagged: Run):
    done = tagged("breaking", "--against", "git:v*", "--output-format", "json")
    found = json.loads(done.out)
    assert [(one["name"], one["effect"]) for one in found["against"]] == [
        ("v1.0.0", "breaking"), ("v1.2.0", "additive"), ("v1.10.0", "compatible"),
    ]  # fmt: skip
    assert found["effect"] == "breaking"
    broken = [one for one in found["judgements"] if one["effect"] == "breaking"]
    assert [one["against"] for one in broken] == [["v1.0.0"]]


@pytest.mark.parametrize(
    ("against", "reason"),
    [
        pytest.param("git:w*", "no tag matches 'w*'; in a shallow checkout, run `git fetch --tags`", id="no tag"),
        pytest.param("git:oth*", "no tag that matches 'oth*' has a file plant.uns.yaml", id="no file"),
        pytest.param("git:v1.*:old.uns.yaml", "has a file old.uns.yaml", id="another file"),
    ],
)  # fmt: skip
def test_a_pattern_that_finds_nothing_could_not_run(tagged: Run, against: str, reason: str):
    for command in ("breaking", "check"):
        done = tagged(command, "--against", "git:v1.0.0", "--against", against)
        assert (done.status, done.out) == (2, "")
        assert reason in done.err


def test_a_tag_with_a_faulty_model_could_not_run(tagged: Run):
    Path("plant.uns.yaml").write_text("uns: 1\nsitez: {}\n", encoding="utf-8")
    git("commit", "-q", "-a", "-m", "faulty")
    git("tag", "v1.3.0")
    git("checkout", "-q", "v1.10.0")
    done = tagged("breaking", "--against", "git:v*")
    assert (done.status, done.out) == (2, "")
    assert "git:v1.3.0:plant.uns.yaml:2:1" in done.err
    assert "git:v1.3.0:plant.uns.yaml has 1 finding" in done.err


def test_what_a_comment_or_an_option_ignores_is_ignored_for_all_versions(tagged: Run):
    assert tagged("breaking", "--against", "git:v*", "--ignore", "B2").status == 0
    text = Path("plant.uns.yaml").read_text(encoding="utf-8").splitlines()
    text[4] += "  # uns: ignore[B201, B202] nobody reads k"
    Path("plant.uns.yaml").write_text("\n".join(text), encoding="utf-8")
    done = tagged("breaking", "--against", "git:v*")
    assert done.status == 0
    assert "breaking change ignored" in done.out


def test_check_with_a_baseline_of_several_versions(tagged: Run):
    given = ["check", "--select", "B", "--against", "git:v*", "--baseline", "known.yaml"]
    assert tagged(*given, "--add-baseline").status == 0
    done = tagged(*given)
    assert (done.status, "1 known" in done.out) == (0, True)
    assert "against v1.0.0" in tagged(*given[:-2]).out


def test_the_version_is_raised_far_enough_for_every_one(tagged: Run):
    done = tagged(
        "breaking", "--against", "git:v*", "--require-version-bump", "--ignore", "B201,B202"
    )
    assert done.status == 0
    bumped = ["--against", "git:v*", "--allow-with-version-bump"]
    assert tagged("breaking", *bumped).status == 1
    Path("plant.uns.yaml").write_text(model(FIELDS["v1.10.0"], "2.0.0"), encoding="utf-8")
    done = tagged("breaking", *bumped, "--output-format", "concise")
    assert done.status == 0
    assert "info[B201]" in done.out


def test_linting_against_several_versions():
    steps = {tag: uns.loads(model(fields)) for tag, fields in FIELDS.items()}
    after = steps.pop("v1.10.0")
    assert [found.code for found in lint(after, steps["v1.2.0"]) if found.code < "C"] == []
    named = [found.message for found in lint(after, steps) if found.code[0] == "B"]
    assert len(named) == 1
    assert named[0].endswith("; against v1.0.0")
    listed = [found.message for found in lint(after, steps.values()) if found.code[0] == "B"]
    assert listed[0].endswith("; against 1.0.0")
