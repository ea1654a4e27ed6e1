"""A bounded cache by name.

Topic names come from the network, so the cache is limited in entries *and* in bytes, also under
a flood of new names. Keep hits and misses in two memos, so that a flood of unknown names does not
evict the known ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["LONGEST_NAME", "Memo"]

T = TypeVar("T")

#: Longest name that is remembered, in code points or bytes.
LONGEST_NAME = 1_000

#: Limit in bytes of a generation, per entry of its limit in entries.
ENTRY_BYTES = 256


class Memo(dict[str | bytes, T]):
    """Two generations of remembered values; ``get`` is that of the dict, and as fast.

    The names of one memo are all ``str`` or all ``bytes``.

    The mapping itself is the young generation. When it is full it becomes the old one, so names
    in use stay and a name seen once is dropped after at most ``entries`` others, without any work
    per hit. ``sizeof`` returns the bytes of a value, if they depend on the name.

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
        """The value in the old generation, moved back to the young one, or ``None``."""
        value = self._old.get(name)
        if value is not None:
            self.keep(name, value)
        return value

    def keep(self, name: str | bytes, value: T) -> None:
        """Remember ``value`` under ``name``, unless the name is too long."""
        if len(name) > self._longest:
            return
        if len(self) >= self._half or self._bytes >= self._half * ENTRY_BYTES:
            self._old = dict(self)
            self.clear()
            self._bytes = 0
        # Exactly str: a dict is slower with keys of a subclass.
        exact = name if type(name) in (str, bytes) else str(name)
        self[exact] = value
        # Not sys.getsizeof, which takes longer than the rest of this function.
        self._bytes += exact.__sizeof__()
        if self._sizeof is not None:
            self._bytes += self._sizeof(value)
