"""Rules of family B: how often topics publish how much, and how long messages are kept."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import Audience, Case, Effect, Impact, breaks
from uns.model.tree import Kind
from uns.rates import Duration

_CHANGED = [ChangeKind.CHANGED]
_CONSUMERS = frozenset({Audience.CONSUMERS})


def _is_longer(change: Change) -> bool:
    """Whether a duration got longer; one that is not there has no end."""
    if change.before is None:
        return False
    return change.after is None or Duration.parse(change.after) > Duration.parse(change.before)


@breaks("B321", "every-changed", _CHANGED, [Subject.EVERY])
def every_changed(change: Change, case: Case) -> Impact | None:
    """A topic may be silent for longer than before, or no longer says for how long.

    To promise a message more often breaks nothing.

    Why:
        Consumers take a topic that is silent for longer for a broken one, and raise an alarm.

    Example:
        sites: {lyon: {metrics: {power: {type: number, every: 1 min}}}}  # 10 s before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, every: 10 s}}}}
    """
    if not _is_longer(change):
        return Impact(Effect.ADDITIVE if change.before is None else Effect.COMPATIBLE)
    help_ = "keep `every`, or let consumers wait longer first"
    return Impact(Effect.BREAKING, _CONSUMERS, help_)


@breaks("B322", "rate-changed", _CHANGED, [Subject.RATE, Subject.BYTES])
def rate_changed(change: Change, case: Case) -> Impact | None:
    """The mean number of messages, or their mean size, is another.

    Why:
        Both describe what is there, for planning. It is listed for completeness.

    Example:
        sites: {lyon: {metrics: {power: {type: number, rate: 5/s}}}}  # 1/s before

    Instead:
        sites: {lyon: {metrics: {power: {type: number, rate: 1/s}}}}
    """
    return Impact(Effect.COMPATIBLE)


@breaks("B323", "expiry-changed", _CHANGED, [Subject.EXPIRES])
def expiry_changed(change: Change, case: Case) -> Impact | None:
    """Commands or events are delivered for longer than before, or events for a shorter time.

    A broker drops a message that it could not deliver in that time (MQTT 5.0 §3.3.2.3.3). To drop a
    command sooner breaks nothing: it was not carried out before either, and now it is not late.

    Why:
        If a message lives longer, a consumer that was away gets one that is older than it was
        promised, and carries out a late command. If an event lives shorter, that consumer misses
        events that it got before.

    Example:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, expires: 1 h}}}}  # 30 s before

    Instead:
        sites: {lyon: {topics: {start: {payload: info/1, kind: command, expires: 30 s}}}}
    """
    if _is_longer(change):
        help_ = "keep `expires`: consumers that were away would get older messages than promised"
        return Impact(Effect.BREAKING, _CONSUMERS, help_)
    if change.detail == Kind.COMMAND:
        return Impact(Effect.COMPATIBLE)
    help_ = "keep `expires`: consumers that were away would miss messages that they got before"
    return Impact(Effect.BREAKING, _CONSUMERS, help_)


@breaks("B505", "kafka-retention-changed", _CHANGED, [Subject.KAFKA_RETENTION])
def kafka_retention_changed(change: Change, case: Case) -> Impact | None:
    """Kafka keeps messages for a shorter time.

    Why:
        A reader that starts again from an older record finds it deleted, and misses all up to the
        oldest one that is left. To keep messages for longer breaks nothing.

    Example:
        kafka: {retention: 1 d}  # 7 d before

    Instead:
        kafka: {retention: 7 d}
    """
    if _is_longer(change):
        return Impact(Effect.COMPATIBLE)
    help_ = "make sure first that no reader starts that far back"
    return Impact(Effect.BREAKING, frozenset({Audience.KAFKA_READERS}), help_)
