"""What commands read: files, the standard input, and one message."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from uns.cli import inputs
from uns.cli.inputs import message, source
from uns.cli.terminal import CannotRun


def test_a_message_is_no_longer_than_mqtt_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LONGEST_MESSAGE", 3)
    assert message(io.BytesIO(b"123")) == b"123"
    with pytest.raises(CannotRun, match="longer than 3 bytes"):
        message(io.BytesIO(b"1234"))


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        pytest.param("none.json", "no such file or directory", id="no file"),
        pytest.param(".", "is a directory", id="a folder"),
        pytest.param("a\0b", "null", id="no path"),
    ],
)
def test_a_file_that_cannot_be_read(file: str, reason: str) -> None:
    with pytest.raises(CannotRun, match=reason), source(file):
        pass


def test_what_goes_wrong_while_a_file_is_read_is_not_its_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"{}")

    def read() -> None:
        with source(str(path)) as stream:
            assert message(stream) == b"{}"
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        read()


def test_without_a_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(CannotRun, match="there is no standard input"), source("-"):
        pass
