"""``uns topic check``: check whether topics are in a model.

With ``--from-files`` the topics are found in source code and configuration.
"""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from uns.cli.arguments import GateArguments, TopicCheck
from uns.cli.files import attempt, files_of
from uns.cli.findings import Gate, summary
from uns.cli.inputs import given_topics
from uns.cli.models import open_model
from uns.cli.options import Output
from uns.cli.outputs import json_items, several
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.cli.topic_outcomes import outcome_as_json, write_outcome
from uns.code.literals import read_literals
from uns.code.mentions import SUGGESTIONS, Mentions
from uns.counts import in_words
from uns.diagnostics import Diagnostic, Span, visible
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome, Resolution
from uns.reports import Report
from uns.rules import Policy, judge_literals


def run(arguments: TopicCheck, out: Screen, err: Screen) -> int:
    """Check the given topics, or those in files."""
    if arguments.from_files is None:
        return _check_topics(arguments, out, err)
    if arguments.topics:
        given = ", ".join(map(visible, arguments.topics[:3]))
        raise CannotRun(f"give topics or --from-files, not both: {given} would be a topic")
    return _check_files(arguments, arguments.from_files, out, err)


# --- topics ----------------------------------------------------------------------------------------

#: The limit on suggestions in one run: the search takes long among many siblings.
_SUGGESTIONS = 200

#: The formats of outcomes.
_FORMATS = ("text", "json", "json-lines")


def _check_topics(arguments: TopicCheck, out: Screen, err: Screen) -> int:
    """Look each topic up, and write its outcome as soon as it is known."""
    if not arguments.topics:
        raise CannotRun("give a topic, or files with --from-files")
    _refuse_options_for_files(arguments)
    form = _format(arguments.output_format)
    namespace = open_model(arguments.model, err)
    report = _Outcomes(namespace, form, out)
    for topic, line in given_topics(arguments.topics):
        report.add(namespace.resolve(topic), line)
        if line is not None:
            # The sender of the topics may wait for the answer to each line.
            out.flush()
    report.end(err)
    return report.exit


def _refuse_options_for_files(arguments: TopicCheck) -> None:
    """Refuse the options that are only for findings in files."""
    for name, _ in GateArguments.arguments():
        if getattr(arguments, name):
            raise CannotRun(f"--{name.replace('_', '-')} is only for --from-files")


def _format(given: list[Output] | None) -> str:
    """The format of the outcomes."""
    outputs = given or [Output("text", None)]
    for output in outputs:
        if output.file is not None or output.form not in _FORMATS:
            text = output.form if output.file is None else f"{output.form}={output.file}"
            raise CannotRun(f"--output-format {visible(text)} is only for --from-files")
    if len(outputs) > 1:
        raise CannotRun("--output-format can be given only once for topics")
    return outputs[0].form


class _Outcomes:
    """Writes the outcomes of topics in one of the formats, and counts them."""

    def __init__(self, namespace: Namespace, form: str, out: Screen) -> None:
        self.namespace = namespace
        self.form = form
        self.out = out
        self.items = json_items(form, out)
        self.exit = Exit.CLEAN
        self._outcomes: Counter[Outcome] = Counter()
        #: The first topic that is not in the model but is the name of a file.
        self._file: str | None = None

    def add(self, resolution: Resolution, line: int | None) -> None:
        """Write one outcome."""
        self._outcomes[resolution.outcome] += 1
        if not resolution:
            self.exit = Exit.FINDINGS
        near = None
        if (
            resolution.outcome is Outcome.NO_MATCH
            and self._outcomes[Outcome.NO_MATCH] <= _SUGGESTIONS
        ):
            near = resolution.near
            if self._file is None and Path(resolution.topic).is_file():
                self._file = resolution.topic
        if self.form == "text":
            write_outcome(self.namespace, resolution, near, self.out)
        else:
            self.items.add({"line": line, **outcome_as_json(self.namespace, resolution, near)})

    def end(self, err: Screen) -> None:
        """Write the counts and the note."""
        if self._file is not None:
            self.out.flush()
            file = visible(self._file)
            err.note(
                f"{file} is a file: to check the topics in it, use"
                f" `uns topic check --from-files {file}`"
            )
        self.items.end()
        total = self._outcomes.total()
        if self.form == "text" and total > 1:
            numbers = self._outcomes
            found = [f"{numbers[outcome]:,} {outcome}" for outcome in Outcome if numbers[outcome]]
            self.out.flush()
            err.line(f"{in_words(total, 'topic')}: {', '.join(found)}")


# --- files -----------------------------------------------------------------------------------------

#: The limit on the size of a file, in bytes: larger files are data, not source code.
MOST_BYTES = 4 * 1024 * 1024

#: Most files that one line lists.
_SEVERAL = 5

#: The rules that do not apply to files in which comments cannot be told from other text.
UNSURE = ("U1",)

#: The key, at the left margin, of model files and libraries, which `uns check` checks.
_MODEL = re.compile(rb"""^(["']?)(?:uns|library)\1[ ]*:""", re.MULTILINE)


def _check_files(arguments: TopicCheck, patterns: list[str], out: Screen, err: Screen) -> int:
    """Read each file, and show what is wrong with the topics in it."""
    if any(output.form == "text" for output in arguments.output_format or ()):
        raise CannotRun("--output-format text is for topics: use full or concise for findings")
    gate = Gate(arguments, err)
    files = files_of(patterns)
    named = set(patterns)
    gate.protect(files)
    namespace = open_model(arguments.model, err)
    code = _Code(namespace, gate)
    fails_from = gate.policy.over(Policy.of(namespace.lint_settings)).fails_from
    is_unread = False
    for file in files:
        try:
            for note in code.check(file, is_named=file in named):
                err.note(f"{visible(file)}: {visible(note)}")
        except CannotRun as reason:
            err.error(str(reason))
            is_unread = True
    gate.save()
    if code.empty:
        listed = ", ".join(several([visible(file) for file in code.empty], _SEVERAL, "{} more"))
        err.warning(f"no topic of the model is in {listed}")
    if code.mentions.without_suggestion:
        without = in_words(code.mentions.without_suggestion, "more text")
        err.note(f"suggestions stop after {SUGGESTIONS:,} texts; {without} got none")
    where = f"{in_words(code.topics, 'topic')} of {in_words(len(code.read), 'file')}"
    total = summary(code.findings, where, code.known)
    report = Report(tuple(code.findings), tuple(code.read), summary=total, fails_from=fails_from)
    gate.outputs.write(report, out)
    if is_unread:
        return Exit.COULD_NOT_RUN
    failed = any(found.severity >= fails_from for found in code.findings)
    return Exit.FINDINGS if failed else Exit.CLEAN


class _Code:
    """The findings in files of source code and configuration."""

    def __init__(self, namespace: Namespace, gate: Gate) -> None:
        self.mentions = Mentions(namespace)
        self.read: list[str] = []
        self.findings: list[Diagnostic] = []
        #: Files without a topic of the model that were named, not found by a pattern.
        self.empty: list[str] = []
        #: The number of topics that were found, and of findings that are in the baseline.
        self.topics = self.known = 0
        self._namespace = namespace
        self._gate = gate

    def check(self, file: str, *, is_named: bool) -> Iterator[str]:
        """Check the topics in a file, and yield notes about the file itself.

        ``is_named`` is true if the user named the file, and no pattern found it.

        Raises:
            CannotRun: the file cannot be read.
        """
        with attempt("read", file):
            data = _read(file)
        if isinstance(data, str):
            yield f"skipped: {data}"
            return
        if file.endswith((".yaml", ".yml")) and _MODEL.search(data):
            if is_named:
                yield "skipped: a model, see `uns check`"
            return
        self.read.append(file)
        reading = read_literals(file, data)
        if reading.note is not None:
            yield reading.note
        topics = self.mentions.count(reading)
        self.topics += topics
        if is_named and not topics:
            self.empty.append(file)

        def judge(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
            policy = self._gate.policy
            review = judge_literals(
                self._namespace,
                found,
                reading.ignores,
                policy if reading.is_sure else Policy(ignore=UNSURE).over(policy),
                self._gate.known_in(file),
            )
            findings, known = self._gate.count(file, review)
            self.known += known
            return findings

        self.findings += sorted(self.mentions.findings(reading, judge), key=_place)


def _place(found: Diagnostic) -> tuple[Span, str]:
    return found.span or Span("", 0, 0, 0, 0), found.code


def _read(file: str) -> bytes | str:
    """The content of a file, or the reason why it is skipped."""
    path = Path(file)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    return "a binary file (it has NUL bytes)" if b"\0" in data else data
