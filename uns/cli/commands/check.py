"""``uns check``: every finding in the files of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from uns.cli.arguments import Check
from uns.cli.files import real
from uns.cli.findings import Gate, summary
from uns.cli.fix_files import Checked, Repair, as_diff, mend, put_back, reader
from uns.cli.models import model_path, models_in, open_versions, unreadable
from uns.cli.outputs import as_json, several
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.counts import in_words
from uns.diagnostics import Diagnostic, Severity, Span, visible, visible_lines
from uns.linting.policies import means
from uns.loading.files import Reader, read_file
from uns.loading.loader import InvalidNamespace, load
from uns.model.namespace import Namespace
from uns.payloads import MissingExtra, PayloadContract, validator
from uns.reports import Report
from uns.rules import EVERY_RULE, RULES, Policy, weigh


def run(arguments: Check, out: Screen, err: Screen) -> int:
    """Load each model, and show what is wrong with it."""
    if arguments.add_baseline and (arguments.fix or arguments.diff):
        raise CannotRun("use --add-baseline without --fix or --diff: apply the fixes first")
    gate = Gate(arguments, err)
    if arguments.against is None and _only_on_changes(arguments):
        raise CannotRun(
            "rules of family B need an earlier version of the model: add --against VERSION, or"
            " use `uns breaking`"
        )

    def judge(model: str, read: Reader = read_file) -> _Result:
        return _judge(gate, model, read, lambda: open_versions(arguments.against or (), model, err))

    # A file that is given by several names is checked once.
    models = list(
        {real(model): model for model in reversed(list(_models(arguments, err)))}.values()
    )
    results = [judge(model) for model in reversed(models)]
    is_complete = _all_is_checked(results, err)
    gate.protect(_files(results))
    gate.save()
    repair = None
    if arguments.fix or arguments.diff:
        repair = mend(_checked(results), lambda *given: judge(*given).loaded)
        if not arguments.diff:
            put_back(repair)
            results = [judge(result.model, reader(repair)) for result in results]
    status = _report(arguments, gate, results, repair, out, err)
    return status if is_complete else Exit.COULD_NOT_RUN


def _models(arguments: Check, err: Screen) -> Iterator[str]:
    """The models to check; a folder stands for the models in it and in the folders below."""
    given = [*arguments.models, *([arguments.model] if arguments.model is not None else [])]
    for model in given or [model_path(None, option="MODEL")]:
        if not Path(model).is_dir():
            yield model
            continue
        models, others = models_in(model)
        if others:
            listed = ", ".join(several([visible(file) for file in others], _SEVERAL, "{} more"))
            err.note(f"skipped, as libraries or parts of other models: {listed}")
        yield from models


#: Most files that one line lists.
_SEVERAL = 5

#: The severity that fails the check where no model could be loaded.
_FAILS_FROM = Policy().fails_from


@dataclass(frozen=True, slots=True)
class _Result:
    """The result for one model; ``reason`` says why it could not be read at all."""

    model: str
    findings: tuple[Diagnostic, ...] = ()
    reason: str | None = None
    namespace: Namespace | None = None
    fails_from: Severity = _FAILS_FROM
    #: The number of findings that are in the baseline.
    known: int = 0

    @property
    def loaded(self) -> tuple[Namespace | None, tuple[Diagnostic, ...]]:
        """The namespace, if the model loads, and the findings."""
        return self.namespace, self.findings

    @property
    def fails(self) -> bool:
        """Whether a finding is severe enough to fail the check; a fault always is."""
        if self.namespace is None:
            return bool(self.findings)
        return any(found.severity >= self.fails_from for found in self.findings)


def _judge(
    gate: Gate, model: str, read: Reader, before: Callable[[], Mapping[str, Namespace]]
) -> _Result:
    """Check a model, whose files ``read`` reads; ``before`` loads the earlier versions, if any."""
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


def _only_on_changes(arguments: Check) -> bool:
    """Whether the options name rules that only judge changes."""
    asked = (*(arguments.select or ()), *(arguments.extend_select or ()))
    return any(means(name, EVERY_RULE) and not means(name, RULES) for name in asked)


def _all_is_checked(results: Iterable[_Result], err: Screen) -> bool:
    """False if a contract cannot be checked, as the package for it is missing; that is told."""
    for result in results:
        payloads = result.namespace.payloads.values() if result.namespace is not None else ()
        for payload in payloads:
            if payload.json_schema is None:
                continue
            try:
                validator(PayloadContract(payload))
            except MissingExtra as missing:
                err.error(f"not checked: {visible(str(missing))}")
                return False
    return True


def _files(results: Iterable[_Result]) -> Iterator[str]:
    """Every file that was read."""
    for result in results:
        yield result.model
        if result.namespace is not None:
            yield from (source.name for source in result.namespace.sources)
            yield from result.namespace.schema_files


def _checked(results: Iterable[_Result]) -> Iterator[Checked]:
    for result in results:
        if result.namespace is not None:
            yield Checked(result.model, result.namespace, result.findings)


# --- the report ------------------------------------------------------------------------------------


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
    # A finding in a file that two models include is reported once.
    findings = tuple(dict.fromkeys(found for result in read for found in result.findings))
    if repair is not None and not arguments.diff:
        findings += repair.breaks
    elif repair is not None:
        # A patch must have the lines of the files as they are; a person reads it on a terminal.
        is_terminal = out.stream.isatty()
        for line in as_diff(repair):
            out.stream.write(visible_lines(line) if is_terminal else line)
        out.flush()
        for found in repair.breaks:
            err.finding(found)
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
    """Write the number of findings of each rule, the largest first."""
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
