"""``uns check``: every finding in the files of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from uns.cli.arguments import Check
from uns.cli.files import real
from uns.cli.findings import Gate, summary
from uns.cli.mending import Checked, Repair, as_diff, mend, put_back, reader
from uns.cli.models import model_path, models_in, open_revision, revision, unreadable
from uns.cli.outputs import as_json, several
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.counts import in_words
from uns.diagnostics import Diagnostic, Severity, Span, visible
from uns.linting.policies import means
from uns.loading.loader import InvalidNamespace, Reader, load, read_file
from uns.model.namespace import Namespace
from uns.reports import Report
from uns.rules import EVERY_RULE, RULES, Policy, weigh

__all__ = ["run"]


def run(arguments: Check, out: Screen, err: Screen) -> int:
    """Load each model, and show what is wrong with it."""
    if arguments.add_baseline and (arguments.fix or arguments.diff):
        raise CannotRun("--add-baseline goes alone: mend first, then learn what is left")
    gate = Gate(arguments, err)
    if arguments.against is None and _only_on_changes(arguments):
        raise CannotRun(
            "rules of family B judge a change of a model, and there is none without an earlier"
            " version: add --against VERSION, or ask `uns breaking`"
        )

    def judge(model: str, read: Reader = read_file) -> _Result:
        return _judge(gate, model, read, lambda: _before(arguments.against, model, err))

    # One file may be given by several names, and is judged once.
    models = list(
        {real(model): model for model in reversed(list(_models(arguments, err)))}.values()
    )
    results = [judge(model) for model in reversed(models)]
    gate.keep_off(_files(results))
    gate.save()
    repair = None
    if arguments.fix or arguments.diff:
        repair = mend(_checked(results), lambda *given: judge(*given).findings)
        if not arguments.diff:
            put_back(repair)
            results = [judge(result.model, reader(repair)) for result in results]
    return _report(arguments, gate, results, repair, out, err)


def _models(arguments: Check, err: Screen) -> Iterator[str]:
    """The paths of the models; for a folder, of all models in it and below it."""
    given = [*arguments.models, *([arguments.model] if arguments.model is not None else [])]
    for model in given or [model_path(None, option="MODEL")]:
        if not Path(model).is_dir():
            yield model
            continue
        models, others = models_in(model)
        if others:
            listed = ", ".join(several([visible(file) for file in others], _SEVERAL, "{} more"))
            err.note(f"left out, a library or a part of another model: {listed}")
        yield from models


#: Most files that one line lists.
_SEVERAL = 5

#: From which weight on findings fail where no model could be judged.
_FAILS_FROM = Policy().fails_from


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of one model; ``reason`` says why it could not be read at all."""

    model: str
    findings: tuple[Diagnostic, ...] = ()
    reason: str | None = None
    namespace: Namespace | None = None
    fails_from: Severity = _FAILS_FROM
    #: How many findings the baseline knows.
    known: int = 0

    @property
    def fails(self) -> bool:
        """Whether a finding weighs enough to fail the check; a fault always does."""
        if self.namespace is None:
            return bool(self.findings)
        return any(found.severity >= self.fails_from for found in self.findings)


def _judge(gate: Gate, model: str, read: Reader, before: Callable[[], Namespace | None]) -> _Result:
    """What is wrong with a model, as ``read`` gives its files; ``before`` is its earlier version."""
    try:
        namespace = load(model, read=read)
    except InvalidNamespace as invalid:
        findings = invalid.diagnostics
        reason = unreadable(findings)
        return _Result(model, findings) if reason is None else _Result(model, reason=reason)
    review = weigh(namespace, gate.policy, gate.known_in(model), before())
    findings, known = gate.count(model, review)
    top = Span(model, 1, 1, 1, 1)
    placed = tuple(f if f.span else replace(f, span=top) for f in findings)
    return _Result(model, placed, None, namespace, review.fails_from, known)


def _before(against: str | None, model: str, err: Screen) -> Namespace | None:
    """The version of a model that ``against`` means."""
    return None if against is None else open_revision(revision(against, model), err)


def _only_on_changes(arguments: Check) -> bool:
    """Whether the command line asks for rules that judge changes alone."""
    asked = (*(arguments.select or ()), *(arguments.extend_select or ()))
    return any(means(name, EVERY_RULE) and not means(name, RULES) for name in asked)


def _files(results: Iterable[_Result]) -> Iterator[str]:
    """Every file that was read."""
    for result in results:
        yield result.model
        if result.namespace is not None:
            yield from (source.name for source in result.namespace.sources)


def _checked(results: Iterable[_Result]) -> Iterator[Checked]:
    for result in results:
        if result.namespace is not None:
            yield Checked(result.model, result.namespace, result.findings)


# --- what is told ----------------------------------------------------------------------------------


def _report(
    arguments: Check,
    gate: Gate,
    results: list[_Result],
    repair: Repair | None,
    out: Screen,
    err: Screen,
) -> Exit:
    unread = [result.reason for result in results if result.reason is not None]
    for reason in unread:
        err.error(reason)
    read = [result for result in results if result.reason is None]
    # What stands in a file that two models include is told once.
    findings = tuple(dict.fromkeys(found for result in read for found in result.findings))
    if arguments.diff and repair is not None:
        for line in as_diff(repair):
            out.stream.write(line)
    elif arguments.statistics:
        _show_statistics(findings, gate.outputs.form, out)
    fixed = [f"{repair.fixed:,} fixed"] if repair is not None and not arguments.diff else []
    known = sum(result.known for result in read)
    report = Report(
        findings,
        tuple(result.model for result in read),
        summary=summary(findings, in_words(len(read), "model"), known, *fixed) if read else "",
        fails_from=min((r.fails_from for r in read if r.namespace), default=_FAILS_FROM),
    )
    gate.outputs.write(report, out, to_screen=not (arguments.diff or arguments.statistics))
    if unread:
        return Exit.COULD_NOT_RUN
    failed = any(result.fails for result in read) and not arguments.exit_zero
    return Exit.FINDINGS if failed else Exit.CLEAN


def _show_statistics(findings: Iterable[Diagnostic], form: str | None, out: Screen) -> None:
    """How many findings each rule has, the most first."""
    counts = Counter((found.code, found.name) for found in findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    if form in {"json", "json-lines"}:
        rules = [{"code": c, "name": name, "count": number} for (c, name), number in rows]
        for line in [as_json(rules)] if form == "json" else map(as_json, rules):
            out.line(line)
        return
    width = max((len(f"{number:,}") for _, number in rows), default=0)
    for (code, name), number in rows:
        out.line(f"{number:>{width},}  {out.paint(code, Style.STRONG)}  {name}")
