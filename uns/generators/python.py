"""A typed Python module: topics to complete in an editor, payloads that mypy checks.

Equipment becomes classes. Equipment with the same topics and parts shares a class,
so the length of the module depends on how varied the model is, not on how large
the plant is. A topic is a ``str`` that knows the type of its messages. The module
needs nothing but Python.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from uns.generators.identifiers import BUILTINS, Names, class_name, identifier
from uns.generators.python_types import TopicType, Types
from uns.generators.targets import Generated, InvalidOption, Losses, Option, Target, mark
from uns.model.catalogue import open_nodes
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import PlaceKind, descend
from uns.payloads import type_in_words
from uns.topics.patterns import Pattern
from uns.topics.sets import Choice
from uns.topics.templates import Fixed, Name, Segment

#: The most numbers and the most words that are listed in the type of an argument.
MOST_WORDS = 50

_RUNTIME = '''\
"""Topics of a Unified Namespace, typed: complete them in an editor, let mypy check their messages.

Start with the equipment at the end of this module and go down by attributes. To get one member of a
family, call it with its value; `every_...` is all members. A topic is a `str`, so it goes as it is
into any client::

    client.publish(topic, topic.dumps(message))     # mypy checks the message
    message = topic.loads(payload)                  # typed, but not checked: use the model for that

Below `every_...` a topic is a topic filter, to subscribe to. Its `+` matches every level there, also
those of equipment beside the family. This module needs Python 3.11 and nothing else.
"""

import json as _json
import re as _re
from typing import (
    Any as _Any,
    Generic as _Generic,
    Literal as _Literal,
    NotRequired as _NotRequired,
    TypedDict as _TypedDict,
    TypeVar as _TypeVar,
    cast as _cast,
    overload as _overload,
)

_P = _TypeVar("_P")
_N = _TypeVar("_N", bound="Position")


class Topic(str, _Generic[_P]):
    """A topic name, or a topic filter below `every_...`, and the type of its messages."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message; mypy checks the fields, a broker or a consumer their values."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return _json.dumps(message, ensure_ascii=False, allow_nan=False).encode()

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload; its type is taken on trust."""
        return _cast(_P, _json.loads(payload))


class TextTopic(Topic[_P]):
    """A topic whose messages are text as it is, without the quotes of JSON."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return str(message).encode()

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload; its type is taken on trust."""
        return _cast(_P, payload if isinstance(payload, str) else payload.decode())


class BytesTopic(Topic[_P]):
    """A topic whose messages are bytes."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message, which is the message."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return _cast(bytes, message)

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload, which is the payload."""
        return _cast(_P, payload.encode() if isinstance(payload, str) else payload)


class Position:
    """A position of the namespace; `str()` gives its topic name."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __str__(self) -> str:
        return self._path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path!r}>"


class _Leaf(_Generic[_P]):
    """A topic below a position."""

    def __init__(self, level: str, kind: type[Topic[_Any]] = Topic) -> None:
        self._level = level
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Leaf[_P]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> Topic[_P]: ...
    def __get__(self, at: Position | None, owner: type) -> "_Leaf[_P] | Topic[_P]":
        return self if at is None else self._kind(f"{at}/{self._level}")


class _Own(_Generic[_P]):
    """The topic of a position itself."""

    def __init__(self, kind: type[Topic[_Any]] = Topic) -> None:
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Own[_P]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> Topic[_P]: ...
    def __get__(self, at: Position | None, owner: type) -> "_Own[_P] | Topic[_P]":
        return self if at is None else self._kind(str(at))


class _Part(_Generic[_N]):
    """A position below another."""

    def __init__(self, level: str, kind: type[_N]) -> None:
        self._level = level
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Part[_N]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> _N: ...
    def __get__(self, at: Position | None, owner: type) -> "_Part[_N] | _N":
        return self if at is None else self._kind(f"{at}/{self._level}")


def _one(value: object, *items: tuple[int, int, int] | str) -> str:
    """The text of one of a set: words, and ranges of numbers with the width of their zeros."""
    for item in items:
        if isinstance(item, str):
            if value == item:
                return item
        elif isinstance(value, int) and item[0] <= value <= item[1]:
            return f"{value:0{item[2]}d}"
    known = (i if isinstance(i, str) else f"{i[0]:0{i[2]}d}..{i[1]:0{i[2]}d}" for i in items)
    raise ValueError(f"{value!r} is none of {', '.join(known)}")


def _like(value: str, pattern: str) -> str:
    """A text that the pattern takes and that is one topic level."""
    if _re.fullmatch(pattern, value) is None or _re.search("[/+#\\0]", value):
        raise ValueError(f"{value!r} is not like {pattern}")
    return value


def _besides(level: str, names: tuple[str, ...], pattern: str) -> str:
    """A level of an open set that is none of the names and families beside it."""
    if level in names or _re.fullmatch(pattern, level):
        raise ValueError(f"{level!r} has a place of its own")
    return level
'''


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of a position at one level: a topic, a position, or both."""

    segment: Segment
    #: The type of its messages, if it is a topic.
    payload: TopicType | None
    doc: str
    #: The number of its shape, if there is something below it.
    shape: int | None
    #: Its name if its segment has no words.
    what: str


#: The content of a class: the type of the position's own topic, and the members below it.
_Shape: TypeAlias = tuple[TopicType | None, tuple[_Member, ...]]


@dataclass(slots=True)
class _Open:
    """A node whose members are still being collected."""

    node: Node
    below: Iterator[Node]
    members: list[_Member] = field(default_factory=list)


class _Module:
    """One module while it is written."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.names = Names(
            {*BUILTINS, "Topic", "TextTopic", "BytesTopic", "Position", "MODEL_ID", "MODEL_VERSION"}
        )
        self.losses = Losses(LOSSES)
        self.types = Types(self.names, self.losses)
        self.classes: list[str] = []
        #: What a shape holds -> its number; and its class by number.
        self._shapes: dict[_Shape, int] = {}
        self._class_names: list[str] = []

    def write(self, name: str) -> Generated:
        """The module as a file."""
        model = self.namespace.model
        roots = {self.names.take(_member_name(member)): member for member in self._walk()}
        for made in self._shape_lines():
            self.classes += made
        lines = [f"# {mark('python')}", "# ruff: noqa", "# fmt: off", _RUNTIME, ""]
        lines += [f"MODEL_ID = {model.id!r}", f"MODEL_VERSION = {model.version!r}"]
        lines += self.types.lines + self.classes + ["", ""]
        prefix = "".join(f"{level}/" for level in self.namespace.root_levels)
        for root, member in roots.items():
            lines += self._root_lines(root, prefix, member)
        text = "\n".join(lines).rstrip() + "\n"
        for node in open_nodes(self.namespace):
            template = node.template.text
            said = f"topics below the open node {template} are not modelled and have no names here"
            self.losses.add("X303", template, said)
        return Generated({f"{name}.py": text.encode()}, tuple(self.losses))

    # --- shapes ------------------------------------------------------------------------------------

    def _walk(self) -> Iterator[_Member]:
        """The members at the top, once everything below them is known."""
        below_root_levels = descend(
            self.namespace.root.members(expand=False),
            lambda node: node.members(expand=False) if node.kind is PlaceKind.ROOT else (),
        )
        for top in below_root_levels:
            if top.kind is PlaceKind.ROOT:
                continue
            pending = [_Open(top, top.members(expand=False))]
            while pending:
                current = pending[-1]
                node = next(current.below, None)
                if node is not None:
                    pending.append(_Open(node, node.members(expand=False)))
                    continue
                pending.pop()
                member = self._member(current)
                if member is not None and pending:
                    pending[-1].members.append(member)
            if member is not None:
                yield member

    def _member(self, done: _Open) -> _Member | None:
        """A node with all its members; ``None`` if nothing is published at or below it."""
        node = done.node
        contract = node.contract
        payload = None if contract is None else self.types.of(contract)
        if payload is None and not done.members:
            return None
        shape = None
        if done.members or node.kind is PlaceKind.EQUIPMENT:
            shape = self._shape(node, payload, tuple(done.members))
        level = node.equipment_level
        what = level.name if level else str(node.kind)
        return _Member(node.segment, payload, _doc(node) if payload else "", shape, what)

    def _shape(self, node: Node, own: TopicType | None, members: tuple[_Member, ...]) -> int:
        content = (own, members)
        number = self._shapes.get(content)
        if number is None:
            number = self._shapes[content] = len(self._class_names)
            classes, level = node.classes, node.equipment_level
            if classes:
                wanted = "".join(class_name(class_.name) for class_ in classes[:3])
            else:
                wanted = class_name(level.name if level else node.name)
            self._class_names.append(self.names.take(wanted))
        return number

    def _shape_lines(self) -> Iterator[list[str]]:
        for (own, members), number in self._shapes.items():
            yield ["", "", *self._class_lines(self._class_names[number], own, members)]

    # --- lines -------------------------------------------------------------------------------------

    def _class_lines(
        self, name: str, own: TopicType | None, members: tuple[_Member, ...]
    ) -> Iterator[str]:
        used = {"bytes", "int", "str", "Topic", "TextTopic", "BytesTopic", "Position"}
        used |= {own.messages} if own is not None else set()
        used |= {self._class_names[m.shape] for m in members if m.shape is not None}
        used |= {m.payload.messages for m in members if m.payload is not None}
        names = Names({*used, "own"})
        yield f"class {name}(Position):"
        yield "    __slots__ = ()"
        if own is not None:
            yield f"    own = _Own[{own.messages}]({'' if own.is_json else own.topic})"
        for member in members:
            yield from self._member_lines(names, member)

    def _member_lines(self, names: Names, member: _Member) -> Iterator[str]:
        wanted = _member_name(member)
        name = names.take(wanted)
        literal = member.segment.literal
        if literal is not None:
            yield f"    {name} = {self._descriptor(literal, member)}"
            if member.doc:
                yield f"    {member.doc!r}"
            return
        yield f"    {names.take(f'every_{wanted}')} = {self._descriptor('+', member)}"
        doc = member.doc or f"One of {member.segment.text}."
        for line in self._function(name, member, ["self"], "f'{self._path}/'", doc):
            yield f"    {line}"

    def _descriptor(self, level: str, member: _Member) -> str:
        if member.payload is not None and member.shape is None:
            kind = "" if member.payload.is_json else f", {member.payload.topic}"
            return f"_Leaf[{member.payload.messages}]({level!r}{kind})"
        return f"_Part({level!r}, {self._class(member)})"

    def _class(self, member: _Member) -> str:
        return "Position" if member.shape is None else self._class_names[member.shape]

    def _type(self, member: _Member) -> str:
        if member.payload is not None and member.shape is None:
            return f"{member.payload.topic}[{member.payload.messages}]"
        return self._class(member)

    def _function(
        self, name: str, member: _Member, first: list[str], lead: str, doc: str
    ) -> Iterator[str]:
        """A function for one of a family; ``lead`` is the code for the path above it."""
        path = " + ".join(filter(None, [lead, _level(member.segment)]))
        type_ = self._type(member)
        yield f"def {name}({', '.join([*first, *_parameters(member.segment)])}) -> {type_}:"
        yield f"    {doc!r}"
        yield f"    return {type_.partition('[')[0]}({path})"

    def _root_lines(self, name: str, prefix: str, member: _Member) -> Iterator[str]:
        type_, literal = self._type(member), member.segment.literal
        make = type_.partition("[")[0]
        if literal is not None:
            annotation = f": {type_}" if member.shape is None else ""
            yield f"{name}{annotation} = {make}({prefix + literal!r})"
            if member.doc:
                yield f"{member.doc!r}"
            return
        yield f"{self.names.take(f'every_{name}')}: {type_} = {make}({prefix + '+'!r})"
        doc = f"One of {member.segment.text}."
        function = self._function(name, member, [], prefix and repr(prefix), doc)
        yield from ("", "", *function, "", "")


# --- families --------------------------------------------------------------------------------------


def _member_name(member: _Member) -> str:
    """A name from the words of a segment: its fixed text, or the name in its braces."""
    segment = member.segment
    words = " ".join(part.text for part in segment.parts if isinstance(part, Fixed))
    has_words = any(character.isalnum() for character in words)
    return identifier(words if has_words else segment.name or member.what)


def _arguments(segment: Segment) -> Iterator[tuple[str, Choice | Name]]:
    """The varying parts of a segment with the names of their arguments."""
    names = Names({"self"})
    for part in segment.varying:
        if isinstance(part, Name):
            yield names.take(identifier(part.name)), part
        else:
            _, words = part.merged()
            yield names.take("word" if words else "number"), part


def _parameters(segment: Segment) -> list[str]:
    return [f"{name}: {_type_of(part)}" for name, part in _arguments(segment)]


def _type_of(part: Choice | Name) -> str:
    if isinstance(part, Name):
        return "str"
    ranges, words = part.merged()
    values: list[int | str] = []
    types = []
    if sum(each.high - each.low + 1 for each in ranges) <= MOST_WORDS:
        values += (n for each in ranges for n in range(each.low, each.high + 1))
    else:
        types.append("int")
    if len(words) <= MOST_WORDS:
        values += sorted(words)
    else:
        types.append("str")
    if values:
        types.append(f"_Literal[{', '.join(map(repr, dict.fromkeys(values)))}]")
    return " | ".join(types)


def _level(segment: Segment) -> str:
    """The expression that makes the level."""
    level = " + ".join(_expressions(segment))
    if not segment.less:
        return level
    names = tuple(each.literal for each in segment.less if each.literal is not None)
    families = "|".join(_regex(each) for each in segment.less if each.literal is None)
    return f"_besides({level}, {names!r}, {families or _NEVER!r})"


#: An expression that matches no text.
_NEVER = "(?!)"


def _regex(segment: Segment) -> str:
    """The levels of a family as an expression for Python."""
    pieces = []
    for part in segment.parts:
        if isinstance(part, Choice):
            ranges, words = part.merged()
            numbers = (Pattern.number_range(r.low, r.high, r.width or None).group for r in ranges)
            pieces.append(f"(?:{'|'.join([*numbers, *map(re.escape, sorted(words))])})")
        elif isinstance(part, Fixed):
            pieces.append(re.escape(part.text))
    return "".join(pieces)


def _expressions(segment: Segment) -> Iterator[str]:
    """The expressions that make the level: fixed texts, and checked arguments."""
    arguments = _arguments(segment)
    for part in segment.parts:
        if isinstance(part, Fixed):
            yield repr(part.text)
            continue
        name, _ = next(arguments)
        if isinstance(part, Name):
            yield f"_like({name}, {part.pattern.json_schema if part.pattern else '[^/]*'!r})"
        else:
            ranges, words = part.merged()
            items = [repr((each.low, each.high, each.width)) for each in ranges]
            items += map(repr, sorted(words))
            yield f"_one({name}, {', '.join(items)})"


def _doc(node: Node) -> str:
    """The description of a topic, as an editor shows it."""
    endpoint = node.endpoint
    if endpoint is None:
        return ""
    said = [endpoint.notes.label or "", endpoint.notes.description or ""]
    if endpoint.metric is not None:
        said.append(type_in_words(endpoint.metric))
    said.append(f"{endpoint.contract.name}, {endpoint.kind}")
    said.append(_deprecation(node))
    return "; ".join(filter(None, said))


def _deprecation(node: Node) -> str:
    """The deprecation of a node, or of the nearest deprecated one above."""
    above: Node | None = node
    while above is not None and above.deprecated is None:
        above = above.parent
    said = above.deprecated if above is not None else None
    if said is None:
        return ""
    words = [("since", said.since), ("removed in", said.until), ("replaced by", said.replaced_by)]
    return ", ".join(["deprecated", *(f"{word} {value}" for word, value in words if value)])


def generate(namespace: Namespace, module: str | None = None) -> Generated:
    """The module; ``module`` is its name, by default that of the model."""
    if module is None:
        module = identifier(namespace.model.id or "namespace")
        module = module.lower() if module.isascii() else "namespace"
    return _Module(namespace).write(module)


def _module_name(value: str) -> str:
    if not (value.isascii() and value.isidentifier()) or keyword.iskeyword(value):
        raise InvalidOption("it is a Python name in ASCII")
    return value


LOSSES = {
    "X301": (
        "unchecked-facet",
        "A Python type has no range, length or pattern; a docstring has it.",
    ),
    "X302": ("foreign-type", "The payload is a foreign JSON Schema, and its type is `Any`."),
    "X303": ("unnamed-open-node", "Topics below an open node are not modelled and have no name."),
}

TARGET = Target(
    "A typed Python module: topics to complete in an editor, payloads for mypy.",
    generate,
    {"module": Option("name of the module", "NAME", _module_name)},
    LOSSES,
)
