"""Which rules judge, and what their findings weigh."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.diagnostics import Severity
from uns.linting.policies import ALL, FAMILIES, why_unknown
from uns.linting.rule import RuleKind
from uns.rules import RULES, Policy, Rule, UnknownRule, lint, weigh

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def rule(code: str, name: str, *, default: bool = True) -> Rule:
    kind = RuleKind.COMMENT if code[0] == "U" else RuleKind.MODEL
    return Rule(code, name, WARNING, kind=kind, default=default)


H201, H202, P201, U101 = (
    rule("H201", "hollow"), rule("H202", "hasty", default=False), rule("P201", "plain"),
    rule("U101", "unused"),
)  # fmt: skip
SOME = {rule.code: rule for rule in (H201, H202, P201, U101)}


def chosen(policy: Policy) -> list[str]:
    return [code for code, rule in SOME.items() if policy.weight(rule) is not None]


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        pytest.param(Policy(), ["H201", "P201", "U101"], id="the defaults"),
        pytest.param(Policy(select=("P",)), ["P201", "U101"], id="a family"),
        pytest.param(Policy(select=("H2",)), ["H201", "H202", "U101"], id="the beginning of codes"),
        pytest.param(Policy(select=("hasty",)), ["H202", "U101"], id="a name"),
        pytest.param(Policy(select=(ALL,)), ["H201", "H202", "P201", "U101"], id="all"),
        pytest.param(Policy(select=()), ["U101"], id="none"),
        pytest.param(Policy(extend_select=("H202",)), ["H201", "H202", "P201", "U101"], id="one more"),
        pytest.param(Policy(ignore=("H",)), ["P201", "U101"], id="not a family"),
        pytest.param(Policy(ignore=("plain", "U")), ["H201"], id="not these"),
        pytest.param(Policy(ignore=(ALL,)), [], id="nothing"),
        pytest.param(Policy(select=("H",), ignore=("H201",)), ["H202", "U101"], id="the closer counts"),
        pytest.param(Policy(select=("H201",), ignore=("H",)), ["H201", "U101"], id="whichever it is"),
        pytest.param(Policy(select=("H",), ignore=("H",)), ["U101"], id="as close: ignored"),
        pytest.param(Policy(select=("H201",), ignore=("hollow",)), ["U101"], id="a name is a code"),
    ],
)  # fmt: skip
def test_what_one_policy_selects(policy: Policy, codes: list[str]):
    assert chosen(policy) == codes


@pytest.mark.parametrize(
    ("upper", "lower", "codes"),
    [
        pytest.param(Policy(), Policy(ignore=("P",)), ["H201", "U101"], id="it says nothing"),
        pytest.param(Policy(select=("P",)), Policy(select=("H",)), ["P201", "U101"], id="another choice"),
        pytest.param(Policy(select=("P",)), Policy(ignore=("P201",)), ["P201", "U101"], id="selected again"),
        pytest.param(Policy(extend_select=("P",)), Policy(select=("H201",)), ["H201", "P201", "U101"], id="more"),
        pytest.param(Policy(ignore=("H",)), Policy(select=("H201",)), ["U101"], id="less, however broad"),
        pytest.param(Policy(ignore=("P",)), Policy(ignore=("H",)), ["U101"], id="less and less"),
    ],
)  # fmt: skip
def test_a_policy_over_another(upper: Policy, lower: Policy, codes: list[str]):
    assert chosen(upper.over(lower)) == codes


def test_what_findings_weigh():
    lower = Policy(severity={"H": INFO, "P201": ERROR})
    assert lower.weight(H201) is INFO
    assert lower.weight(P201) is ERROR
    upper = Policy(severity={"H": ERROR, "hollow": WARNING}).over(lower)
    assert upper.weight(H201) is WARNING
    assert Policy(severity={"ALL": ERROR}).over(lower).weight(H201) is ERROR
    assert upper.weight(P201) is ERROR
    assert upper.weight(U101) is WARNING


def test_from_which_weight_on_a_check_fails():
    assert Policy().fails_from is WARNING
    lower = Policy(fail_level=ERROR)
    assert Policy().over(lower).fails_from is ERROR
    assert Policy(fail_level=INFO).over(lower).fails_from is INFO


selectors = st.sampled_from([ALL, "H", "H2", "H201", "H202", "hollow", "P", "plain", "U101"])
lists = st.lists(selectors, max_size=3).map(tuple)
policies = st.builds(
    Policy, st.none() | lists, lists, lists, st.dictionaries(selectors, st.sampled_from(Severity)),
    st.none() | st.sampled_from(Severity),
)  # fmt: skip


@given(policies, policies, policies)
def test_layers_lie_over_each_other_one_by_one_or_together(a: Policy, b: Policy, c: Policy):
    one, other = a.over(b).over(c), a.over(b.over(c))
    assert [one.weight(r) for r in SOME.values()] == [other.weight(r) for r in SOME.values()]
    assert one.fails_from == other.fails_from


@given(policies)
def test_what_a_policy_calls_selected_judges_over_anything(policy: Policy):
    for code in chosen(Policy(extend_select=("H201",)).over(policy)):
        if code == "H201":
            break
    else:
        pytest.fail("H201 does not judge")


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        pytest.param("H999", "no rule is called 'H999'; ", id="a code"),
        pytest.param("hollw", "no rule is called 'hollw'; did you mean 'hollow'?", id="a name"),
        pytest.param("h201", "no rule is called 'h201'; did you mean 'H201'?", id="capitals"),
        pytest.param("", "no rule is called ''; `uns rule --all` lists them", id="nothing"),
        pytest.param("M301", "M301 is a fault, not a rule: a model that has it never loads", id="a fault"),
        pytest.param("M3", "M3 is a fault, not a rule: ", id="some faults"),
        pytest.param("undefined-class", "undefined-class is a fault, not a rule: ", id="its name"),
        pytest.param("\x1b[31m", "no rule is called '\\x1b[31m'; ", id="hostile"),
    ],
)  # fmt: skip
def test_what_is_no_rule(selector: str, reason: str):
    problem = why_unknown(selector, SOME)
    assert problem is not None
    assert problem.startswith(reason)
    for policy in (
        Policy(select=(selector,)), Policy(extend_select=(selector,)), Policy(ignore=(selector,)),
        Policy(severity={selector: ERROR}),
    ):  # fmt: skip
        with pytest.raises(UnknownRule) as raised:
            policy.check(SOME)
        assert str(raised.value) == problem
    Policy().over(Policy(ignore=(selector,))).check(SOME)


@pytest.mark.parametrize("selector", [*FAMILIES, ALL, *RULES, *(r.name for r in RULES.values())])
def test_what_is_one(selector: str):
    assert why_unknown(selector, RULES) is None


def test_every_rule_is_of_a_family():
    assert {code[0] for code in RULES} <= set(FAMILIES)
    assert not {name for r in RULES.values() for name in (r.name,)} & {*FAMILIES, ALL}


# --- linting ---------------------------------------------------------------------------------------

TWO = """
uns: 1
levels: {site: {required: [state]}}
sites:
  lyon: {metrics: {power: {type: number, unit: kWh}}}
"""


def test_what_the_model_says():
    def said(lint_: str) -> list[tuple[str, Severity]]:
        return [(f.code, f.severity) for f in lint(uns.loads(f"{TWO}lint: {lint_}"))]

    assert said("{}") == [("H201", WARNING), ("P201", WARNING)]
    assert said("{ignore: [P201]}") == [("H201", WARNING)]
    assert said("{select: [unknown-unit], severity: {P: error}}") == [("P201", ERROR)]


def test_what_is_said_over_the_model():
    ns = uns.loads(f"{TWO}lint: {{ignore: [P201], fail_level: error}}")
    assert [f.code for f in lint(ns, policy=Policy(select=("P201",)))] == ["P201"]
    assert weigh(ns).fails_from is ERROR
    assert weigh(ns, Policy(fail_level=INFO)).fails_from is INFO


def test_what_is_left_out_is_counted():
    text = TWO.replace("kWh}}}", "kWh}}}  # uns: ignore[unknown-unit] as the meter says")
    judgement = weigh(uns.loads(text))
    assert [f.code for f in judgement.findings] == ["H201"]
    assert (judgement.ignored, judgement.known) == (1, 0)
    assert {"H201", "P201", "U101"} <= judgement.judged


def test_a_comment_in_an_included_file():
    files = {
        "plant.uns.yaml": "uns: 1\ninclude: [more.uns.yaml]\nsites: {lyon: {metrics: {a: {type: number, unit: kWh}}}}",
        "more.uns.yaml": "uns: 1\n\n# uns: ignore[P201]\nsites: {metz: {metrics: {a: {type: number, unit: kWh}}}}",
    }  # fmt: skip
    ns = uns.load("plant.uns.yaml", read=lambda path: files[path].encode())
    assert [(f.code, f.span and f.span.file) for f in lint(ns)] == [("P201", "plant.uns.yaml")]
