"""Python: strings in the syntax tree.

Strings that one expression puts together are one text: ``+`` of strings, f-strings,
``"/".join([...])``, and names that the module binds once, to such a text. All other parts are
holes.
"""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, chain

from uns.code.readers.found import Found, NotReadable, Use, with_holes
from uns.code.traces import HOLE

#: Largest module that is parsed, in characters: its tree takes several hundred times the memory.
LARGEST = 512 * 1024

#: Longest text that is put together; constants that double each other could grow without limit.
LONGEST = 1_000


def in_python(text: str) -> Iterator[Found]:
    """The strings of a Python text, put together as far as possible.

    Raises:
        NotReadable: the text is not Python.
    """
    if len(text) > LARGEST:
        raise NotReadable(f"it has more than {LARGEST:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        yield from _Strings(text, tree).found()
    except SyntaxError as error:
        line = f" (line {error.lineno})" if error.lineno else ""
        raise NotReadable(f"it is not Python as this version reads it{line}") from None
    except (ValueError, RecursionError, MemoryError):
        raise NotReadable("it is not Python that can be parsed") from None


def comments(text: str) -> list[tuple[int, int]]:
    """The start and end of the comments of a Python text, as far as it can be read."""
    starts = list(_line_starts(text))
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                start = starts[token.start[0] - 1] + token.start[1]
                found.append((start, start + len(token.string)))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    return found


def _line_starts(text: str) -> Iterator[int]:
    return chain([0], (found.end() for found in re.finditer(r"\r\n|\r|\n", text)))


class _Strings:
    """The string expressions of one module."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.tree = tree
        self.columns = _Columns(text)
        self.constants = _constants(tree)
        self.uses = dict(_uses(tree, self.constants))
        #: The texts of names, ``None`` while they are being put together.
        self._known: dict[str, str | None] = {}

    def found(self) -> Iterator[Found]:
        """The string expressions that are not part of a larger one, with their texts."""
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            text = self._text(node) if isinstance(node, ast.expr) else None
            if text is not None and isinstance(node, ast.expr) and not isinstance(node, ast.Name):
                yield Found(text, *self.columns.extent(node), self.uses.get(id(node)))
                pending += self._fillings(node)
            elif _is_sum(node):
                pending += _pieces(node)
            else:
                pending += ast.iter_child_nodes(node)

    def _text(self, node: ast.expr) -> str | None:
        """The text of an expression, with holes; ``None`` if it is not a text."""
        match node:
            case ast.Constant(value=str(text)):
                return with_holes(text)
            case ast.Constant(value=bytes(data)):
                return with_holes(data.decode("utf-8", "replace"))
            case ast.Name():
                return self._constant(node.id)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._text(value)
        pieces = _pieces(node)
        texts = [self._text(piece) for piece in pieces]
        if not pieces or (_is_sum(node) and not any(text is not None for text in texts)):
            return None
        between = node.func.value.value if isinstance(node, ast.Call) else ""  # type: ignore[attr-defined]
        if sum(len(text or HOLE) + len(between) for text in texts) > LONGEST:
            return HOLE
        joined: str = between.join(HOLE if text is None else text for text in texts)
        return joined

    def _fillings(self, node: ast.expr) -> Iterator[ast.expr]:
        """The expressions inside a text that are not texts themselves."""
        for piece in _pieces(node):
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            if self._text(inner) is None:
                yield inner
            else:
                yield from self._fillings(inner)

    def _constant(self, name: str) -> str | None:
        if name not in self._known:
            value = self.constants.get(name)
            self._known[name] = None  # a name defined by itself does not have a text
            if value is not None:
                self._known[name] = self._text(value)
        return self._known[name]


#: The uses of arguments, by position and keyword, of calls with these names, which are those of
#: paho-mqtt, aiomqtt, gmqtt, asyncio-mqtt and the AWS IoT SDK.
_CALLS: dict[str, tuple[tuple[int, str, Use], ...]] = {
    "publish": ((0, "topic", Use.PUBLISH),),
    "publish_async": ((0, "topic", Use.PUBLISH),),
    "will_set": ((0, "topic", Use.PUBLISH),),
    "subscribe": ((0, "topic", Use.SUBSCRIBE),),
    "subscribe_async": ((0, "topic", Use.SUBSCRIBE),),
    "unsubscribe": ((0, "topic", Use.SUBSCRIBE),),
    "message_callback_add": ((0, "sub", Use.SUBSCRIBE),),
    "message_callback_remove": ((0, "sub", Use.SUBSCRIBE),),
    "topic_matches_sub": ((0, "sub", Use.SUBSCRIBE), (1, "topic", Use.PUBLISH)),
}


def _uses(tree: ast.Module, constants: dict[str, ast.expr]) -> Iterator[tuple[int, Use]]:
    """The uses of expressions, by their ``id``; for a name, of the expression it is bound to."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _CALLS:
                for place, keyword, use in _CALLS[name]:
                    said = [*node.args[place : place + 1]]
                    said += [given.value for given in node.keywords if given.arg == keyword]
                    for argument in said:
                        for text in _listed(argument):
                            bound = constants.get(text.id) if isinstance(text, ast.Name) else None
                            yield id(bound or text), use


def _listed(argument: ast.expr) -> Iterator[ast.expr]:
    """The texts of an argument: itself, the items of a list, the first of a pair with a QoS."""
    match argument:
        case ast.List(elts=several):
            for one in several:
                yield one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one
        case ast.Tuple(elts=[first, *_]):
            yield first
        case _:
            yield argument


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def _pieces(node: ast.AST) -> list[ast.expr]:
    """The parts that an expression puts together to one text, from left to right."""
    match node:
        case ast.JoinedStr(values=pieces):
            return pieces
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str()), attr="join"),
            args=[ast.List(elts=pieces) | ast.Tuple(elts=pieces)],
            keywords=[],
        ):
            return pieces
        case ast.BinOp(op=ast.Add()):
            # A long sum is a deep tree: not by recursion.
            summands: list[ast.expr] = []
            pending: list[ast.expr] = [node]
            while pending:
                part = pending.pop()
                if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
                    pending += [part.right, part.left]
                else:
                    summands.append(part)
            return summands
    return []


class _Columns:
    """Converts positions of nodes (line, and column in bytes of UTF-8) to code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = list(_line_starts(text))
        #: The bytes before each character of a line that is not in ASCII.
        self._bytes: dict[int, list[int] | None] = {}

    def extent(self, node: ast.expr) -> tuple[int, int]:
        """The start and end of an expression."""
        start = self._offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return start, start + 1
        return start, self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        if line not in self._bytes:
            end = self.starts[line] if line < len(self.starts) else len(self.text)
            written = self.text[self.starts[line - 1] : end]
            self._bytes[line] = None if written.isascii() else _bytes_before(written)
        before = self._bytes[line]
        ahead = column if before is None else bisect.bisect_left(before, column)
        return self.starts[line - 1] + ahead


def _bytes_before(line: str) -> list[int]:
    """The number of bytes before each character of a line, and before its end."""
    return list(accumulate((len(character.encode()) for character in line), initial=0))


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The expressions bound to names that are bound only once in the module."""
    bound: Counter[str] = Counter()
    for node in ast.walk(tree):
        bound.update(_bound_by(node))
    constants: dict[str, ast.expr] = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if bound[name] == 1:
                constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if (
                bound[name] == 1
            ):
                constants[name] = value
    return constants


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
