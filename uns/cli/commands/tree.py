"""``uns tree``: the equipment of a model, drawn; a family is one line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from uns.cli.arguments import Tree
from uns.cli.models import open_model
from uns.cli.terminal import Exit, Screen, Style
from uns.cli.topic_outcomes import carried, nothing_matches
from uns.counts import in_words
from uns.diagnostics import visible
from uns.model.namespace import Namespace
from uns.model.nodes import Node
from uns.model.tree import PlaceKind

#: What is drawn when topics are not asked for.
_EQUIPMENT = frozenset({PlaceKind.ROOT, PlaceKind.EQUIPMENT})


def run(arguments: Tree, out: Screen, err: Screen) -> int:
    """Draw the tree, or the part of it that matches a filter."""
    namespace = open_model(arguments.model, err)
    view = _View(
        arguments.topics, arguments.counts, arguments.expand, arguments.depth, arguments.limit
    )
    root = _branches(namespace, arguments.filter, view)
    drawing = _lines(root, view, out)
    for line in itertools.islice(drawing, view.limit):
        out.line(line)
    if root.cut or next(drawing, None) is not None:
        stopped = f"... stopped after {in_words(view.limit, 'line')}"
        out.line(f"{stopped}: narrow the tree with FILTER or --depth, or raise --limit")
    if not root.branches:
        err.line(nothing_matches(namespace, arguments.filter))
    return Exit.CLEAN if root.branches else Exit.FINDINGS


class _View(NamedTuple):
    """The options for drawing."""

    topics: bool
    counts: bool
    expand: bool
    depth: int | None
    limit: int


class _Branch:
    """A node or a family, which is one line, and the branches below it."""

    __slots__ = ("branches", "cut", "node", "segment", "topics", "unbounded")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.segment = node.segment
        self.branches: list[_Branch] = []
        #: Whether branches below are missing, because there are too many.
        self.cut = False
        #: The number of topics at and below one member of the family, without open sets.
        self.topics = 0
        #: Whether there are open sets below.
        self.unbounded = False


def _branches(namespace: Namespace, filter_: str | None, view: _View) -> _Branch:
    """The branches to draw, at most as many as lines, however large the model is."""
    root = _Branch(namespace.root)
    path = [root]
    made = 0
    for node in _positions(namespace, filter_, view):
        for position in reversed(_missing(path, node)):
            branch = _Branch(position)
            if _is_drawn(position, len(path), view):
                if made < view.limit:
                    path[-1].branches.append(branch)
                    made += 1
                else:
                    for above in path:
                        above.cut = True
            path.append(branch)
        if view.counts:
            _add_topics(path)
        elif root.cut:
            break
    return root


def _positions(namespace: Namespace, filter_: str | None, view: _View) -> Iterator[Node]:
    """The nodes to draw, in the order of the tree; they stand for the nodes above them, too."""
    if filter_ is not None:
        return namespace.endpoints(filter_)
    if view.topics or view.counts:
        return namespace.walk(expand=False)
    return namespace.find(expand=False)


def _missing(path: list[_Branch], node: Node) -> list[Node]:
    """Cut ``path`` back to what is above ``node``; returns the nodes to add to it, lowest first."""
    missing = []
    position: Node | None = node
    depth = len(node.levels)
    while position is not None and not (depth < len(path) and path[depth].node == position):
        missing.append(position)
        position = position.parent
        depth -= 1
    del path[depth + 1 :]
    return missing


def _is_drawn(node: Node, depth: int, view: _View) -> bool:
    return (view.topics or node.kind in _EQUIPMENT) and (view.depth is None or depth <= view.depth)


def _add_topics(path: list[_Branch]) -> None:
    """Count the topic at the end of ``path``, if there is one, for all branches of ``path``."""
    if path[-1].node.endpoint is None:
        return
    topics: int | None = 1
    for branch in reversed(path):
        if topics is None:
            branch.unbounded = True
        else:
            branch.topics += topics
            topics = None if branch.segment.count is None else topics * branch.segment.count


# --- drawing ---------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A line of the drawing: a branch, or one member of its family."""

    branch: _Branch
    name: str
    size: int | None


def _lines(root: _Branch, view: _View, out: Screen) -> Iterator[str]:
    """The lines of the drawing, made one by one."""
    strokes = out.strokes
    pending = [(_Siblings(root, view), "")]
    while pending:
        lines, indent = pending[-1]
        line = next(lines, None)
        if line is None:
            pending.pop()
            continue
        text = _text(line, view, out)
        if len(pending) == 1:
            yield text
            below = ""
        else:
            last = lines.at_end
            yield f"{indent}{strokes.last_child if last else strokes.child}{text}"
            below = indent + (strokes.past_last_child if last else strokes.past_child)
        pending.append((_Siblings(line.branch, view), below))


class _Siblings(Iterator[_Line]):
    """The lines directly below a branch; a family may be expanded to its members."""

    def __init__(self, above: _Branch, view: _View) -> None:
        self._lines = (line for branch in above.branches for line in _members(branch, view))
        self._ahead = next(self._lines, None)
        self._cut = above.cut

    @property
    def at_end(self) -> bool:
        """Whether the last drawn line is the last one."""
        return self._ahead is None and not self._cut

    def __next__(self) -> _Line:
        line, self._ahead = self._ahead, next(self._lines, None)
        if line is None:
            raise StopIteration
        return line


def _members(branch: _Branch, view: _View) -> Iterator[_Line]:
    if view.expand and branch.segment.count is not None:
        return (_Line(branch, level, 1) for level in branch.segment)
    return iter((_Line(branch, branch.node.name, branch.segment.count),))


def _text(line: _Line, view: _View, out: Screen) -> str:
    node = line.branch.node
    parts = [out.paint(visible(line.name) or '""', Style.STRONG)]
    if line.size is None:
        parts.append("open set")
    elif line.size > 1:
        parts.append(f"x{line.size:,}")
    if node.equipment_level is not None:
        parts.append(out.paint(node.equipment_level.name, Style.FAINT))
    if node.classes:
        names = " ".join(class_.name for class_ in node.classes)
        parts.append(out.paint(visible(names), Style.NAME))
    if node.label:
        parts.append(f'"{visible(node.label)}"')
    if node.open and not (node.parent and node.parent.open):
        parts.append("anything below")
    if view.topics and node.endpoint is not None:
        parts.append(carried(node.endpoint))
    if view.counts and node.kind in _EQUIPMENT:
        parts.append(out.paint(_number(line), Style.FAINT))
    return "  ".join(parts)


def _number(line: _Line) -> str:
    """The number of topics of a line, in words."""
    topics = line.branch.topics * (line.size or 1)
    if line.branch.unbounded:
        return f"{in_words(topics, 'topic')} and open sets"
    return in_words(topics, "topic") + (" each" if line.size is None else "")
