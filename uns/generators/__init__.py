"""What is made from a namespace for others to read: one module for each target.

A generator is a pure function from a :class:`~uns.namespace.Namespace` to
files, by path, and to what the target has no words for. The same model gives
the same bytes. Nothing here writes a file; the command line does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from uns.diagnostics import near
from uns.generators import json_schema
from uns.generators.generated import Generated, Loss
from uns.namespace import Namespace

__all__ = ["GENERATORS", "Generated", "Loss", "generate"]

#: What can be generated, by the name of the target.
GENERATORS: Mapping[str, Callable[[Namespace], Generated]] = MappingProxyType(
    {"json-schema": json_schema.json_schemas}
)


def generate(namespace: Namespace, target: str) -> Generated:
    r"""The files of one target for a namespace, and what they leave unsaid.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> sorted(generate(ns, "json-schema").files)[-1]
    'vtq.1.producer.schema.json'

    Raises:
        ValueError: there is no such target.
    """
    generator = GENERATORS.get(target)
    if generator is None:
        close = near(target, GENERATORS)
        hint = f"did you mean {close!r}?" if close else f"it is one of: {', '.join(GENERATORS)}"
        raise ValueError(f"no target {target!r}; {hint}")
    return generator(namespace)
