"""What a model says under ``kafka:``, checked so that its mapping can be made.

Here is only what makes a mapping impossible. Whether one is wise, for its
budget or its names, is judged by the rules.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

from uns.diagnostics import Diagnostic, InvalidText, Span
from uns.isa95 import EquipmentLevels
from uns.kafka import KafkaMapping
from uns.loading.classes import no_level
from uns.loading.faults import fault
from uns.loading.model_format import KafkaSettings, span_at
from uns.loading.yaml_events import Map
from uns.model.translation import EACH_METRIC, mapping_root

__all__ = ["check_kafka"]

Report: TypeAlias = Callable[[Diagnostic], None]


def check_kafka(
    said: KafkaSettings,
    file: Map,
    levels: EquipmentLevels,
    root: tuple[str, ...],
    report: Report,
) -> None:
    """Report what keeps the mapping of ``said`` from being made.

    ``file`` is the top of the file that says it, ``root`` the fixed levels in
    front of every topic.
    """
    where = functools.partial(span_at, file)
    for key in ("split", "order_by"):
        name = getattr(said, key)
        if isinstance(name, str) and (key, name) != ("order_by", EACH_METRIC):
            _check_level(key, name, levels, where(("kafka", key)), report)
    if said.key == "tail" and said.overflow == "bucket":
        report(
            fault(
                "M510", "`overflow: bucket` does not go together with `key: tail`",
                where(("kafka", "overflow")),
                help="in a bucket a tail has lost its place: write `key: full`, or reject long names",
                related=((where(("kafka", "key")), "the key"),),
            )
        )  # fmt: skip
    prefix = KafkaMapping().prefix if said.prefix is None else said.prefix
    try:
        KafkaMapping(prefix)
    except InvalidText as error:
        message = f"`prefix` cannot be {prefix!r}: {error.reason}"
        report(fault("M510", message, where(("kafka", "prefix"))))
        return
    try:
        # The topics that keep last values have the longer prefix.
        _ = KafkaMapping(prefix, mapping_root(root), overflow=said.overflow or "reject").state
    except InvalidText as error:
        span = where(("kafka",), key=True) if said.prefix is None else where(("kafka", "prefix"))
        message = f"`prefix` and `topic.root` leave no room in a Kafka name: {error.reason}"
        report(fault("M510", message, span, help="shorten one of the two"))


def _check_level(key: str, name: str, levels: EquipmentLevels, span: Span, report: Report) -> None:
    level = levels.by_key.get(name)
    if level is None and name.isdecimal():
        message = f"`{key}` is {name!r}, a text"
        report(fault("M510", message, span, help=f"a number has no quotes: {key}: {name}"))
    elif level is None:
        report(no_level(name, levels, span))
    elif levels.rank(level) is None:
        message = f"`{key}` cannot be {name!r}: it stands anywhere, so nothing is known to be below"
        is_ours = level in levels.company
        help_ = f"say under `levels:` what {level.name} stands `under`" if is_ours else None
        report(fault("M510", message, span, help=help_ or "name another level, or a number"))
