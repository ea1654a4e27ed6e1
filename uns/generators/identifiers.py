"""Python names for the names of a model: valid, readable, and never the same for two things."""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
import unicodedata
from collections.abc import Iterable

#: The longest name that is not cut.
_LONGEST = 60

#: Names that generated code must not hide.
BUILTINS = frozenset(dir(builtins))

#: Words for signs of units, so that different units have different names.
_SPOKEN = {"/": "_per_", "%": "_percent_", "*": "_times_", "#": "_number_", "+": "_plus_"}


def identifier(text: str) -> str:
    """``text`` as a Python name, in the form Python itself gives it [UAX #31, NFKC].

    It never starts with an underscore: such names belong to the generated module.

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
    # After cutting, NFKC may compose characters further.
    name = unicodedata.normalize("NFKC", name)
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(text: str) -> str:
    """``text`` as the name of a class or a type.

    >>> class_name("job-order_1"), class_name("production_line"), class_name("m/s")
    ('JobOrder1', 'ProductionLine', 'MPerS')
    """
    spoken = "".join(_SPOKEN.get(c, c) for c in text[: 4 * _LONGEST].replace("-", "_"))
    parts = identifier(spoken).split("_")
    # NFKC may compose characters at the joints.
    name = unicodedata.normalize("NFKC", "".join(part[:1].upper() + part[1:] for part in parts))
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"N{name}"


class Names:
    """The names of one scope, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def take(self, wanted: str) -> str:
        """``wanted``, with a number if the name is taken.

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
