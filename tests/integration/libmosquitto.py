"""Mosquitto's C library, as far as it judges names; a second opinion, called through ctypes.

Texts go in as bytes with their length, for some of them are no UTF-8 and some
hold U+0000.
"""

from __future__ import annotations

import ctypes

__all__ = ["Library", "loaded"]

_NAMES = ("libmosquitto.so.1", "libmosquitto.1.dylib")
_SUCCESS = 0


class Library:
    """What the library says of topic names, topic filters and of one against the other."""

    def __init__(self, library: ctypes.CDLL) -> None:
        text, size = ctypes.c_char_p, ctypes.c_size_t
        self._matches = library.mosquitto_topic_matches_sub2
        self._matches.argtypes = [text, size, text, size, ctypes.POINTER(ctypes.c_bool)]
        self._filter = library.mosquitto_sub_topic_check2
        self._topic = library.mosquitto_pub_topic_check2
        self._utf8 = library.mosquitto_validate_utf8
        self._filter.argtypes = self._topic.argtypes = [text, size]
        self._utf8.argtypes = [text, ctypes.c_int]
        numbers = [ctypes.c_int(), ctypes.c_int(), ctypes.c_int()]
        library.mosquitto_lib_version(*map(ctypes.byref, numbers))
        self.version = ".".join(str(number.value) for number in numbers)

    def matches(self, filter_: bytes, topic: bytes) -> bool:
        """Whether the filter matches the topic; of names that are none it says anything."""
        result = ctypes.c_bool()
        code = self._matches(filter_, len(filter_), topic, len(topic), ctypes.byref(result))
        return code == _SUCCESS and result.value

    def accepts_filter(self, text: bytes) -> bool:
        """Whether it would subscribe to the text."""
        return self._filter(text, len(text)) == _SUCCESS and self._is_utf8(text)

    def accepts_topic(self, text: bytes) -> bool:
        """Whether it would publish to the text."""
        return self._topic(text, len(text)) == _SUCCESS and self._is_utf8(text)

    def _is_utf8(self, text: bytes) -> bool:
        return bool(self._utf8(text, len(text)) == _SUCCESS)


def loaded() -> Library | None:
    """The library, or ``None`` where it is not installed."""
    for name in _NAMES:
        try:
            return Library(ctypes.CDLL(name))
        except OSError:
            continue
    return None
