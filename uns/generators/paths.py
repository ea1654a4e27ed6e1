"""File names for the names of a model, safe on every system.

A file name depends only on its text, so files keep their names when the model
grows. Two texts never share a file name, not even on file systems that ignore
case.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

#: Longest name that :func:`safe_name` gives, and longest path of a file, in characters.
LONGEST_NAME, LONGEST_PATH = 80, 240

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*").fullmatch
_UNSAFE = re.compile(r"[^a-z0-9_.-]+")
#: Names that Windows keeps for devices, with any ending [Naming Files, Paths, and Namespaces].
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?").fullmatch


def safe_name(text: str) -> str:
    """A file name for ``text``: the text itself if that is safe, else a similar name with a digest.

    >>> safe_name("vtq.1.number-c99058432951"), safe_name("Line 1/../x"), safe_name("con")
    ('vtq.1.number-c99058432951', 'line-1-x__9d268dea2f64', 'con__1143da2bc54c')
    """
    return text if _is_safe(text) else _with_digest(text)


def topic_name(topic: str) -> str:
    """A file name for a topic or a template, with dots for slashes if that is safe.

    >>> topic_name("acme/lyon/line1"), topic_name("acme/line[1..3]")
    ('acme.lyon.line1', 'acme-line-1-3__64a4d467559d')
    """
    name = topic.replace("/", ".")
    return name if "." not in topic and _is_safe(name) else _with_digest(topic)


def _is_safe(text: str) -> bool:
    return bool(
        len(text) <= LONGEST_NAME and _PLAIN(text) and "__" not in text and not _RESERVED(text)
    )


def _with_digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    words = re.sub(r"[.-]{2,}", "-", _UNSAFE.sub("-", text[:LONGEST_NAME].lower()))
    # Plain names never hold '__', so they differ from names with a digest.
    name = f"{words[: LONGEST_NAME - 16].strip('.-_') or 'x'}__{digest}"
    return f"x-{name}" if _RESERVED(name) else name


def unsafe(paths: Iterable[str]) -> str | None:
    """The reason why these paths cannot be written below a folder; ``None`` if they can.

    >>> unsafe(["topics/a.md", "topics/A.md"])
    "'topics/A.md' and 'topics/a.md' are one file where case is ignored"
    """
    seen: dict[str, str] = {}
    for path in paths:
        is_short = 0 < len(path) <= LONGEST_PATH
        if not is_short or path.startswith("/") or "\\" in path or ":" in path:
            return f"{path!r} is not a path below a folder"
        for part in path.split("/"):
            if part in {"", ".", ".."} or part.endswith((".", " ")) or _RESERVED(part.lower()):
                return f"{path!r} has a part that is not a file name on every system"
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            return f"{path!r} and {other!r} are one file where case is ignored"
    return None
