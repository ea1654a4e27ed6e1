"""What a generator hands back: files as bytes, and what its target cannot say."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from uns.diagnostics import Diagnostic, UNSError
from uns.generators.paths import unsafe
from uns.generators.targets import MOST_TEMPLATES, TARGETS, UnknownTarget
from uns.model.namespace import Namespace

__all__ = ["Generated", "TooManyTemplates", "generate", "mark"]


@dataclass(frozen=True, slots=True)
class Generated:
    """Files by their path below the folder they are written to, and what they leave unsaid.

    Paths are relative, with ``/`` between their parts, and files on every
    system: no two are equal where case is ignored. ``losses`` are findings with
    a code of :data:`~uns.generators.losses.LOSSES`.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}}")
    >>> made = uns.generate(ns, "markdown")
    >>> sorted(made.files), made.losses
    (['topics.md'], ())
    """

    files: Mapping[str, bytes] = field(repr=False)
    losses: tuple[Diagnostic, ...] = ()


def mark(target: str) -> str:
    """The sentence by which a file is known to be an export's, so that it is missed when it is old.

    >>> mark("markdown")
    'Made by `uns export markdown`; what is changed here is lost.'
    """
    return f"Made by `uns export {target}`; what is changed here is lost."


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
        UnknownTarget: there is no such target.
        InvalidOption: the target has no such option, or it cannot have that value.
        TooManyTemplates: the model has more topic templates than targets go through.
    """
    known = TARGETS.get(target)
    if known is None:
        every = f"it is one of: {', '.join(TARGETS)}"
        raise UnknownTarget("target", target, TARGETS, every)
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
