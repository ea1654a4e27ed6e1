"""``pytest --accept``: stored texts are written anew where the code says something else now.

A test holds a stored text against the code with the fixture ``stored``. Without
the option a difference fails the test, as any ``assert`` does. With it the text
is replaced where it stands and the test passes; what else is in the file stays
as it is, and a line at the end names the files that were written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

__all__ = ["CannotReplace", "Stored", "with_value"]

#: Keys and indices that lead to a value of a YAML file.
Where: TypeAlias = Sequence[str | int]
#: Where a text changes, from and to, and what comes there.
Edit: TypeAlias = tuple[int, int, str]

#: The fast one, if it is there.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WRITTEN = pytest.StashKey[set[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write stored texts anew where the code says something else now",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--accept"):
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("--accept is for a person who reads the differences; CI is set")
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--accept writes files from one process; leave out -n")
    config.stash[_WRITTEN] = set()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    config = terminalreporter.config
    written = config.stash.get(_WRITTEN, None)
    if written is not None:
        names = sorted(os.path.relpath(path, config.invocation_params.dir) for path in written)
        terminalreporter.write_line(" ".join(["written anew:", *(names or ["none"])]))


@pytest.fixture(scope="session")
def stored(pytestconfig: pytest.Config) -> Stored:
    return Stored(pytestconfig.stash.get(_WRITTEN, None))


class CannotReplace(ValueError):
    """A text that does not fit where it should go; a person has to write it."""


class Stored:
    """Stored texts; ``written`` collects the files written anew, and is None where none may be."""

    def __init__(self, written: set[Path] | None) -> None:
        self._written = written

    def text(self, path: Path, said: str) -> None:
        """The file holds this text and nothing else."""
        present = path.read_text(encoding="utf-8") if path.exists() else None
        if present != said and self._written is not None:
            self._write(path, said.encode())
        else:
            assert said == present, path

    def data(self, path: Path, said: bytes, seen: Callable[[bytes], object] = bytes) -> None:
        """The file holds these bytes, or others in which the same is ``seen``."""
        present = path.read_bytes() if path.exists() else None
        same = present is not None and seen(present) == seen(said)
        if not same and self._written is not None:
            self._write(path, said)
        else:
            assert same, f"{path} is not current"

    def folder(self, path: Path, said: Mapping[str, bytes]) -> None:
        """The folder holds these files and no others."""
        others = {found.name for found in path.iterdir()} - set(said)
        assert not others or self._written is not None, f"{path} holds too much: {others}"
        for name in others:
            (path / name).unlink()
            self._written.add(path / name)
        for name, data in said.items():
            self.data(path / name, data)

    def value(self, path: Path, where: Where, said: Any, present: Any) -> None:
        """The YAML file holds ``said`` at this place; ``present`` is what was read there."""
        self.part(path, said, present, lambda text: with_value(text, where, said))

    def part(self, path: Path, said: Any, present: Any, replaced: Callable[[str], str]) -> None:
        """A part of the file is ``said``; ``replaced`` makes the text in which it is."""
        if said != present and self._written is not None:
            self._write(path, replaced(path.read_text(encoding="utf-8")).encode())
        else:
            assert said == present

    def _write(self, path: Path, data: bytes) -> None:
        assert self._written is not None
        path.write_bytes(data)
        self._written.add(path)


# --- a value of a YAML file ------------------------------------------------------------------------


def with_value(text: str, where: Where, said: str | list[str]) -> str:
    """The YAML text with this value there, its comments and all the rest as they were.

    A text takes the place of a text, as a block if that was one. Of a list only
    the items change that differ. An empty list takes its key with it, and a list
    without its key comes at the end of the mapping.
    """
    *above, last = where
    parent = _node(yaml.compose(text, LOADER), above)
    key, node = _member(parent, last)
    if isinstance(said, str) and node is not None:
        edits = [_replaced(text, node, said)]
    elif isinstance(said, list) and node is None:
        added = _lines(parent.start_mark.column, f"{last}:") + _items(
            parent.start_mark.column + 2, said
        )
        edits = [(_end(text, parent), _end(text, parent), added)]
    elif isinstance(said, list) and said:
        edits = list(_list_edits(text, node, said))
    else:
        edits = [(_line_start(text, key), _end(text, node), "")]
    made = text
    for start, end, new in sorted(edits, reverse=True):
        made = made[:start] + new + made[end:]
    _prove(text, made, where, said)
    return made


def _node(node: yaml.Node, where: Where) -> yaml.Node:
    for step in where:
        _, node = _member(node, step)
    return node


def _member(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The key and the value of a member; two times None where there is none."""
    if isinstance(step, int):
        return None, node.value[step]
    return next(((k, v) for k, v in node.value if k.value == step), (None, None))


def _list_edits(text: str, node: yaml.Node, said: list[str]) -> Iterator[Edit]:
    items = node.value
    matched = SequenceMatcher(None, [item.value for item in items], said, autojunk=False)
    for what, first, last, new_first, new_last in matched.get_opcodes():
        if what == "equal":
            continue
        old, new = items[first:last], said[new_first:new_last]
        yield from (_replaced(text, item, one) for item, one in zip(old, new, strict=False))
        for item in old[len(new) :]:
            yield _line_start(text, item), _end(text, item), ""
        if new[len(old) :]:
            place = _end(text, items[last - 1]) if last else _line_start(text, items[0])
            yield place, place, _items(node.start_mark.column, new[len(old) :])


def _replaced(text: str, node: yaml.Node, said: str) -> Edit:
    start, end = node.start_mark.index, node.end_mark.index
    if node.style not in {"|", ">"} or not said.strip():
        return start, end, json.dumps(said, ensure_ascii=False)
    header, _, body = text[start:end].partition("\n")
    indent = len(body.lstrip("\n")) - len(body.lstrip())
    header = _style(said) + header.lstrip("|>+-0123456789")
    return start, _end(text, node), f"{header}\n{_lines(indent, said)}"


def _items(indent: int, said: Sequence[str]) -> str:
    """A list of blocks."""
    return "".join(f"{' ' * indent}- {_style(one)}\n{_lines(indent + 2, one)}" for one in said)


def _style(said: str) -> str:
    return "|" if said.endswith("\n") else "|-"


def _lines(indent: int, said: str) -> str:
    lines = said.removesuffix("\n").split("\n")
    return "".join(f"{' ' * indent if line else ''}{line}\n" for line in lines)


def _line_start(text: str, node: yaml.Node) -> int:
    return text.rfind("\n", 0, node.start_mark.index) + 1


def _end(text: str, node: yaml.Node) -> int:
    """Where the line ends in which the node ends; empty lines behind it are not its own."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    written = text[: node.end_mark.index].rstrip()
    return text.find("\n", len(written)) + 1 or len(text)


def _prove(text: str, made: str, where: Where, said: str | list[str]) -> None:
    """The new text says this there, and what the old one said everywhere else."""
    *above, last = where
    expected = yaml.load(text, LOADER)
    parent = expected
    for step in above:
        parent = parent[step]
    parent[last] = said
    if said == []:
        del parent[last]
    try:
        right = yaml.load(made, LOADER) == expected
    except yaml.YAMLError:
        right = False
    if not right:
        raise CannotReplace(f"write this by hand at {'/'.join(map(str, where))}: {said!r}")
