"""What a model says under ``kafka:``: checks that a mapping can be made from it.

Only faults that make a mapping impossible are reported here. Budgets and names are checked by
the rules.
"""

from __future__ import annotations

import functools

from uns.diagnostics import InvalidText, Span
from uns.isa95 import EquipmentLevels
from uns.kafka import KafkaMapping, KafkaTopic
from uns.loading.classes import report_unknown_level
from uns.loading.faults import Faults
from uns.loading.model_format import KafkaSettings
from uns.loading.yaml_events import Map, span_at
from uns.model.translation import EACH_METRIC, mapping_root


def check_kafka(
    settings: KafkaSettings,
    file: Map,
    levels: EquipmentLevels,
    root: tuple[str, ...],
    faults: Faults,
) -> None:
    """Report the faults that prevent a mapping from ``settings``.

    ``file`` is the root of the file with the settings, ``root`` the fixed levels in front of
    every topic.
    """
    where = functools.partial(span_at, file)
    for key in ("split", "order_by"):
        name = getattr(settings, key)
        if isinstance(name, str) and (key, name) != ("order_by", EACH_METRIC):
            _check_level(key, name, levels, where(("kafka", key)), faults)
    if settings.key == "tail" and settings.overflow == "bucket":
        message = "`overflow: bucket` cannot be combined with `key: tail`"
        help_ = (
            "the bucket does not keep the rest of the topic: use `key: full` or `overflow: reject`"
        )
        related = ((where(("kafka", "key")), "the key"),)
        faults.add("M510", message, where(("kafka", "overflow")), help=help_, related=related)
    prefix = KafkaMapping().prefix if settings.prefix is None else settings.prefix
    try:
        KafkaMapping(prefix)
    except InvalidText as error:
        message = f"`prefix` cannot be {prefix!r}: {error.reason}"
        faults.add("M510", message, where(("kafka", "prefix")))
        return
    try:
        # The topics that keep last values have the longer prefix.
        overflow = settings.overflow or "reject"
        longest = KafkaMapping(prefix, mapping_root(root), overflow=overflow).state
        KafkaTopic(f"{longest.rule.head}.-")
    except InvalidText as error:
        path = ("kafka",) if settings.prefix is None else ("kafka", "prefix")
        message = (
            f"`prefix` and `topic.root` together are too long for a Kafka name: {error.reason}"
        )
        span = where(path, key=settings.prefix is None)
        faults.add("M510", message, span, help="shorten one of the two")


def _check_level(key: str, name: str, levels: EquipmentLevels, span: Span, faults: Faults) -> None:
    level = levels.by_key.get(name)
    if level is None and name.isdecimal():
        help_ = f"write the number without quotes: {key}: {name}"
        faults.add("M510", f"`{key}` is {name!r}, a text", span, help=help_)
    elif level is None:
        report_unknown_level(name, levels, span, faults)
    elif levels.rank(level) is None:
        message = f"`{key}` cannot be {name!r}: this level can be anywhere in the tree"
        help_ = "name another level, or a number"
        if level in levels.company:
            help_ = f"set `under` for {level.name} under `levels:`"
        faults.add("M510", message, span, help=help_)
