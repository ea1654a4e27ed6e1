"""A bounded memory of names seen.

Topic names arrive from the network, so whatever remembers them has an upper
bound in entries *and* in bytes, and a flood of new names cannot push it past
either. Hits and misses belong in two memos, so that a flood of unknown names
does not evict the known ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["LONGEST_NAME", "Memo"]

T = TypeVar("T")

#: Names longer than this many code points or bytes are never remembered.
LONGEST_NAME = 1_000

#: Bytes a generation may hold, for each entry it may hold.
ENTRY_BYTES = 256


class Memo(dict[str | bytes, T]):
    """Two generations of remembered values; ``get`` is the dict's own, at its own price.

    Names are ``str``, or ``bytes`` where that is how they arrive; one memo
    holds one kind.

    The mapping itself is the young generation. When it is full it becomes the
    old one and an empty one takes its place, so a name in use stays and a name
    seen once leaves after at most ``entries`` others. No bookkeeping per hit.
    ``sizeof`` tells the bytes of a value, where they depend on the name.

    >>> memo = Memo[int](entries=4)
    >>> for number, name in enumerate("abc"):
    ...     memo.keep(name, number)
    >>> memo.get("c"), memo.get("a"), memo.recall("a"), memo.recall("z")
    (2, None, 0, None)
    """

    __slots__ = ("_bytes", "_half", "_longest", "_old", "_sizeof")

    def __init__(self, entries: int = 65_536, sizeof: Callable[[T], int] | None = None) -> None:
        super().__init__()
        self._half = entries // 2
        self._longest = LONGEST_NAME if self._half else -1
        self._sizeof = sizeof
        self._old: dict[str | bytes, T] = {}
        self._bytes = 0

    def find(self, name: str | bytes) -> T | None:
        """The value in either generation, or ``None``."""
        value = self.get(name)
        if value is None and name in self._old:
            return self.recall(name)
        return value

    def recall(self, name: str | bytes) -> T | None:
        """The value in the old generation, brought back to the young one, or ``None``."""
        value = self._old.get(name)
        if value is not None:
            self.keep(name, value)
        return value

    def keep(self, name: str | bytes, value: T) -> None:
        """Remember ``value`` under ``name``, unless the name is too long to be worth it."""
        if len(name) > self._longest:
            return
        if len(self) >= self._half or self._bytes >= self._half * ENTRY_BYTES:
            self._old = dict(self)
            self.clear()
            self._bytes = 0
        # An exact str: keys of a subclass take the dict's slow path at every look-up.
        exact = name if type(name) in (str, bytes) else str(name)
        self[exact] = value
        # Not sys.getsizeof, which takes longer than all the rest of this.
        self._bytes += exact.__sizeof__()
        if self._sizeof is not None:
            self._bytes += self._sizeof(value)
