"""``uns payload check``: check one message, or a recording, against the contracts of a model."""

from __future__ import annotations

import os
import stat
from collections import Counter
from enum import StrEnum
from typing import Any, BinaryIO, NamedTuple

from uns.cli.arguments import PayloadCheck
from uns.cli.inputs import message, source
from uns.cli.models import open_model
from uns.cli.outputs import Progress, as_json, json_items, table
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.counts import in_words
from uns.diagnostics import UNSError, visible
from uns.model.namespace import Namespace
from uns.model.resolutions import NotAnEndpoint, Outcome, UnknownTopic
from uns.payloads import Fault, FaultKind, InvalidPayload, View, doubtful_times
from uns.recordings import BadLine, RecordedMessage, read_recording
from uns.topics.names_and_filters import MAX_BYTES, InvalidTopic

#: Near names are looked for this often in one run: among many siblings each search is slow.
_SUGGESTIONS = 200


class Verdict(StrEnum):
    """The result for one message, or for one line of a recording."""

    VALID = "valid"
    CLEARED = "cleared"
    UNMODELLED = "unmodelled"
    INVALID_PAYLOAD = "invalid-payload"
    NO_MATCH = "no-match"
    NOT_ENDPOINT = "not-an-endpoint"
    INVALID_TOPIC = "invalid-topic"
    BAD_LINE = "bad-line"

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with the message."""
        return self in {Verdict.VALID, Verdict.CLEARED, Verdict.UNMODELLED}


#: The width of the longest verdict, which is written before the topic.
_MARGIN = max(map(len, Verdict)) + 2


class _Judged(NamedTuple):
    """A message, its verdict, and the reason."""

    verdict: Verdict
    topic: str | None
    contract: str | None = None
    error: UNSError | None = None
    reason: str | None = None
    #: What a valid message may mean instead.
    doubts: tuple[str, ...] = ()


def run(arguments: PayloadCheck, out: Screen, err: Screen) -> int:
    """Check one message, or every line of a recording."""
    namespace = open_model(arguments.model, err)
    if arguments.ndjson:
        if arguments.file is not None:
            raise CannotRun("leave out TOPIC with --ndjson: a recording has its own topics")
        return _recording(namespace, arguments, out, err)
    if arguments.format is not None:
        raise CannotRun("--format is for recordings: --ndjson")
    if arguments.topic is None:
        raise CannotRun("name the topic of the message, or check a recording with --ndjson")
    if arguments.file is None and _is_recording(namespace, arguments.topic):
        name = visible(arguments.topic)
        raise CannotRun(
            f"{name} is a file and no topic of the model: for a recording, add --ndjson"
        )
    with source(arguments.file or "-") as stream:
        payload = message(stream)
    judged = _judged(namespace, arguments.topic, payload, arguments.view)
    if arguments.output_format == "text":
        _write(judged, None, _near(judged.error), out)
    else:
        indent = 2 if arguments.output_format == "json" else None
        out.line(as_json(_as_json(judged, None, _near(judged.error)), indent))
    return Exit.CLEAN if judged.verdict.is_good else Exit.FINDINGS


def _is_recording(namespace: Namespace, topic: str) -> bool:
    """Whether a file was named in place of a topic."""
    # Path.is_file raises for a name that is too long.
    return os.path.isfile(topic) and not namespace.resolve(topic)  # noqa: PTH113


def _recording(namespace: Namespace, arguments: PayloadCheck, out: Screen, err: Screen) -> int:
    def is_endpoint(topic: str) -> bool:
        return namespace.resolve(topic).outcome is Outcome.ENDPOINT

    with source(arguments.topic or "-") as stream:
        report = _Report(arguments.output_format, arguments.max_faults, out)
        progress = Progress(err, _size(stream))
        done, stopped = 0, False
        try:
            for found in read_recording(stream, arguments.format, is_endpoint):
                done += found.size
                judged = _judged_line(namespace, found, arguments.view)
                if not judged.verdict.is_good:
                    progress.clear()
                report.add(judged, found.line)
                progress.step(done, report)
        except KeyboardInterrupt:
            # A stream may have no end: report the messages so far.
            stopped = True
    progress.clear()
    report.end()
    return Exit.INTERRUPTED if stopped else report.exit


def _size(stream: BinaryIO) -> int:
    """The size of a file in bytes; 0 for a pipe, whose size is not known."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


# --- judging ---------------------------------------------------------------------------------------


def _judged_line(namespace: Namespace, found: RecordedMessage | BadLine, view: View) -> _Judged:
    if isinstance(found, BadLine):
        return _Judged(Verdict.BAD_LINE, found.topic, reason=found.reason)
    judged = _judged(namespace, found.topic, found.payload, view)
    if found.topic_is_guessed and judged.verdict in {Verdict.NO_MATCH, Verdict.NOT_ENDPOINT}:
        return judged._replace(reason=f"{judged.reason}; {_GUESSED}")
    return judged


_GUESSED = "if the topic goes on after the space, record with mosquitto_sub -F %j"


def _judged(namespace: Namespace, topic: str, payload: bytes, view: View) -> _Judged:
    try:
        passed = namespace.validate(topic, payload, view)
    except InvalidPayload as error:
        return _Judged(Verdict.INVALID_PAYLOAD, topic, error.contract, error)
    except UnknownTopic as error:
        where = f"below {error.matched}" if error.matched else "in the namespace"
        reason = f"there is no such name {where}"
        return _Judged(Verdict.NO_MATCH, topic, None, error, reason)
    except NotAnEndpoint as error:
        reason = "a position of the namespace; nothing is published there"
        return _Judged(Verdict.NOT_ENDPOINT, topic, None, error, reason)
    except InvalidTopic as error:
        clause = f" [{error.clause}]" if error.clause else ""
        return _Judged(Verdict.INVALID_TOPIC, topic, None, error, f"{error.reason}{clause}")
    if passed.is_cleared:
        return _Judged(Verdict.CLEARED, topic)
    if passed.contract is None:
        return _Judged(Verdict.UNMODELLED, topic)
    doubts = tuple(doubtful_times(passed.contract.body, passed.value))
    return _Judged(Verdict.VALID, topic, passed.contract.name, doubts=doubts)


def _faults(judged: _Judged) -> tuple[Fault, ...]:
    return judged.error.faults if isinstance(judged.error, InvalidPayload) else ()


def _near(error: UNSError | None) -> str | None:
    return error.near if isinstance(error, UnknownTopic) else None


# --- the report ------------------------------------------------------------------------------------


class _Report:
    """The report on a recording: writes findings as they come, and counts them."""

    def __init__(self, form: str, most: int, out: Screen) -> None:
        self.form = form
        self.out = out
        self._most = most
        self._shown = 0
        self._items = json_items(form, out)
        self._verdicts: Counter[Verdict] = Counter()
        self._doubtful = 0
        #: By contract and kind, of which there are no more than the model has.
        self._faults: Counter[tuple[str, FaultKind]] = Counter()
        if form == "json":
            out.line('{"findings":')

    def __str__(self) -> str:
        counts = [f"{number:,} {verdict}" for verdict, number in self._counts().items() if number]
        return f"{in_words(self._verdicts.total(), 'line')}: {', '.join(counts) or 'no message'}"

    def _counts(self) -> dict[Verdict, int]:
        return {verdict: self._verdicts[verdict] for verdict in Verdict}

    @property
    def _bad(self) -> int:
        return sum(n for verdict, n in self._verdicts.items() if not verdict.is_good)

    @property
    def exit(self) -> Exit:
        """The exit status of the command; an empty recording proves nothing, so it is not clean."""
        return Exit.FINDINGS if self._bad or not self._verdicts else Exit.CLEAN

    def add(self, judged: _Judged, line: int) -> None:
        """Count one line, and write it if it is among the first faulty or doubtful ones."""
        self._verdicts[judged.verdict] += 1
        self._doubtful += bool(judged.doubts)
        if judged.verdict.is_good and not judged.doubts:
            return
        if judged.contract is not None:
            self._faults.update((judged.contract, fault.kind) for fault in _faults(judged))
        if self._shown == self._most:
            return
        self._shown += 1
        near = _near(judged.error) if self._verdicts[Verdict.NO_MATCH] <= _SUGGESTIONS else None
        if self.form == "text":
            _write(judged, line, near, self.out)
        else:
            self._items.add(_as_json(judged, line, near))
        # The sender of a live recording may wait for the result.
        self.out.flush()

    def end(self) -> None:
        """Write the counts."""
        if self.form == "text":
            self._write_counts()
        elif self.form == "json":
            self._items.end()
            self.out.line(f', "summary": {as_json(self._summary())}}}')
        else:
            self._items.add({"summary": self._summary()})

    def _by_kind(self) -> list[tuple[str, FaultKind, int]]:
        """The number of faults by contract and kind, the most frequent first."""
        found = [(contract, kind, n) for (contract, kind), n in self._faults.items()]
        return sorted(found, key=lambda row: (-row[2], row[0], row[1]))

    def _write_counts(self) -> None:
        style = Style.GOOD if self.exit is Exit.CLEAN else Style.STRONG
        self.out.line(self.out.paint(str(self), style))
        rows = [(f"{n:,}", contract, str(kind)) for contract, kind, n in self._by_kind()]
        for line in table(rows, "><<"):
            self.out.line(f"  {line}")
        if self._doubtful:
            self.out.line(f"{in_words(self._doubtful, 'valid line')} with a doubtful time")
        if self._bad + self._doubtful > self._shown:
            what = "faulty or doubtful line" if self._doubtful else "faulty line"
            hidden = in_words(self._bad + self._doubtful - self._shown, what)
            self.out.line(f"{hidden} counted but not shown; --max-faults shows more of them")

    def _summary(self) -> dict[str, Any]:
        return {
            "lines": self._verdicts.total(),
            "doubtful": self._doubtful,
            "outcomes": {str(verdict): n for verdict, n in self._counts().items()},
            "faults": [
                {"contract": contract, "kind": str(kind), "count": n}
                for contract, kind, n in self._by_kind()
            ],
        }


def _write(judged: _Judged, line: int | None, near: str | None, out: Screen) -> None:
    verdict = judged.verdict
    style = Style.GOOD if verdict.is_good else Style.ERROR
    place = "" if line is None else out.paint(f"line {line}: ", Style.PLACE)
    if judged.topic is None:
        out.line(f"{place}{out.paint(verdict, style)}: {judged.reason}")
        return
    head = out.paint(f"{verdict:<{_MARGIN}}", style)
    out.line(f"{place}{head}{visible(judged.topic[:MAX_BYTES])}")
    faults = map(str, (*_faults(judged), *judged.doubts))
    question = None if near is None else f"did you mean {near}?"
    for remark in filter(None, (judged.contract, *faults, judged.reason, question)):
        out.line(f"{' ' * _MARGIN}{visible(remark)}")


def _as_json(judged: _Judged, line: int | None, near: str | None) -> dict[str, Any]:
    return {
        "line": line,
        "topic": judged.topic and judged.topic[:MAX_BYTES],
        "outcome": str(judged.verdict),
        "valid": judged.verdict.is_good,
        "contract": judged.contract,
        "faults": [
            {
                "kind": str(fault.kind),
                "path": fault.path,
                "expected": fault.expected,
                "found": fault.found,
                "sentence": fault.sentence,
            }
            for fault in _faults(judged)
        ],
        "doubts": list(judged.doubts),
        "reason": judged.reason,
        "near": near,
    }
