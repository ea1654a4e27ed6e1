"""Files generated from a namespace: one module for each target.

A generator is a pure function from a :class:`~uns.model.namespace.Namespace` to
files, by path, and losses: facts that the target cannot express. The same model
gives the same bytes. Nothing here writes a file; the command line does.

``targets``      the targets, with their options and results
``generated``    :func:`generate`
``paths``        safe file names; ``losses`` what targets cannot express, in one table
``document``     everything that documentation needs from a namespace, read once
``yaml_text``    values as YAML; ``identifiers``, ``python_types`` names and types in Python
``json_schema``, ``topics_json``, ``markdown``, ``asyncapi``, ``python``, ``site``: a target each
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.generators.generated import (
        TooManyTemplates,
        generate,
    )
    from uns.generators.losses import (
        LOSSES,
    )
    from uns.generators.targets import (
        TARGETS,
        Generated,
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
        "generated": "TooManyTemplates generate",
        "losses": "LOSSES",
        "targets": "TARGETS Generated InvalidOption Option Target UnknownTarget",
    },
)
