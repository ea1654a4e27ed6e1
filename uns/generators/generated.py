"""The files of a target for a namespace."""

from __future__ import annotations

from typing import Any

from uns.diagnostics import UNSError
from uns.generators.paths import unsafe
from uns.generators.targets import TARGETS, Generated, UnknownTarget
from uns.model.namespace import Namespace

#: Most topic templates that a target goes through one by one. Classes whose parts have parts make
#: more of them than anybody reads, from a file of a few lines.
MOST_TEMPLATES = 250_000


class TooManyTemplates(UNSError):
    """A model with more topic templates than a target goes through one by one."""


def generate(namespace: Namespace, target: str, **options: Any) -> Generated:
    r"""The files of one target for a namespace, and the losses.

    Anything else in the files, such as findings, is passed as an option, so the same
    arguments give the same bytes.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> sorted(generate(ns, "json-schema").files)[-1]
    'vtq.1.producer.schema.json'

    Raises:
        UnknownTarget: there is no such target.
        InvalidOption: the target has no such option, or it cannot have that value.
        TooManyTemplates: the model has more topic templates than targets go through.
    """
    if target not in TARGETS:
        every = f"it is one of: {', '.join(TARGETS)}"
        raise UnknownTarget("target", target, TARGETS, every)
    known = TARGETS[target]
    checked = known.checked(target, options)
    if (count := namespace.template_count()) > MOST_TEMPLATES:
        raise TooManyTemplates(
            f"the model has {count:,} topic templates, but {target} handles {MOST_TEMPLATES:,}"
            " at most; use fewer parts within parts in the classes"
        )
    made = known.generate(namespace, **checked)
    fault = unsafe(made.files)
    if fault is not None:
        raise UNSError(f"the files of {target} cannot be written: {fault}")
    return made
