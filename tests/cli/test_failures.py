"""A command that cannot go on: one line on the standard error, and exit status 2, whatever happened."""

from __future__ import annotations

import errno
import importlib
import io
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import BOTTLING, Run
from uns.cli import main
from uns.cli.arguments import COMMANDS
from uns.diagnostics import UNSError
from uns.generators import site
from uns.loading import loader
from uns.payloads import validators

NAMES = [command.command() for command in COMMANDS]

LINE1 = "bottlingcompany/munich/bottling/line1"

#: Arguments with which each command writes an answer; it runs in the folder of the example.
ANSWERING = {
    "check": "",
    "tree": "",
    "topics": "",
    "topic check": f"{LINE1}/speed",
    "topic explain": f"{LINE1}/speed",
    "match": "'#' a/b",
    "filters list": "--level site --endpoint _info",
    "filters check": "-",
    "payload check": f"{LINE1}/speed -",
    "payload schema": "vtq/1",
    "payload example": "vtq/1",
    "kafka to": f"{LINE1}/speed",
    "kafka from": f"uns.bottlingcompany.munich.bottling {LINE1}/speed",
    "kafka plan": "'#'",
    "kafka topics": "",
    "kafka budget": "",
    "diff": f"{BOTTLING} {BOTTLING}",
    "breaking": f"--against {BOTTLING}",
    "docs build": "-o {folder}",
    "export": "markdown -o {folder}",
    "schema": "",
    "init": "{folder}",
    "rule": "N101",
    "completion": "bash",
}


def arguments_of(name: str, folder: Path) -> list[str]:
    assert name in ANSWERING, "name arguments with which the new command writes an answer"
    return [*name.split(), *shlex.split(ANSWERING[name].format(folder=folder))]


def one_line(text: str) -> str:
    assert text.startswith("uns: error: ")
    assert text.count("\n") == 1
    assert text.endswith("\n")
    return text.removeprefix("uns: error: ").rstrip("\n")


def fail_in(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    def run(*_given: object) -> int:
        raise error

    module = importlib.import_module(f"uns.cli.commands.{name.replace(' ', '_')}")
    monkeypatch.setattr(module, "run", run)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_answers_with_these_arguments(bottling: Run, name: str, tmp_path: Path):
    done = bottling(*arguments_of(name, tmp_path), stdin=b"{}")
    assert done.status in {0, 1}
    assert done.out


@pytest.mark.parametrize("name", NAMES)
def test_an_error_that_nobody_foresaw_is_one_line_and_status_2(
    bottling: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fail_in(monkeypatch, name, RuntimeError("half\n\x1b[31m way"))
    done = bottling(*arguments_of(name, tmp_path))
    assert (done.status, done.out) == (2, "")
    assert one_line(done.err) == (
        "uns failed with RuntimeError: half \\x1b[31m way; please report it, with what"
        " UNS_TRACEBACK=1 shows"
    )


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"init", "match", "filters check", "rule", "completion", "schema"}])  # fmt: skip
def test_an_error_deep_in_a_command_is_one_line_and_status_2(
    bottling: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def load(*_given: object) -> None:
        raise RuntimeError("deep")

    monkeypatch.setattr(loader, "_load", load)
    done = bottling(*arguments_of(name, tmp_path), stdin=b"{}")
    assert (done.status, done.out) == (2, "")
    assert one_line(done.err).startswith("uns failed with RuntimeError: deep; please report it")


class NoSpace(io.RawIOBase):
    """A file on a full disk."""

    def __init__(self, number: int) -> None:
        self.number = number

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise OSError(self.number, "No space left on device")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("number", "status"),
    [pytest.param(errno.ENOSPC, 2, id="full disk"), pytest.param(errno.EPIPE, 141, id="no reader")],
)
def test_every_command_tells_that_its_output_cannot_be_written(
    name: str,
    number: int,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(BOTTLING.parent)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(NoSpace(number), write_through=True))  # type: ignore[type-var]
    assert main(arguments_of(name, tmp_path)) == status
    monkeypatch.undo()
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert status == 141 or said.endswith("uns: error: no space left on device\n")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(MemoryError(), "out of memory", id="memory"),
        pytest.param(
            RecursionError("maximum recursion depth exceeded"),
            "uns failed with RecursionError: maximum recursion depth exceeded; please",
            id="recursion",
        ),
        pytest.param(KeyError("x"), "uns failed with KeyError: 'x'; please", id="bug"),
        pytest.param(AssertionError(), "uns failed with AssertionError; please", id="no text"),
        pytest.param(ValueError("x" * 9_999), f"ValueError: {'x' * 200}; please", id="long text"),
        pytest.param(
            OSError(errno.EIO, "Input/output error", "/dev/\x1bx"),
            "input/output error: /dev/\\x1bx",
            id="a file",
        ),
        pytest.param(OSError("bad"), "uns failed with OSError: bad; please", id="no number"),
        pytest.param(UNSError("a\x1bb"), "a\\x1bb", id="an error of the library"),
    ],
)
def test_what_is_told_of_an_error(
    bottling: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
):
    fail_in(monkeypatch, "tree", error)
    done = bottling("tree")
    assert (done.status, done.out) == (2, "")
    assert said in one_line(done.err)


def test_ctrl_c_has_its_own_status(bottling: Run, monkeypatch: pytest.MonkeyPatch):
    fail_in(monkeypatch, "tree", KeyboardInterrupt())
    assert bottling("tree") == (130, "", "")


def test_the_traceback_is_shown_where_it_is_asked_for(
    bottling: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UNS_TRACEBACK", "1")
    fail_in(monkeypatch, "tree", RuntimeError("\x1b"))
    done = bottling("tree")
    assert done.status == 2
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert "RuntimeError: \\x1b\nuns: error: uns failed with RuntimeError: \\x1b;" in done.err


def test_a_standard_error_that_cannot_be_written_leaves_the_status(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(NoSpace(errno.ENOSPC), write_through=True))  # type: ignore[type-var]
    assert main(["tree", "-m", "none"]) == 2


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("a-folder", id="a folder"),
        pytest.param("none/none.uns.yaml", id="no folder"),
        pytest.param("a\0b", id="a path no file can have"),
        pytest.param("x" * 5_000, id="too long a path"),
    ],
)
@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"rule", "completion"}])
def test_a_model_that_cannot_be_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, path: str):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-folder").mkdir()
    given = {
        "check": [path],
        "diff": [path, path],
        "breaking": [path, "--against", path],
        "init": [f"{path}/x/y"],
        "match": ["#", "a", "--explain", "-m", path],
    }
    arguments = given.get(name, [*arguments_of(name, tmp_path / "out")[len(name.split()) :], "-m", path])  # fmt: skip
    done = run(*name.split(), *arguments, stdin=b"{}")
    assert (done.status, done.out) == (2, "")
    assert len(one_line(done.err)) < 6_000


# --- extras ----------------------------------------------------------------------------------------

WITH_SCHEMA = """\
uns: 1
payloads:
  foreign/1: {json_schema: foreign.json, examples: [{}]}
sites:
  lyon:
    topics: {order: {payload: foreign/1}}
"""


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["docs", "build", "-o", "out"], id="docs build"),
        pytest.param(["docs", "build", "-o", "out", "--single-file"], id="docs build in one file"),
        pytest.param(["export", "site", "-o", "out"], id="export site"),
    ],
)
def test_a_site_without_jinja2_names_the_extra(
    bottling: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setattr(site, "jinja2", None)
    monkeypatch.chdir(tmp_path)
    done = bottling(*arguments, "-m", str(BOTTLING))
    assert (done.status, done.out) == (2, "")
    assert "pip install 'unified-namespace[docs]'" in one_line(done.err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["payload", "check", "lyon/order", "-"], id="payload check"),
        pytest.param(["payload", "example", "foreign/1"], id="payload example"),
    ],
)
def test_a_json_schema_without_jsonschema_rs_names_the_extra(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    monkeypatch.setattr(validators, "_COMPILED", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plant.uns.yaml").write_text(WITH_SCHEMA, encoding="utf-8")
    (tmp_path / "foreign.json").write_text("{}", encoding="utf-8")
    done = run(*arguments, stdin=b"{}")
    assert (done.status, done.out) == (2, "")
    assert "pip install 'unified-namespace[jsonschema]'" in one_line(done.err)


def test_a_check_that_lacks_jsonschema_rs_does_not_pass(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(validators, "jsonschema_rs", None)
    monkeypatch.setattr(validators, "_COMPILED", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plant.uns.yaml").write_text(WITH_SCHEMA, encoding="utf-8")
    (tmp_path / "foreign.json").write_text("{}", encoding="utf-8")
    done = run("check")
    assert done.status == 2
    assert done.err == (
        "uns: error: not checked: the contract foreign/1 is a JSON Schema, which needs"
        " jsonschema-rs: pip install 'unified-namespace[jsonschema]'\n"
    )


def test_the_strategies_without_hypothesis_name_the_extra():
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try: import uns.testing\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("pip install 'unified-namespace[testing]'\n")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["docs", "build", "-o", "file/out"], id="docs build"),
        pytest.param(["export", "markdown", "-o", "file/out"], id="export"),
        pytest.param(["check", "--output-format", "json=file/out"], id="check"),
        pytest.param(["check", "--baseline", "file/out", "--add-baseline"], id="baseline"),
        pytest.param(["breaking", "--against", str(BOTTLING), "--output-format", "sarif=file/out"], id="breaking"),
        pytest.param(["topic", "check", "--from-files", "file", "--output-format", "junit=file/out"], id="topic check"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("bottlingcompany/munich", encoding="utf-8")
    done = run(*arguments, "-m", str(BOTTLING))
    assert (done.status, done.out) == (2, "")
    assert one_line(done.err.splitlines(keepends=True)[-1]).endswith(": not a directory")
