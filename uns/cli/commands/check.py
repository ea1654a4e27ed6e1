"""``uns check``: every finding in the files of a model."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from uns.cli.baselines import name_in, opened_baseline
from uns.cli.exits import CannotRun, Exit
from uns.cli.files import real, write_files
from uns.cli.mending import Checked, Repair, as_diff, mend, put_back, reader
from uns.cli.models import counted, model_path, models_in, unreadable
from uns.cli.policies import given_policy
from uns.cli.projects import project
from uns.cli.reporting import Outputs, counted_findings
from uns.cli.revisions import opened_revision, revision
from uns.cli.terminal import Screen, Style
from uns.cli.writing import as_json
from uns.diagnostics import Diagnostic, Span
from uns.linting.policies import means
from uns.loading.loader import InvalidNamespace, Reader, load, read_file
from uns.model.namespace import Namespace
from uns.reports import Report
from uns.rules import EVERY_RULE, RULES, Baseline, Policy, Review, weigh

__all__ = ["run"]


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Load each model, and show what is wrong with it."""
    if arguments.add_baseline and (arguments.fix or arguments.diff):
        raise CannotRun("--add-baseline goes alone: mend first, then learn what is left")
    outputs = Outputs(arguments.output_format)
    settings = project()
    file = arguments.baseline or settings.path("baseline")
    policy = given_policy(arguments, settings)
    if arguments.against is None and _only_on_changes(arguments):
        raise CannotRun(
            "rules of family B judge a change of a model, and there is none without an earlier"
            " version: add --against VERSION, or ask `uns breaking`"
        )
    judge = _Judge(
        policy,
        file,
        opened_baseline(file, err, is_made=arguments.add_baseline),
        partial(_before, arguments.against, err),
    )
    # One file may be given by several names, and is judged once.
    models = list({real(model): model for model in reversed(list(_models(arguments)))}.values())[
        ::-1
    ]
    results = [judge.judged(model) for model in models]
    outputs.keep_off(_files(results) if file is None else [file, *_files(results)])
    repair = None
    if arguments.add_baseline:
        results = judge.learned(results)
    elif arguments.fix or arguments.diff:
        repair = mend(_checked(results), lambda *given: judge.judged(*given).findings)
        if not arguments.diff:
            put_back(repair)
            results = [judge.judged(result.model, reader(repair)) for result in results]
    return _told(arguments, outputs, results, repair, out, err)


def _models(arguments: Arguments) -> Iterator[str]:
    """The models that are meant; a folder stands for those right in it."""
    given = [*arguments.models, *([arguments.model] if arguments.model is not None else [])]
    for model in given or [model_path(None, option="MODEL")]:
        if Path(model).is_dir():
            yield from models_in(model)
        else:
            yield model


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of one model; ``reason`` says why it could not be read at all."""

    model: str
    findings: tuple[Diagnostic, ...] = ()
    reason: str | None = None
    namespace: Namespace | None = None
    judgement: Review | None = None
    #: How many findings the baseline knows.
    known: int = 0

    @property
    def fails(self) -> bool:
        """Whether a finding weighs enough to fail the check; a fault always does."""
        if self.judgement is None:
            return bool(self.findings)
        return any(found.severity >= self.judgement.fails_from for found in self.findings)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges models by one policy and one baseline."""

    policy: Policy
    file: str | None
    baseline: Baseline
    #: Gives the earlier version of a model that it is compared with, if it is compared.
    before: Callable[[str], Namespace | None]

    def judged(self, model: str, read: Reader = read_file) -> _Result:
        """What is wrong with a model, as ``read`` gives its files."""
        try:
            namespace = load(model, read=read)
        except InvalidNamespace as invalid:
            findings = invalid.diagnostics
            reason = unreadable(findings)
            return _Result(model, findings, None) if reason is None else _Result(model, (), reason)
        known = self.baseline.of(name_in(self.file, model), model)
        before = self.before(model)
        judgement = weigh(namespace, self.policy, known, before)
        top = Span(model, 1, 1, 1, 1)
        placed = tuple(f if f.span else replace(f, span=top) for f in judgement.findings)
        return _Result(model, placed, None, namespace, judgement, judgement.known)

    def learned(self, results: Iterable[_Result]) -> list[_Result]:
        """The results without the findings that the baseline knows from now on."""
        if self.file is None:
            raise CannotRun("a baseline needs a file, see --baseline")
        baseline = self.baseline
        done = []
        for result in results:
            if result.namespace is None or result.judgement is None:
                done.append(result)
                continue
            # What it knew of this model counts anew.
            every = weigh(result.namespace, self.policy, against=self.before(result.model))
            name, codes = name_in(self.file, result.model), every.judged
            baseline = baseline.with_findings(name, result.model, every.findings, codes)
            done.append(replace(result, findings=(), known=len(every.findings)))
        write_files([(self.file, baseline.text.encode("utf-8"))])
        return done


def _before(against: str | None, err: Screen, model: str) -> Namespace | None:
    """The version of a model that ``against`` means."""
    return None if against is None else opened_revision(revision(against, model), err)


def _only_on_changes(arguments: Arguments) -> bool:
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


def _told(
    arguments: Arguments,
    outputs: Outputs,
    results: list[_Result],
    repair: Repair | None,
    out: Screen,
    err: Screen,
) -> Exit:
    unread = [result for result in results if result.reason is not None]
    for result in unread:
        err.line(f"uns: {err.paint('error', Style.ERROR)}: {result.reason}")
    read = [result for result in results if result.reason is None]
    # What stands in a file that two models include is told once.
    findings = tuple(dict.fromkeys(found for result in read for found in result.findings))
    if arguments.diff and repair is not None:
        for line in as_diff(repair):
            out.stream.write(line)
    elif arguments.statistics:
        _show_statistics(findings, outputs.form, out)
    report = Report(
        findings,
        tuple(result.model for result in read),
        summary=_summary(read, findings, repair, arguments) if read else "",
        fails_from=min((r.judgement.fails_from for r in read if r.judgement), default=_FAILS_FROM),
    )
    outputs.write(report, out, to_screen=not (arguments.diff or arguments.statistics))
    if unread:
        return Exit.COULD_NOT_RUN
    failed = any(result.fails for result in read) and not arguments.exit_zero
    return Exit.FINDINGS if failed else Exit.CLEAN


#: From which weight on findings fail where no model could be judged.
_FAILS_FROM = Policy().fails_from


def _summary(
    read: list[_Result],
    findings: tuple[Diagnostic, ...],
    repair: Repair | None,
    arguments: Arguments,
) -> str:
    told = f"{counted_findings(findings)} in {counted(len(read), 'model')}"
    known = sum(result.known for result in read)
    more = [f"{known:,} known"] if known else []
    if repair is not None and not arguments.diff:
        more.append(f"{repair.fixed:,} fixed")
    return f"{told}, {', '.join(more)}" if more else told


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
