"""What a model says under ``kafka:``, checked so that its mapping can be made.

Here is only what makes a mapping impossible. Whether one is wise, for its
budget or its names, is judged by the rules.
"""

from __future__ import annotations

import functools

from uns.diagnostics import InvalidText, Span
from uns.isa95 import EquipmentLevels
from uns.kafka import KafkaMapping
from uns.loading.classes import report_unknown_level
from uns.loading.faults import Faults
from uns.loading.model_format import KafkaSettings, span_at
from uns.loading.yaml_events import Map
from uns.model.translation import EACH_METRIC, mapping_root

__all__ = ["check_kafka"]


def check_kafka(
    said: KafkaSettings, file: Map, levels: EquipmentLevels, root: tuple[str, ...], faults: Faults
) -> None:
    """Report what keeps the mapping of ``said`` from being made.

    ``file`` is the top of the file that says it, ``root`` the fixed levels in
    front of every topic.
    """
    where = functools.partial(span_at, file)
    for key in ("split", "order_by"):
        name = getattr(said, key)
        if isinstance(name, str) and (key, name) != ("order_by", EACH_METRIC):
            _check_level(key, name, levels, where(("kafka", key)), faults)
    if said.key == "tail" and said.overflow == "bucket":
        message = "`overflow: bucket` does not go together with `key: tail`"
        help_ = "in a bucket a tail has lost its place: write `key: full`, or reject long names"
        related = ((where(("kafka", "key")), "the key"),)
        faults.add("M510", message, where(("kafka", "overflow")), help=help_, related=related)
    prefix = KafkaMapping().prefix if said.prefix is None else said.prefix
    try:
        KafkaMapping(prefix)
    except InvalidText as error:
        message = f"`prefix` cannot be {prefix!r}: {error.reason}"
        faults.add("M510", message, where(("kafka", "prefix")))
        return
    try:
        # The topics that keep last values have the longer prefix.
        _ = KafkaMapping(prefix, mapping_root(root), overflow=said.overflow or "reject").state
    except InvalidText as error:
        span = where(("kafka",), key=True) if said.prefix is None else where(("kafka", "prefix"))
        message = f"`prefix` and `topic.root` leave no room in a Kafka name: {error.reason}"
        faults.add("M510", message, span, help="shorten one of the two")


def _check_level(key: str, name: str, levels: EquipmentLevels, span: Span, faults: Faults) -> None:
    level = levels.by_key.get(name)
    if level is None and name.isdecimal():
        help_ = f"a number has no quotes: {key}: {name}"
        faults.add("M510", f"`{key}` is {name!r}, a text", span, help=help_)
    elif level is None:
        report_unknown_level(name, levels, span, faults)
    elif levels.rank(level) is None:
        message = f"`{key}` cannot be {name!r}: it stands anywhere, so nothing is known to be below"
        help_ = "name another level, or a number"
        if level in levels.company:
            help_ = f"say under `levels:` what {level.name} stands `under`"
        faults.add("M510", message, span, help=help_)
