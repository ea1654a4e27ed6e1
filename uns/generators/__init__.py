"""What is made from a namespace for others to read: one room for each target.

A generator is a pure function from a :class:`~uns.namespace.Namespace` to
files, by path, and to what the target has no words for. The same model gives
the same bytes. Nothing here writes a file; the command line does.

``targets``      which there are, with the options of each
``generated``    what they hand back; ``paths`` safe file names; ``losses`` the codes of losses
``catalogue``    a namespace as documentation needs it; ``usage`` which clients reach what
``open_nodes``, ``node_info``, ``field_rows`` what catalogues say of open nodes, `_info` and fields
``escapes``      the model's texts made harmless in Markdown and Mermaid; ``diagrams`` in Mermaid
``yaml_text``    values as YAML; ``identifiers``, ``python_types`` names and types in Python
``json_schema``, ``topics_json``, ``markdown``, ``asyncapi``, ``python``, ``site``: a target each
"""

from __future__ import annotations

import importlib
from typing import Any

from uns.diagnostics import UNSError, near
from uns.generators.generated import Generated
from uns.generators.losses import LOSSES
from uns.generators.paths import unsafe
from uns.generators.targets import MOST_TEMPLATES, TARGETS, InvalidOption, Option, Target
from uns.namespace import Namespace

__all__ = [
    "LOSSES",
    "TARGETS",
    "Generated",
    "InvalidOption",
    "Option",
    "Target",
    "TooManyTemplates",
    "generate",
]


class TooManyTemplates(UNSError):
    """A model with more topic templates than a target goes through one by one."""


def generate(namespace: Namespace, target: str, **options: Any) -> Generated:
    r"""The files of one target for a namespace, and what they leave unsaid.

    What else the files tell, such as findings, is handed in as an option: nothing
    is looked up here, so the same arguments give the same bytes.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> sorted(generate(ns, "json-schema").files)[-1]
    'vtq.1.producer.schema.json'

    Raises:
        ValueError: there is no such target.
        InvalidOption: the target has no such option, or it cannot have that value.
        TooManyTemplates: the model has more topic templates than targets go through.
    """
    known = TARGETS.get(target)
    if known is None:
        close = near(target, TARGETS)
        hint = f"did you mean {close!r}?" if close else f"it is one of: {', '.join(TARGETS)}"
        raise ValueError(f"no target {target!r}; {hint}")
    checked = known.checked(target, options)
    if (count := namespace.template_count()) > MOST_TEMPLATES:
        raise TooManyTemplates(
            f"the model has {count:,} topic templates, and {target} goes through {MOST_TEMPLATES:,}"
            " at most; let classes have fewer parts that have parts"
        )
    room = importlib.import_module(f"uns.generators.{known.room}")
    made: Generated = room.generate(namespace, **checked)
    fault = unsafe(made.files)
    if fault is not None:
        raise UNSError(f"the files of {target} cannot be written: {fault}")
    return made
