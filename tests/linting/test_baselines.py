"""Known findings, and the file that says which they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.rules import Baseline, InvalidBaseline


def found(code: str, path: str | None, line: int = 1, file: str = "m.yaml") -> Diagnostic:
    span = Span(file, line, 1, line, 2)
    return Diagnostic(code, "name", Severity.WARNING, f"line {line}", span, path=path)


def learned(*findings: Diagnostic) -> Baseline:
    return Baseline().with_findings("m.yaml", "m.yaml", findings, {f.code for f in findings})


def test_the_file():
    baseline = learned(
        found("P201", None, file="lib/x.yaml"), found("H201", "b/c"), found("H201", 'a "b" \\'),
        found("H201", "b/c", 7), found("H201", "é\n\x1b"),
    )  # fmt: skip
    assert baseline.text == (
        "# Known findings: file, rule, place and number. They do not count; new ones do.\n"
        "# Written with `--baseline FILE --add-baseline`.\n"
        "baseline: 1\n"
        "models:\n"
        '  "m.yaml":\n'
        '    "H201":\n'
        '      "a \\"b\\" \\\\": 1\n'
        '      "b/c": 2\n'
        '      "é\\\\n\\\\x1b": 1\n'
        '    "P201":\n'
        '      "lib/x.yaml": 1\n'
    )


def test_only_what_is_new_counts():
    known = learned(found("H201", "a"), found("H201", "b"), found("H201", "b")).of(
        "m.yaml", "m.yaml"
    )
    assert known.new([found("H201", "b", 70), found("H201", "a", 60)]) == []
    third = found("H201", "b", 9)
    assert known.new([found("H201", "b", 7), found("H201", "b", 8), third]) == [third]
    others = [found("H201", "c"), found("P201", "a")]
    assert known.new(others) == others


def test_another_model_has_its_own():
    baseline = learned(found("H201", "a"))
    assert baseline.of("other.yaml", "other.yaml").new([found("H201", "a")]) == [found("H201", "a")]


def test_findings_in_files_are_known_wherever_one_stands():
    baseline = Baseline().with_findings(
        "plant/m.yaml", "../plant/m.yaml", [found("P201", None, file="../plant/lib/x.yaml")], ["P201"]
    )  # fmt: skip
    known = baseline.of("plant/m.yaml", "/ws/plant/m.yaml")
    assert known.new([found("P201", None, file="/ws/plant/lib/x.yaml")]) == []


def test_what_did_not_judge_stays_known():
    before = learned(found("H201", "a"), found("P201", "b")).with_findings("n.yaml", "n.yaml", [found("H201", "z")], ["H201"])  # fmt: skip
    after = before.with_findings("m.yaml", "m.yaml", [found("H201", "c")], ["H201"])
    assert set(after.models["m.yaml"]) == {("H201", "c"), ("P201", "b")}
    assert set(after.models["n.yaml"]) == {("H201", "z")}


def test_a_model_whose_name_is_no_text():
    baseline = Baseline().with_findings("\udcff", "\udcff", [found("H201", "a")], ["H201"])
    again = Baseline.read("b", baseline.text)
    assert again.of("\udcff", "\udcff").new([found("H201", "a")]) == []


def test_a_baseline_of_nothing():
    assert Baseline().text.endswith("baseline: 1\nmodels: {}\n")
    assert learned().text == Baseline().text
    assert Baseline.read("b", Baseline().text) == Baseline()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "b:1:1: error[M202]: a baseline starts with `baseline: 1`", id="empty"),
        pytest.param("[]", "b:1:1: error[M202]: the file must be a mapping", id="a list"),
        pytest.param("{", "b:2:1: error[M101]: ", id="not YAML"),
        pytest.param("models: {}", "b:1:1: error[M202]: a baseline starts with `baseline: 1`", id="no version"),
        pytest.param("baseline: 2", "b:1:11: error[M202]: a baseline starts with `baseline: 1`", id="another version"),
        pytest.param("baseline: true", "b:1:11: error[M202]: a baseline starts with", id="no number"),
        pytest.param("baseline: 1\nmodel: {}", "b:2:1: error[M201]: 'model' is not a key", id="a key"),
        pytest.param("baseline: 1\nmodels: 3", "b:2:9: error[M202]: 'models' must be a mapping", id="models"),
        pytest.param("baseline: 1\nmodels: {m: 3}", "b:2:13: error[M202]: 'm' must be a mapping", id="a model"),
        pytest.param("baseline: 1\nmodels: {m: {H201: []}}", "b:2:20: error[M202]: 'H201' must", id="a rule"),
        pytest.param("baseline: 1\nmodels: {m: {H201: {a: -1}}}", "b:2:24: error[M202]: this must be a number", id="less than none"),
        pytest.param("baseline: 1\nmodels: {m: {H201: {a: yes}}}", "b:2:24: error[M202]: this must be a number", id="no count"),
        pytest.param("baseline: 1\nmodels: {m: {H201: {a: 1, a: 2}}}", "b:2:27: error[M102]: ", id="twice"),
        pytest.param('baseline: 1\nmodels: {"\\e[31m": 1}', "b:2:20: error[M202]: '\\x1b[31m' must be", id="hostile"),
        pytest.param("baseline: &a 1", "b:1:11: error[M103]: ", id="an anchor"),
        pytest.param("[" * 100_000, "b:1:", id="deep"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline(text: str, told: str):
    with pytest.raises(InvalidBaseline) as raised:
        Baseline.read("b", text)
    assert str(raised.value).startswith(told)


def test_unknown_rules_do_no_harm():
    assert (
        Baseline.read("b", "baseline: 1\nmodels: {m: {X999: {a: 1}, H201: }}").of("m", "m").entries
    )


names = st.text(min_size=1, max_size=8) | st.sampled_from(
    ["a/b", "\ud800", '"', "\\", "\n", "# x", "é"]
)
findings = st.lists(
    st.builds(found, st.sampled_from(["H201", "P201"]), st.none() | names, st.integers(1, 9))
)  # fmt: skip


@given(findings, st.randoms())
def test_what_was_written_is_known(listed: list[Diagnostic], random: object):
    baseline = learned(*listed)
    again = Baseline.read("b", baseline.text)
    assert again.text == baseline.text
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert learned(*shuffled).text == baseline.text
    assert again.of("m.yaml", "m.yaml").new(shuffled) == []
    assert visible(baseline.text.replace("\n", "")) == baseline.text.replace("\n", "")


@given(findings, findings)
def test_as_many_are_new_as_there_are_more(before: list[Diagnostic], after: list[Diagnostic]):
    known = learned(*before).of("m.yaml", "m.yaml")
    new = known.new(after)
    for key in {known.key(f) for f in after}:

        def of(listed: list[Diagnostic], key: object = key) -> int:
            return sum(known.key(f) == key for f in listed)

        assert of(new) == max(0, of(after) - of(before))
