"""What families stand for, one concrete topic after the other, in the order of the tree."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from uns.topics.templates import Segment

__all__ = ["instances"]

T = TypeVar("T")

#: The segments of a template, and what is said of its topics.
Said: TypeAlias = tuple[tuple[Segment, ...], T]


def instances(templates: Iterable[Said[T]]) -> Iterator[tuple[str, T]]:
    """Every topic of the templates with what is said of it; open sets are passed over.

    Templates come in the order of the tree, as :meth:`Namespace.endpoints`
    yields them, and so do the topics: all of ``machine1`` before ``machine2``.
    Held in memory is what is below one family, once, and never its topics.

    >>> line = Segment.parse("line[1..2]")
    >>> said = [((line, Segment.parse(leaf)), leaf.upper()) for leaf in ("speed", "oee")]
    >>> [topic for topic, _ in instances(said)]
    ['line1/speed', 'line1/oee', 'line2/speed', 'line2/oee']
    """
    for family, group in itertools.groupby(templates, key=lambda said: _ahead(said, 0)):
        if family is None:
            for segments, said in group:
                yield _fixed(segments)[1:], said
        else:
            for branch in _branches(list(group), 0):
                for topic, said in _written(branch, ""):
                    yield topic[1:], said


class _Leaf(NamedTuple, Generic[T]):
    """The fixed levels that end a topic, each behind its slash."""

    levels: str
    said: T


class _Family(NamedTuple, Generic[T]):
    """Fixed levels, then one that varies, then all that is below it."""

    levels: str
    segment: Segment
    below: list[_Leaf[T] | _Family[T]]


def _fixed(segments: Iterable[Segment]) -> str:
    return "".join(f"/{segment.literal}" for segment in segments)


def _ahead(said: Said[T], done: int) -> tuple[str, ...] | None:
    """The segments from ``done`` to the next one that varies, if one does."""
    texts = []
    for segment in said[0][done:]:
        texts.append(segment.text)
        if segment.literal is None:
            return tuple(texts)
    return None


def _branches(group: Sequence[Said[T]], done: int) -> list[_Leaf[T] | _Family[T]]:
    """What stands behind the first ``done`` segments, which the whole group has in common.

    Calls itself once for each family in a topic; a topic has no more than 128 below its root.
    """
    branches: list[_Leaf[T] | _Family[T]] = []
    for texts, members in itertools.groupby(group, key=lambda said: _ahead(said, done)):
        inside = list(members)
        if texts is None:
            branches += [_Leaf(_fixed(segments[done:]), said) for segments, said in inside]
            continue
        *fixed, family = inside[0][0][done : done + len(texts)]
        if family.count is not None:
            below = _branches(inside, done + len(texts))
            branches.append(_Family(_fixed(fixed), family, below))
    return branches


def _written(branch: _Leaf[T] | _Family[T], above: str) -> Iterator[tuple[str, T]]:
    if isinstance(branch, _Leaf):
        yield above + branch.levels, branch.said
        return
    for level in branch.segment:
        here = f"{above}{branch.levels}/{level}"
        for below in branch.below:
            if isinstance(below, _Leaf):
                yield here + below.levels, below.said
            else:
                yield from _written(below, here)
