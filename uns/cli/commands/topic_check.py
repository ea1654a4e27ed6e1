"""``uns topic check``: whether a message may be published there, topic by topic.

With ``--from-files`` the topics are those in texts of code and configuration.
"""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from uns.cli.arguments import TopicCheck
from uns.cli.files import attempt, files_of
from uns.cli.findings import Gate, summary
from uns.cli.inputs import given_topics
from uns.cli.models import open_model
from uns.cli.options import Output
from uns.cli.outputs import json_items
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.cli.words import outcome_as_json, write_outcome
from uns.code.literals import read_literals
from uns.code.mentions import Mentions
from uns.counts import in_words
from uns.diagnostics import Diagnostic, Span, visible
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome, Resolution
from uns.reports import Report
from uns.rules import Policy, judge_literals

__all__ = ["run"]


def run(arguments: TopicCheck, out: Screen, err: Screen) -> int:
    """Check the topics that are named, or those in files."""
    if arguments.from_files is None:
        return _check_topics(arguments, out, err)
    if arguments.topics:
        given = ", ".join(map(visible, arguments.topics[:3]))
        raise CannotRun(f"name topics or --from-files, not both: {given} would be a topic")
    return _check_files(arguments, arguments.from_files, out, err)


# --- topics ----------------------------------------------------------------------------------------

#: Near names are looked for this often in one run: among many siblings each search is slow.
_SUGGESTIONS = 200

#: How outcomes are written.
_FORMATS = ("text", "json", "json-lines")


def _check_topics(arguments: TopicCheck, out: Screen, err: Screen) -> int:
    """Look each topic up, and say what came of it as soon as it is known."""
    if not arguments.topics:
        raise CannotRun("name a topic, or files with --from-files")
    _refuse_options_for_files(arguments)
    form = _format(arguments.output_format)
    namespace = open_model(arguments.model, err)
    report = _Outcomes(namespace, form, out)
    for topic, line in given_topics(arguments.topics):
        report.add(namespace.resolve(topic), line)
        if line is not None:
            # Whoever feeds topics line by line may wait for the answer.
            out.flush()
    report.end(err)
    return report.exit


def _refuse_options_for_files(arguments: TopicCheck) -> None:
    """See that nothing is asked for that is for findings in files, and not for outcomes of topics."""
    for_files = {
        "--select": arguments.select,
        "--extend-select": arguments.extend_select,
        "--ignore": arguments.ignore,
        "--severity": arguments.severity,
        "--fail-level": arguments.fail_level,
        "--baseline": arguments.baseline,
        "--add-baseline": arguments.add_baseline,
    }
    for option, given in for_files.items():
        if given:
            raise CannotRun(f"{option} is for --from-files")


def _format(given: list[Output] | None) -> str:
    """The one format in which outcomes are written."""
    outputs = given or [Output("text", None)]
    for output in outputs:
        if output.file is not None or output.form not in _FORMATS:
            said = output.form if output.file is None else f"{output.form}={output.file}"
            raise CannotRun(f"--output-format {visible(said)} is for --from-files")
    if len(outputs) > 1:
        raise CannotRun("topics are written in one format")
    return outputs[0].form


class _Outcomes:
    """What came of topics, on its way out in one of the formats."""

    def __init__(self, namespace: Namespace, form: str, out: Screen) -> None:
        self.namespace = namespace
        self.form = form
        self.out = out
        self.items = json_items(form, out)
        self.exit = Exit.CLEAN
        self._outcomes: Counter[Outcome] = Counter()
        #: The first topic that is none, and the name of a file.
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
        """Write what stands at the end."""
        if self._file is not None:
            self.out.flush()
            file = visible(self._file)
            err.note(
                f"{file} is a file; `uns topic check --from-files {file}` checks the topics in it"
            )
        self.items.end()
        total = self._outcomes.total()
        if self.form == "text" and total > 1:
            numbers = self._outcomes
            found = [f"{numbers[outcome]:,} {outcome}" for outcome in Outcome if numbers[outcome]]
            self.out.flush()
            err.line(f"{in_words(total, 'topic')}: {', '.join(found)}")


# --- files -----------------------------------------------------------------------------------------

#: Largest file that is read, in bytes; what is larger is data, and nobody wrote it by hand.
MOST_BYTES = 4 * 1024 * 1024

#: What is not told of files in which a comment cannot be told from a text.
UNSURE = ("U1",)

#: Model files and payload libraries say so at the left margin; `uns check` is for those.
_MODEL = re.compile(rb"""^(["']?)(?:uns|library)\1[ ]*:""", re.MULTILINE)


def _check_files(arguments: TopicCheck, patterns: list[str], out: Screen, err: Screen) -> int:
    """Read each file, and show what is wrong with the topics in it."""
    if any(output.form == "text" for output in arguments.output_format or ()):
        raise CannotRun("--output-format text is for topics; findings are written in full")
    gate = Gate(arguments, err)
    files = files_of(patterns)
    gate.keep_off(files)
    namespace = open_model(arguments.model, err)
    code = _Code(namespace, gate)
    fails_from = gate.policy.over(Policy.of(namespace.lint_settings)).fails_from
    is_unread = False
    for file in files:
        try:
            for note in code.check(file):
                err.note(f"{visible(file)}: {visible(note)}")
        except CannotRun as reason:
            err.error(str(reason))
            is_unread = True
    gate.save()
    where = f"{in_words(code.topics, 'topic')} of {in_words(len(code.read), 'file')}"
    told = summary(code.findings, where, code.known)
    report = Report(tuple(code.findings), tuple(code.read), summary=told, fails_from=fails_from)
    gate.outputs.write(report, out)
    if is_unread:
        return Exit.COULD_NOT_RUN
    failed = any(found.severity >= fails_from for found in code.findings)
    return Exit.FINDINGS if failed else Exit.CLEAN


class _Code:
    """What is found in files, one after the other."""

    def __init__(self, namespace: Namespace, gate: Gate) -> None:
        self.mentions = Mentions(namespace)
        self.read: list[str] = []
        self.findings: list[Diagnostic] = []
        #: How many texts were taken for topics, and how many findings the baseline knows.
        self.topics = self.known = 0
        self._namespace = namespace
        self._gate = gate

    def check(self, file: str) -> Iterator[str]:
        """Judge the topics in a file; what is good to know of the file itself is yielded.

        Raises:
            CannotRun: the file cannot be read.
        """
        with attempt("read", file):
            data = _read(file)
        if isinstance(data, str):
            yield f"{data}; it is left out"
            return
        if file.endswith((".yaml", ".yml")) and _MODEL.search(data):
            return
        self.read.append(file)
        reading = read_literals(file, data)
        if reading.note is not None:
            yield reading.note
        self.topics += self.mentions.count(reading)
        policy = self._gate.policy
        review = judge_literals(
            self._namespace,
            self.mentions.findings(reading),
            reading.ignores,
            policy if reading.is_sure else Policy(ignore=UNSURE).over(policy),
            self._gate.known_in(file),
        )
        findings, known = self._gate.count(file, review)
        self.findings += sorted(findings, key=_place)
        self.known += known


def _place(found: Diagnostic) -> tuple[Span, str]:
    return found.span or Span("", 0, 0, 0, 0), found.code


def _read(file: str) -> bytes | str:
    """What a file holds, or why it is none to look into."""
    path = Path(file)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "no regular file"
    if status.st_size > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return f"larger than {MOST_BYTES:,} bytes"
    return "binary, for it holds NUL bytes" if b"\0" in data else data
