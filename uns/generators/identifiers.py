"""Python names for what a model calls things: valid, telling, and never one name for two things."""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["BUILTINS", "Names", "class_name", "identifier"]

#: Longest name that is made of a text as it is.
_LONGEST = 60

#: What generated code must not hide from itself.
BUILTINS = frozenset(dir(builtins))

#: Signs of units that would be lost, and two of them would then be one name.
_SPOKEN = {"/": "_per_", "%": "_percent_", "*": "_times_", "#": "_number_", "+": "_plus_"}


def identifier(text: str) -> str:
    """``text`` as a Python name, in the form Python itself gives it [UAX #31, NFKC].

    It never starts with an underscore: those are the generated module's own.

    >>> identifier("co2-pressure"), identifier("class"), identifier("0055"), identifier("_info")
    ('co2_pressure', 'class_', 'n0055', 'info')
    """
    normal = unicodedata.normalize("NFKC", text[: 4 * _LONGEST])
    kept = "".join(c if f"a{c}".isidentifier() else "_" for c in normal)
    name = re.sub("__+", "_", kept).strip("_")
    if len(name) > _LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = f"{name[:_LONGEST]}_{digest}"
    if not name.isidentifier():
        name = f"n{name}" if f"n{name}".isidentifier() else "n"
    # Cutting may leave a name that Python would compose further.
    name = unicodedata.normalize("NFKC", name)
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(text: str) -> str:
    """``text`` as the name of a class or a type.

    >>> class_name("job-order_1"), class_name("production_line"), class_name("m/s")
    ('JobOrder1', 'ProductionLine', 'MPerS')
    """
    spoken = "".join(_SPOKEN.get(c, c) for c in text[: 4 * _LONGEST].replace("-", "_"))
    parts = identifier(spoken).split("_")
    # Parts that were apart may be composed once they are together.
    name = unicodedata.normalize("NFKC", "".join(part[:1].upper() + part[1:] for part in parts))
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"N{name}"


class Names:
    """The names of one scope, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def take(self, wanted: str) -> str:
        """``wanted``, or it with the first number that nobody has.

        >>> names = Names()
        >>> names.take("line"), names.take("line")
        ('line', 'line_2')
        """
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted.rstrip('_')}_{number}"
        self._taken.add(name)
        return name
