"""``uns topic check``: whether a message may be published there, topic by topic.

What it does with ``--from-files`` is carried out by :mod:`uns.cli.commands.topic_literals`.
"""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections import Counter
from pathlib import Path

from uns.cli.commands import topic_literals
from uns.cli.exits import CannotRun, Exit
from uns.cli.models import counted, opened
from uns.cli.options import Output
from uns.cli.outcomes import outcome_as_json, write_outcome
from uns.cli.stdin import given_topics
from uns.cli.terminal import Screen, Style
from uns.cli.writing import JsonArray, as_json
from uns.diagnostics import visible
from uns.model.namespace import Namespace
from uns.model.resolutions import Outcome, Resolution

__all__ = ["run"]

#: Near names are looked for this often in one run: among many siblings each search is slow.
_SUGGESTIONS = 200

#: What is for findings in files, and not for the outcomes of topics.
_FOR_FILES = (
    "--select", "--extend-select", "--ignore", "--severity", "--fail-level", "--baseline",
    "--add-baseline",
)  # fmt: skip

#: How outcomes are written.
_FORMATS = ("text", "json", "json-lines")


def run(arguments: Arguments, out: Screen, err: Screen) -> int:
    """Look each topic up, and say what came of it as soon as it is known."""
    if arguments.from_files is not None:
        if arguments.topics:
            given = ", ".join(map(visible, arguments.topics[:3]))
            raise CannotRun(f"name topics or --from-files, not both: {given} would be a topic")
        return topic_literals.run(arguments, out, err)
    if not arguments.topics:
        raise CannotRun("name a topic, or files with --from-files")
    _see_no_options_for_files(arguments)
    form = _format(arguments.output_format)
    namespace = opened(arguments.model, err)
    report = _Report(namespace, form, out)
    for topic, line in given_topics(arguments.topics):
        report.add(namespace.resolve(topic), line)
        if line is not None:
            # Whoever feeds topics line by line may wait for the answer.
            out.flush()
    report.end(err)
    return report.exit


def _see_no_options_for_files(arguments: Arguments) -> None:
    """See that nothing is asked for that is for texts in files."""
    for option in _FOR_FILES:
        if getattr(arguments, option.strip("-").replace("-", "_")):
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


class _Report:
    """Outcomes on their way out, in one of the formats."""

    def __init__(self, namespace: Namespace, form: str, out: Screen) -> None:
        self.namespace = namespace
        self.form = form
        self.out = out
        self.array = JsonArray(out)
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
            said = {"line": line, **outcome_as_json(self.namespace, resolution, near)}
            if self.form == "json":
                self.array.add(said)
            else:
                self.out.line(as_json(said))

    def end(self, err: Screen) -> None:
        """Write what stands at the end."""
        if self._file is not None:
            self.out.flush()
            file = visible(self._file)
            hint = (
                f"{file} is a file; `uns topic check --from-files {file}` checks the topics in it"
            )
            err.line(f"{err.paint('note', Style.INFO)}: {hint}")
        total = self._outcomes.total()
        if self.form == "json":
            self.array.end()
        elif self.form == "text" and total > 1:
            numbers = self._outcomes
            found = [f"{numbers[outcome]:,} {outcome}" for outcome in Outcome if numbers[outcome]]
            self.out.flush()
            err.line(f"{counted(total, 'topic')}: {', '.join(found)}")
