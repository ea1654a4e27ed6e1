"""The program as a shell starts it: pipes, signals, encodings, and what it costs to start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import BOTTLING

#: Every test starts a program or more.
pytestmark = pytest.mark.slow

UNS = [sys.executable, "-m", "uns"]
LINE1 = "bottlingcompany/munich/bottling/line1"


def hears_ctrl_c() -> None:
    """A shell makes what it starts in the background deaf to it, and all that that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(arguments: list[str], **settings: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*UNS, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
        **settings,  # type: ignore[call-overload]
    )


def shell(command: str, *arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    """A line of bash in which ``uns`` is the program and ``$MODEL`` the model; its arguments as $1 ..."""
    function = f'uns() {{ "{sys.executable}" -m uns "$@"; }}; set -o pipefail; {command}'
    done = subprocess.run(
        ["bash", "-c", function, "bash", *arguments],
        env={**os.environ, "MODEL": str(BOTTLING), "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


# --- starting --------------------------------------------------------------------------------------

FACE = {"uns"}
SCREEN = {
    "uns",
    "uns.cli",
    "uns.cli.arguments",
    "uns.cli.options",
    "uns.diagnostics",
    "uns.cli.terminal",
}
COMMAND = SCREEN | {"uns.cli.commands"}

#: Where the names are that some arguments may have for a value.
FORMATS = {"uns.reports", "uns.reports.report"}
TARGETS = {"uns.generators", "uns.generators.targets"}
TOPICS = {"uns.topics", "uns.topics.names_and_filters"}
PARTITIONERS = TOPICS | {"uns.kafka", "uns.kafka.names", "uns.kafka.partitioners"}

LOADED = """
import sys
{}
print(*(m for m in sys.modules if m.partition(".")[0] in {{"uns", "pydantic", "lark", "yaml", "rich"}}))
"""


@pytest.mark.parametrize(
    ("program", "modules"),
    [
        pytest.param("import uns", FACE, id="import uns"),
        pytest.param("from uns.cli import main; main(['--help'])", SCREEN, id="uns --help"),
        pytest.param(
            "from uns.cli import main; main(['topic', 'check', '--help'])",
            SCREEN | FORMATS,
            id="help below",
        ),
        pytest.param("from uns.cli import main; main(['chek'])", SCREEN, id="a typo"),
        pytest.param(
            "from uns.cli import main; main(['match', 'a/#', 'a/b'])",
            COMMAND
            | {
                "uns.cli.commands.match",
                "uns.cli.files",
                "uns.cli.inputs",
                "uns.cli.outputs",
                "uns.counts",
            }
            | TOPICS,
            id="uns match",
        ),
        pytest.param(
            "from uns.cli import main; main(['completion', 'bash'])",
            COMMAND | {"uns.cli.commands.completion"} | FORMATS | TARGETS | PARTITIONERS,
            id="uns completion",
        ),
        pytest.param(
            "from uns.cli import main; main(['init', '/'])",
            COMMAND | {"uns.cli.commands.init", "uns.cli.files", "uns.counts"},
            id="uns init",
        ),
    ],
)
def test_nothing_is_imported_before_it_is_needed(program: str, modules: set[str]):
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(program)], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.splitlines()[-1].split()) == modules


@pytest.mark.parametrize(
    ("form", "module"),
    [
        pytest.param("full", None, id="full"),
        pytest.param("json", "uns.reports.json_records", id="json"),
        pytest.param("sarif", "uns.reports.sarif", id="sarif"),
        pytest.param("junit", "uns.reports.junit", id="junit"),
    ],
)
def test_a_format_is_imported_when_it_is_asked_for(form: str, module: str | None):
    program = (
        f"from uns.cli import main; main(['check', {str(BOTTLING)!r}, '--output-format', {form!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(program)], capture_output=True, text=True, check=True
    )
    loaded = {m for m in done.stdout.splitlines()[-1].split() if m.startswith("uns.reports.")}
    assert loaded - {"uns.reports.report"} == ({module} if module else set())


# --- pipes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["topics", "-m", str(BOTTLING)], id="topics"),
        pytest.param(["topics", "-m", str(BOTTLING), "--output-format", "csv"], id="csv"),
        pytest.param(["tree", "-m", str(BOTTLING)], id="tree"),
        pytest.param(["topic", "check", "-m", str(BOTTLING), "-"], id="streaming"),
        pytest.param(["schema"], id="more than a pipe holds"),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_error(arguments: list[str], unbuffered: str):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*UNS, *arguments],
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        input=b"a\n" * 1000,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_answers_come_as_topics_come():
    with started(["topic", "check", "-m", str(BOTTLING), "-"]) as process:
        assert process.stdin
        assert process.stdout
        for name in ("speed", "running"):
            process.stdin.write(f"{LINE1}/{name}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline().split() == [b"endpoint", f"{LINE1}/{name}".encode()]
            process.stdout.readline()
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize(
    "arguments", [["topic", "check", "-m", str(BOTTLING), "-"], ["match", "#", "-"]]
)
def test_ctrl_c_ends_quietly(arguments: list[str]):
    with started(arguments) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"a\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        pytest.param("uns topics -m $MODEL >&-", 0, b"", id="no standard output"),
        pytest.param("uns topics -m none 2>&-", 2, b"", id="no standard error"),
        pytest.param("uns match '#' - <&-", 1, b"", id="no standard input"),
    ],
)
def test_missing_standard_streams(command: str, status: int, said: bytes):
    assert shell(command)[::2] == (status, said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["uns topics -m $MODEL", "uns --help", "uns check --help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told(command: str, unbuffered: str):
    status, _, err = shell(f"{command} > /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (status, err) == (2, b"uns: error: no space left on device\n")


def test_a_report_goes_where_the_output_goes():
    status, out, err = shell(
        "uns check $MODEL --ignore A105 --output-format json=/dev/stdout --output-format gitlab=/dev/fd/2 | cat"
    )
    assert (status, out, err) == (0, b"[]\nno findings in 1 model\n", b"[]\n")


# --- encodings -------------------------------------------------------------------------------------


def test_arguments_that_are_not_utf_8():
    status, out, err = shell("uns topic check -m $MODEL $'a/\\xff\\e[31m' b")
    assert status == 1
    assert out.startswith(b"invalid          a/\\udcff\\x1b[31m\n")
    assert err == b"2 topics: 1 no-match, 1 invalid\n"
    status, out, err = shell("uns check $'\\xff.uns.yaml'")
    assert (status, out) == (2, b"")
    assert err == b"uns: error: cannot read \\udcff.uns.yaml: no such file or directory\n"


def test_stdin_that_is_not_utf_8():
    status, out, err = shell(
        "printf 'a/\\xff\\n' | uns topic check -m $MODEL - --output-format json"
    )
    assert (status, err) == (1, b"")
    assert [item["topic"] for item in json.loads(out)] == ["a/\udcff"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_encoding_shows_something(tmp_path: Path, encoding: str):
    path = tmp_path / "plant.uns.yaml"
    path.write_text(
        "uns: 1\nsites: {münchen: {areas: {東京: {payload: info/1}}}}", encoding="utf-8"
    )
    status, out, err = shell('uns tree --topics -m "$1"', str(path), PYTHONIOENCODING=encoding)
    assert (status, err) == (0, b"")
    first, second = out.decode(encoding).splitlines()
    assert first == ("m\\xfcnchen  site" if encoding == "ascii" else "münchen  site")
    assert second.endswith(
        "東京  area  info/1" if encoding == "utf-8" else "\\u6771\\u4eac  area  info/1"
    )
    status, out, err = shell(
        'uns topics --output-format json -m "$1"', str(path), PYTHONIOENCODING=encoding
    )
    assert json.loads(out)[0]["topic"] == "münchen/東京"


def test_colour_only_where_it_is_asked_for_or_seen():
    assert b"\x1b" not in shell("uns tree -m $MODEL")[1]
    assert b"\x1b[1mmunich\x1b[0m" in shell("uns tree -m $MODEL", FORCE_COLOR="1")[1]
    assert b"\x1b" not in shell("uns tree -m $MODEL", FORCE_COLOR="1", NO_COLOR="1")[1]
