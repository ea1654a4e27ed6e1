"""What is made from a namespace for others to read: one room for each target.

A generator is a pure function from a :class:`~uns.model.namespace.Namespace` to
files, by path, and to what the target has no words for. The same model gives
the same bytes. Nothing here writes a file; the command line does.

``targets``      which there are, with the options of each
``generated``    :func:`generate`, and what it hands back
``paths``        safe file names; ``losses`` the codes of losses
``document``     everything that documentation says of a namespace, gathered once
``yaml_text``    values as YAML; ``identifiers``, ``python_types`` names and types in Python
``json_schema``, ``topics_json``, ``markdown``, ``asyncapi``, ``python``, ``site``: a target each
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.generators.generated import (
        Generated,
        TooManyTemplates,
        generate,
    )
    from uns.generators.losses import (
        LOSSES,
    )
    from uns.generators.targets import (
        TARGETS,
        InvalidOption,
        Option,
        Target,
        UnknownTarget,
    )

__all__ = [
    "LOSSES",
    "TARGETS",
    "Generated",
    "InvalidOption",
    "Option",
    "Target",
    "TooManyTemplates",
    "UnknownTarget",
    "generate",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "generated": "Generated TooManyTemplates generate",
        "losses": "LOSSES",
        "targets": "TARGETS InvalidOption Option Target UnknownTarget",
    },
)
