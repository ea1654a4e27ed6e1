"""Topics in source code and configuration: read, and held against a namespace.

``readers``   one reader for each kind of text
``literals``  the texts of a file that may name topics, with their places
``traces``    how far a text agrees with a declared tree
``mentions``  which texts name topics of a namespace, and whether those are there
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.code.literals import (
        HOLE,
        Literal,
        Reading,
        Remark,
        Use,
        read_literals,
    )
    from uns.code.mentions import (
        Mentions,
    )

__all__ = ["HOLE", "Literal", "Mentions", "Reading", "Remark", "Use", "read_literals"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "literals": "HOLE Literal Reading Remark Use read_literals",
        "mentions": "Mentions",
    },
)
