"""`uns payload check`, `uns payload schema` and `uns payload example`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import uns
from tests.cli.runs import BOTTLING, Run
from tests.cli.test_process import hears_ctrl_c
from tests.recordings import writers
from uns.cli import outputs
from uns.cli.commands import payload_check
from uns.cli.outputs import Progress
from uns.cli.terminal import Screen
from uns.payloads import example, json_schema, validators

LINE1 = "bottlingcompany/munich/bottling/line1"
SPEED = f"{LINE1}/machine1/conveyorspeed"
ALARM = f"{LINE1}/machine1/alarm"
GOOD = b'{"timestamp_ms": 1767225600000, "value": 1.5}'
FURTHER = b'{"timestamp_ms": 1767225600000, "value": 1.5, "site": "munich"}'


# --- one message -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "message", "status", "said"),
    [
        pytest.param(SPEED, GOOD, 0, ["valid            {}", "vtq/1"], id="valid"),
        pytest.param(
            SPEED,
            b'{"value": 5, "speed": 1}',
            1,
            [
                "invalid-payload  {}",
                "vtq/1",
                "$.timestamp_ms: missing; expected whole milliseconds since 1970",
                "$.value: expected a number from 0 to 2 m/s, found 5",
                "$.speed: unknown field, found 1",
            ],
            id="every fault",
        ),
        pytest.param(SPEED, b"", 0, ["cleared          {}"], id="cleared"),
        pytest.param(
            ALARM,
            b"",
            1,
            ["invalid-payload  {}", "alarm/1", "$: not JSON: the message is empty; that clears a topic only if the topic is retained"],
            id="empty",
        ),
        pytest.param(
            SPEED,
            b'{"timestamp_ms": 1, "value": "\\u001b[31m"}',
            1,
            [
                "invalid-payload  {}",
                "vtq/1",
                '$.value: expected a number from 0 to 2 m/s, found "\\x1b[31m"',
            ],
            id="escape sequence",
        ),
        pytest.param(
            f"{LINE1}/machine1/conveyerspeed",
            GOOD,
            1,
            [
                "no-match         {}",
                f"there is no such name below {LINE1}/machine1",
                f"did you mean {SPEED}?",
            ],
            id="no match",
        ),
        pytest.param(
            "x", GOOD, 1, ["no-match         {}", "there is no such name in the namespace"], id="no match at all"
        ),
        pytest.param(
            LINE1,
            GOOD,
            1,
            ["not-an-endpoint  {}", "a position of the namespace; nothing is published there"],
            id="position",
        ),
        pytest.param(
            "a/+/b",
            GOOD,
            1,
            ["invalid-topic    {}", "'+' is for topic filters only [MQTT-4.7.0-1]"],
            id="invalid topic",
        ),
    ],
)  # fmt: skip
def test_a_message_on_stdin(
    bottling: Run, topic: str, message: bytes, status: int, said: list[str]
) -> None:
    lines = [said[0].format(topic), *(f"{' ' * 17}{line}" for line in said[1:])]
    out = "".join(f"{line}\n" for line in lines)
    assert bottling("payload", "check", topic, stdin=message) == (status, out, "")
    assert bottling("payload", "check", topic, "-", stdin=message) == (status, out, "")


def test_a_message_in_a_file(bottling: Run, tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(GOOD)
    assert bottling("payload", "check", SPEED, str(path)).status == 0
    path.write_bytes(FURTHER)
    assert bottling("payload", "check", SPEED, str(path)).status == 1
    assert bottling("payload", "check", SPEED, str(path), "--view", "consumer").status == 0


def test_a_message_as_json(bottling: Run) -> None:
    done = bottling("payload", "check", SPEED, "--output-format", "json", stdin=b'{"value": 1}')
    assert (done.status, done.err) == (1, "")
    said = json.loads(done.out)
    assert said == {
        "line": None,
        "topic": SPEED,
        "outcome": "invalid-payload",
        "valid": False,
        "contract": "vtq/1",
        "faults": [
            {
                "kind": "missing-field",
                "path": "$.timestamp_ms",
                "expected": "whole milliseconds since 1970",
                "found": None,
                "sentence": "missing; expected whole milliseconds since 1970",
            }
        ],
        "reason": None,
        "near": None,
        "doubts": [],
    }
    line = bottling("payload", "check", SPEED, "--output-format", "json-lines", stdin=b'{"value": 1}')  # fmt: skip
    assert line.out.count("\n") == 1
    assert json.loads(line.out) == said


def test_below_an_open_node(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plant.uns.yaml"
    path.write_text("uns: 1\nsites: {lyon: {open: true}}\n", encoding="utf-8")
    done = run("payload", "check", "lyon/x", "-m", str(path), stdin=b"\xff")
    assert done == (0, "unmodelled       lyon/x\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            [], "name the topic of the message, or check a recording with --ndjson", id="no topic"
        ),
        pytest.param(
            ["--ndjson", SPEED, "recording.ndjson"], "leave out TOPIC with --ndjson", id="both"
        ),
        pytest.param([SPEED, "--format", "lines"], "--format is for recordings", id="a format"),
        pytest.param([SPEED, "none.json"], "cannot read none.json: no such file", id="no file"),
        pytest.param(["--ndjson", "none.ndjson"], "cannot read none.ndjson", id="no recording"),
        pytest.param([SPEED, "\x1b[31m"], "cannot read \\x1b[31m", id="escape sequence"),
    ],
)
def test_what_cannot_be_run(bottling: Run, arguments: list[str], said: str) -> None:
    done = bottling("payload", "check", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    path = tmp_path / "plant.uns.yaml"
    path.write_text(
        "uns: 1\npayloads: {r/1: {json_schema: r.json}}\nsites: {a: {payload: r/1}}\n",
        encoding="utf-8",
    )
    (tmp_path / "r.json").write_text('{"title": "r of a test of the command line"}')
    return str(path)


@pytest.mark.parametrize("arguments", [["check", "a"], ["check", "--ndjson"], ["example", "a"]])
def test_without_the_extra(
    run: Run, foreign: str, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    line = b'{"topic": "a", "payload": 1}'
    done = run("payload", *arguments, "-m", foreign, stdin=line)
    assert done.status == 2
    if arguments[0] == "check":
        assert "pip install 'unified-namespace[jsonschema]'" in done.err


# --- a recording -------------------------------------------------------------------------------------

RECORDING = b"""\
{"topic": "%(speed)s", "payload": {"timestamp_ms": 1, "value": 1}}
{"topic": "%(speed)s", "payload": "{\\"timestamp_ms\\": 1, \\"value\\": 2}"}

{"topic": "%(speed)s", "payload": {"timestamp_ms": 1, "value": 3, "value": 2}}
{"topic": "%(speed)s", "payload": {"value": "x"}, "qos": 1}
{"topic": "%(line)s", "payload": 1}
{"topic": "%(line)s/spede", "payload": 1}
{"topic": "a/#", "payload": 1}
{"topic": "%(line)s/machine1/counts", "payload": {"timestamp_ms": 1}}
hello
""" % {b"speed": SPEED.encode(), b"line": LINE1.encode()}

REPORT = f"""\
line 4: invalid-payload  {SPEED}
                 vtq/1
                 $.value: duplicate key
line 5: invalid-payload  {SPEED}
                 vtq/1
                 $.timestamp_ms: missing; expected whole milliseconds since 1970
                 $.value: expected a number from 0 to 2 m/s, found "x"
line 6: not-an-endpoint  {LINE1}
                 a position of the namespace; nothing is published there
line 7: no-match         {LINE1}/spede
                 there is no such name below {LINE1}
                 did you mean {LINE1}/speed?
line 8: invalid-topic    a/#
                 '#' is for topic filters only [MQTT-4.7.0-1]
line 9: invalid-payload  {LINE1}/machine1/counts
                 counts/1
                 $.processed: missing; expected a whole number of at least 0
                 $.defective: missing; expected a whole number of at least 0
line 10: bad-line: not a JSON object
"""

COUNTS = """\
9 lines: 2 valid, 3 invalid-payload, 1 no-match, 1 not-an-endpoint, 1 invalid-topic, 1 bad-line
  2  counts/1  missing-field
  1  vtq/1     missing-field
  1  vtq/1     repeated-key
  1  vtq/1     wrong-value
"""


def test_a_recording_on_stdin(bottling: Run) -> None:
    done = bottling("payload", "check", "--ndjson", stdin=RECORDING)
    assert done == (1, REPORT + COUNTS, "")
    assert bottling("payload", "check", "--ndjson", "-", stdin=RECORDING) == done


def test_a_recording_without_its_option_is_not_taken_for_a_topic(
    bottling: Run, tmp_path: Path
) -> None:
    file = tmp_path / "rec.ndjson"
    file.write_bytes(b"{}")
    model = str(BOTTLING.resolve())
    said = "is a file and no topic of the model: for a recording, add --ndjson"
    assert said in bottling("payload", "check", str(file)).err
    with contextlib.chdir(tmp_path):
        Path(SPEED).parent.mkdir(parents=True)
        Path(SPEED).write_bytes(b"")
        done = bottling("payload", "check", SPEED, "-m", model, stdin=GOOD)
    assert done.status == 0, "a topic of the model is one, whatever files there are"


def test_a_recording_in_a_file(bottling: Run, tmp_path: Path) -> None:
    path = tmp_path / "recording.ndjson"
    path.write_bytes(RECORDING)
    assert bottling("payload", "check", "--ndjson", str(path)) == (1, REPORT + COUNTS, "")
    assert bottling("payload", "check", str(path), "--ndjson").out == REPORT + COUNTS


def test_a_recording_with_nothing_wrong(bottling: Run) -> None:
    done = bottling("payload", "check", "--ndjson", stdin=RECORDING[: RECORDING.index(b"\n") + 1])
    assert done == (0, "1 line: 1 valid\n", "")


@pytest.mark.parametrize("recording", [b"", b"\n \n"])
def test_an_empty_recording_shows_nothing(bottling: Run, recording: bytes) -> None:
    done = bottling("payload", "check", "--ndjson", stdin=recording)
    assert done == (1, "0 lines: no message\n", "")


def test_the_view_holds_for_every_line(bottling: Run) -> None:
    line = b'{"topic": "%s", "payload": %s}\n' % (SPEED.encode(), FURTHER)
    assert bottling("payload", "check", "--ndjson", stdin=line).status == 1
    done = bottling("payload", "check", "--ndjson", "--view", "consumer", stdin=line * 2)
    assert done == (0, "2 lines: 2 valid\n", "")


@pytest.mark.parametrize("most", [0, 1, 6, 7])
def test_only_the_first_faulty_lines_are_written_out(bottling: Run, most: int) -> None:
    done = bottling("payload", "check", "--ndjson", "--max-faults", str(most), stdin=RECORDING)
    assert done.status == 1
    assert sum(text.startswith("line ") for text in done.out.splitlines()) == most
    hidden = {0: "7 faulty lines", 1: "6 faulty lines", 6: "1 faulty line", 7: None}[most]
    more = f"{hidden} counted but not shown; --max-faults shows more of them\n" if hidden else ""
    assert done.out.endswith(COUNTS + more)


SUMMARY = {
    "lines": 9,
    "doubtful": 0,
    "outcomes": {
        "valid": 2,
        "cleared": 0,
        "unmodelled": 0,
        "invalid-payload": 3,
        "no-match": 1,
        "not-an-endpoint": 1,
        "invalid-topic": 1,
        "bad-line": 1,
    },
    "faults": [
        {"contract": "counts/1", "kind": "missing-field", "count": 2},
        {"contract": "vtq/1", "kind": "missing-field", "count": 1},
        {"contract": "vtq/1", "kind": "repeated-key", "count": 1},
        {"contract": "vtq/1", "kind": "wrong-value", "count": 1},
    ],
}


def test_a_recording_as_json(bottling: Run) -> None:
    done = bottling("payload", "check", "--ndjson", "--output-format", "json", stdin=RECORDING)
    assert (done.status, done.err) == (1, "")
    said = json.loads(done.out)
    assert said["summary"] == SUMMARY
    assert [finding["line"] for finding in said["findings"]] == [4, 5, 6, 7, 8, 9, 10]
    assert [finding["valid"] for finding in said["findings"]] == [False] * 7
    assert said["findings"][3]["near"] == f"{LINE1}/speed"
    assert said["findings"][6] == {
        "line": 10,
        "topic": None,
        "outcome": "bad-line",
        "valid": False,
        "contract": None,
        "faults": [],
        "reason": "not a JSON object",
        "near": None,
        "doubts": [],
    }


@pytest.mark.parametrize("stdin", [b"", RECORDING])
def test_json_is_valid_whatever_is_in_it(bottling: Run, stdin: bytes) -> None:
    for most in ("0", "1", "100"):
        arguments = ["--ndjson", "--output-format", "json", "--max-faults", most]
        said = json.loads(bottling("payload", "check", *arguments, stdin=stdin).out)
        assert len(said["findings"]) == min(int(most), 7 if stdin else 0)


def test_a_recording_as_json_lines(bottling: Run) -> None:
    arguments = ["--ndjson", "--output-format", "json-lines"]
    *findings, last = map(json.loads, bottling("payload", "check", *arguments, stdin=RECORDING).out.splitlines())  # fmt: skip
    assert last == {"summary": SUMMARY}
    whole = bottling("payload", "check", "--ndjson", "--output-format", "json", stdin=RECORDING)
    assert findings == json.loads(whole.out)["findings"]


def test_near_names_are_looked_for_so_often_and_no_more(
    bottling: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload_check, "_SUGGESTIONS", 2)
    lines = b'{"topic": "%s/spede", "payload": 1}\n' % LINE1.encode() * 5
    done = bottling("payload", "check", "--ndjson", stdin=lines)
    assert done.out.count("did you mean") == 2


def test_long_names_are_cut(bottling: Run) -> None:
    line = json.dumps({"topic": "a" * 1_000_000, "payload": 1}).encode()
    for form in ("text", "json", "json-lines"):
        done = bottling("payload", "check", "--ndjson", "--output-format", form, stdin=line)
        assert 60_000 < len(done.out) < 70_000


MESSAGES = [
    (SPEED, GOOD, "valid"),
    (SPEED, b"", "cleared"),
    (ALARM, b"", "invalid-payload"),
    (f"{SPEED} 2", b"1 2", "no-match"),
]


@pytest.mark.parametrize(
    ("write", "form"),
    [
        (writers.by_hand, "ndjson"),
        (writers.mosquitto_json, "ndjson"),
        (writers.mosquitto_values, "ndjson-values"),
        (writers.mosquitto_lines, "lines"),
    ],
)
def test_every_format_has_the_same_outcomes(
    bottling: Run, write: Callable[[writers.Sent], bytes], form: str
) -> None:
    messages = [message for message in MESSAGES if form == "ndjson" or b"1 2" not in message]
    recording = b"".join(write(writers.Sent(topic, payload)) for topic, payload, _ in messages)
    arguments = ["payload", "check", "--ndjson", "--output-format", "json"]
    done = bottling(*arguments, stdin=recording)
    assert bottling(*arguments, "--format", form, stdin=recording) == done
    outcomes = json.loads(done.out)["summary"]["outcomes"]
    assert {name: n for name, n in outcomes.items() if n} == {name: 1 for *_, name in messages}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"{LINE1}/hall 1/x 2", f"line 1: no-match         {LINE1}/hall"),
        (f"{LINE1} 1/x 2", f"line 1: not-an-endpoint  {LINE1}"),
    ],
)
def test_an_unknown_topic_with_spaces_says_how_to_record_it(
    bottling: Run, line: str, told: str
) -> None:
    done = bottling("payload", "check", "--ndjson", stdin=f"{line}\n".encode())
    first, reason, *_ = done.out.splitlines()
    assert first == told
    assert reason.endswith(
        "; if the topic goes on after the space, record with mosquitto_sub -F %j"
    )


def test_a_payload_that_is_cut_off_is_shown_with_its_topic(bottling: Run) -> None:
    line = b'{"topic":"%s","payloadlen":6,"payload":"x"}\n' % SPEED.encode()
    done = bottling("payload", "check", "--ndjson", "--format", "ndjson", stdin=line)
    assert done.status == 1
    assert done.out.startswith(f"line 1: bad-line         {SPEED}\n")
    assert "`payload` is 1 byte long, not 6 as `payloadlen` says" in done.out


# --- streams -----------------------------------------------------------------------------------------


def test_findings_come_as_lines_come_and_ctrl_c_ends_with_the_counts() -> None:
    command = [sys.executable, "-m", "uns", "payload", "check", "--ndjson", "-m", str(BOTTLING)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in (1, 2):
            process.stdin.write(b"hello\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(b"line %d: bad-line: no space" % number)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stdout.read() == b"2 lines: 2 bad-line\n"
        assert process.stderr.read() == b""


def seen(write: Callable[[Screen], None]) -> bytes:
    """What a terminal gets to see."""
    above, below = pty.openpty()
    with os.fdopen(below, "w", encoding="utf-8") as stream:
        write(Screen.of(stream))
    text = b""
    with contextlib.suppress(OSError):  # A terminal that nobody writes to any more.
        while more := os.read(above, 65_536):
            text += more
    os.close(above)
    return text


def test_progress_is_one_line_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(outputs, "_PAUSE", 0)
    monkeypatch.setattr(outputs, "_STEPS", 2)

    def write(screen: Screen) -> None:
        shown = Progress(screen, total=10)
        for done in range(1, 5):
            shown.step(done, f"{done} lines")
        shown.clear()
        shown.clear()

    line = b"\r %d%%  %d lines\x1b[K"
    assert seen(write) == line % (20, 2) + line % (40, 4) + b"\r\x1b[K"


def test_progress_without_an_end_has_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(outputs, "_PAUSE", 0)
    monkeypatch.setattr(outputs, "_STEPS", 1)
    assert seen(lambda screen: Progress(screen).step(3, "3 lines")) == b"\r3 lines\x1b[K"


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_nobody_sees_progress_where_it_would_be_in_the_way(
    monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(outputs, "_PAUSE", 0)
    monkeypatch.setattr(outputs, "_STEPS", 1)

    def write(screen: Screen) -> None:
        Progress(screen).step(1, "1 line")
        Progress(screen).clear()
        screen.line("end")

    if term == "dumb":
        assert seen(write) == b"end\r\n"
    stream = io.StringIO()
    write(Screen(stream))
    assert stream.getvalue() == "end\n"


def test_a_terminal_sees_findings_without_progress_in_them(tmp_path: Path) -> None:
    path = tmp_path / "recording.ndjson"
    good = b'{"topic": "%s", "payload": %s}\n' % (SPEED.encode(), GOOD)
    path.write_bytes(good * 2_000 + b"hello\n")
    above, below = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "uns", "payload", "check", "--ndjson", str(path), "-m", str(BOTTLING)],
        stdout=subprocess.PIPE,
        stderr=below,
        env={**os.environ, "TERM": "xterm"},
        check=False,
    )  # fmt: skip
    os.close(below)
    os.close(above)
    assert done.returncode == 1
    assert done.stdout == (
        b"line 2001: bad-line: not a JSON object\n2,001 lines: 2,000 valid, 1 bad-line\n"
    )


# --- schema and example ------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["producer", "consumer"])
def test_the_schema_of_a_topic_and_of_a_payload(bottling: Run, view: str) -> None:
    ns = uns.load(BOTTLING)
    contract = ns[SPEED].contract
    assert contract is not None
    done = bottling("payload", "schema", SPEED, "--view", view)
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == json_schema(contract, view)  # type: ignore[arg-type]
    done = bottling("payload", "schema", "vtq/1", "--view", view)
    general = json_schema(uns.PayloadContract(ns.payloads["vtq/1"]), view)  # type: ignore[arg-type]
    assert json.loads(done.out) == general
    if view == "producer":
        assert bottling("payload", "schema", "vtq/1").out == done.out


def test_the_example_of_a_topic_passes(bottling: Run) -> None:
    of_each = {node.contract.name: node.topic for node in uns.load(BOTTLING).endpoints() if node.contract and not node.is_template}  # fmt: skip
    for topic in of_each.values():
        done = bottling("payload", "example", topic)
        assert (done.status, done.err) == (0, "")
        assert bottling("payload", "check", topic, stdin=done.out.encode()).status == 0


def test_the_example_of_a_payload(bottling: Run) -> None:
    done = bottling("payload", "example", "alarm/1")
    ns = uns.load(BOTTLING)
    assert json.loads(done.out) == example(uns.PayloadContract(ns.payloads["alarm/1"]))
    assert bottling("payload", "example", "alarm/1") == done


TEXT = "{uns: 1, sites: {lyon: {metrics: {mode: {type: string, payload: text/1}}}}}"


def test_the_example_of_a_text_has_no_line_break(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plant.uns.yaml").write_text(TEXT)
    model = str(tmp_path / "plant.uns.yaml")
    assert run("payload", "example", "lyon/mode", "-m", model).out == "value"
    assert run("payload", "check", "lyon/mode", "-m", model, stdin=b"value").status == 0


BROWNFIELD = """
uns: 1
payloads: {image/1: {encoding: binary, content_type: image/png, max_bytes: 8}}
sites:
  lyon:
    metrics: {mode: {type: enum, values: [IDLE, RUN], payload: text/1}, bar: {type: number, payload: bare/1}}
    topics: {image: {payload: image/1, kind: event}, gateway: {payload: unknown/1}}
"""


@pytest.mark.parametrize(
    ("topic", "message", "said"),
    [
        ("mode", b"IDLE", "valid"),
        ("mode", b"IDLE\n", "did you mean 'IDLE'?"),
        ("mode", b'"IDLE"', "did you mean 'IDLE'?"),
        ("mode", b"\xff", "$: not text: byte 1 is not UTF-8"),
        ("bar", b"2.5\n", "valid"),
        ("bar", b"IDLE", "$: not JSON: unexpected"),
        ("image", b"\x89PNG\r\n\x00\xff", "valid"),
        ("image", b"\x89PNG\r\n\x1a\n\x00", "$: expected at most 8 bytes, found 9"),
        ("image", b"", "valid"),
        ("gateway", b"\xff\x00", "valid"),
        ("gateway", b"", "cleared"),
    ],
)
def test_files_of_text_and_of_bytes(
    run: Run, tmp_path: Path, topic: str, message: bytes, said: str
) -> None:
    (tmp_path / "plant.uns.yaml").write_text(BROWNFIELD)
    (tmp_path / "message").write_bytes(message)
    model = str(tmp_path / "plant.uns.yaml")
    done = run("payload", "check", f"lyon/{topic}", str(tmp_path / "message"), "-m", model)
    assert done.status == (0 if said in {"valid", "cleared"} else 1)
    assert said in done.out


@pytest.mark.parametrize("payload", ["image/1", "unknown/1"])
def test_bytes_have_no_example(run: Run, tmp_path: Path, payload: str) -> None:
    (tmp_path / "plant.uns.yaml").write_text(BROWNFIELD)
    done = run("payload", "example", payload, "-m", str(tmp_path / "plant.uns.yaml"))
    assert done.status == 2
    assert "so it has no example" in done.err


@pytest.mark.parametrize("command", ["schema", "example"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param(f"{LINE1}/spede", f"did you mean {LINE1}/speed?", id="no match"),
        pytest.param("vtq/2", "there is no such name in the namespace", id="no payload"),
        pytest.param(LINE1, "nothing is published there", id="position"),
        pytest.param("a/#", "for topic filters only", id="filter"),
    ],
)
def test_neither_a_topic_nor_a_payload(bottling: Run, command: str, name: str, said: str) -> None:
    done = bottling("payload", command, name)
    assert (done.status, done.out) == (1, "")
    assert said in done.err


def test_a_contract_without_an_example(run: Run, foreign: str) -> None:
    done = run("payload", "example", "a", "-m", foreign)
    assert (done.status, done.out) == (2, "")
    assert "the JSON Schema of r/1 has no `examples`" in done.err


# --- doubts ------------------------------------------------------------------------------------------

SECONDS = b'{"timestamp_ms": 1767225600, "value": 1.5}'
DOUBT = "$.timestamp_ms: expected milliseconds since 1970, and 1767225600 looks like seconds"


def test_seconds_for_milliseconds_in_one_message_are_told_and_valid(bottling: Run):
    done = bottling("payload", "check", SPEED, "-", stdin=SECONDS)
    assert done.status == 0
    assert done.out.split("\n")[1:3] == [f"{' ' * 17}vtq/1", f"{' ' * 17}{DOUBT}"]
    done = bottling("payload", "check", SPEED, "-", "--output-format", "json", stdin=SECONDS)
    said = json.loads(done.out)
    assert (said["valid"], said["faults"], said["doubts"]) == (True, [], [DOUBT])


def test_seconds_for_milliseconds_in_a_recording_are_told_and_counted(bottling: Run):
    lines = [json.dumps({"topic": SPEED, "payload": json.loads(text)}) for text in (GOOD, SECONDS, SECONDS)]  # fmt: skip
    recording = "\n".join(lines).encode()
    done = bottling("payload", "check", "--ndjson", "--max-faults", "1", stdin=recording)
    assert done.status == 0
    assert done.out == (
        f"line 2: valid            {SPEED}\n{' ' * 17}vtq/1\n{' ' * 17}{DOUBT}\n"
        "3 lines: 3 valid\n"
        "2 valid lines with a doubtful time\n"
        "1 faulty or doubtful line counted but not shown; --max-faults shows more of them\n"
    )
    done = bottling("payload", "check", "--ndjson", "--output-format", "json", stdin=recording)
    said = json.loads(done.out)
    assert [found["doubts"] for found in said["findings"]] == [[DOUBT], [DOUBT]]
    assert said["summary"]["doubtful"] == 2
