"""Rules of family B: topics and nodes that are added, removed or renamed."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import ALL, Audience, Case, Effect, Impact, breaks
from uns.linting.versions import parse_version
from uns.payloads import Compatibility

_WHERE = (Subject.TOPIC, Subject.EQUIPMENT)


def _carries_nothing(change: Change) -> bool:
    return change.count == 0


def _readers(change: Change) -> frozenset[Audience]:
    """Whom the end of a topic hits: below an open node its producers may go on."""
    return frozenset({Audience.CONSUMERS}) if change.keeps == Compatibility.BACKWARD else ALL


@breaks("B101", "topic-removed", [ChangeKind.REMOVED], _WHERE)
def topic_removed(change: Change, case: Case) -> Impact | None:
    """Topics that producers publish and consumers read are gone.

    Why:
        MQTT gives no error: subscribers get no more messages, and those that a producer still
        sends are unknown. Below a node that is open in the new version they are legal, but
        without a contract.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}  # and in the new version no power

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {since: "1.1.0", until: "2.0.0"}}}}}
    """
    if _carries_nothing(change):
        return Impact(Effect.COMPATIBLE)
    if change.detail or change.deprecated is not None:
        return None
    help_ = change.reason or "keep it, marked `deprecated`, or add `moved_from` at its new place"
    return Impact(Effect.BREAKING, _readers(change), help_)


@breaks("B102", "topic-moved", [ChangeKind.MOVED], _WHERE)
def topic_moved(change: Change, case: Case) -> Impact | None:
    """Topics have a new name, as `moved_from` declares.

    Why:
        A consumer keeps working only if its filter matches both the old name and the new one.
        Kafka keys and stored topic names change too.

    Example:
        sites: {lyon: {lines: {line-1: {moved_from: lyon/line1}}}}  # line1 before

    Instead:
        sites: {lyon: {lines: {line1: {deprecated: {until: "2.0.0"}}, line-1: {}}}}  # both for a while
    """
    if change.is_suggested:
        return None
    if _carries_nothing(change):
        return Impact(Effect.COMPATIBLE)
    help_ = "publish under both names until all filters are adapted"
    return Impact(Effect.BREAKING, _readers(change), help_)


@breaks("B103", "topic-perhaps-moved", [ChangeKind.MOVED], _WHERE)
def topic_perhaps_moved(change: Change, case: Case) -> Impact | None:
    """Topics are gone, and similar ones exist under another name.

    Why:
        If it is a rename, users of the old name have to be told; if not, the topics are gone.

    Example:
        sites: {lyon: {lines: {line-1: {}}}}  # line1 before, with the same topics

    Instead:
        sites: {lyon: {lines: {line-1: {moved_from: lyon/line1}}}}
    """
    if not change.is_suggested:
        return None
    before, after = (text or "" for text in (change.before, change.after))
    if change.subject is Subject.TOPIC and before.rpartition("/")[0] == after.rpartition("/")[0]:
        # The last level alone is right for every node of a class.
        before = before.rpartition("/")[2]
        says = f"`moved_from: {before}`"
    else:
        says = "`moved_from`" if change.places > 1 else f"`moved_from: {before}`"
    help_ = f"if it is the same thing ({change.reason}), add {says} there"
    return Impact(Effect.BREAKING, _readers(change), help_)


@breaks("B104", "family-narrowed", [ChangeKind.REMOVED], _WHERE)
def family_narrowed(change: Change, case: Case) -> Impact | None:
    """A family or an open set has fewer members than before.

    Why:
        The members that are gone are removed topics like any other.

    Example:
        sites: {lyon: {work_cells: {"cell[1..3]": {}}}}  # cell[1..4] before

    Instead:
        sites: {lyon: {work_cells: {"cell[1..3]": {}, cell4: {deprecated: {until: "2.0.0"}}}}}
    """
    if not change.detail or change.deprecated is not None or _carries_nothing(change):
        return None
    return Impact(Effect.BREAKING, _readers(change), "keep the members that are still published")


@breaks("B105", "deprecated-topic-removed-early", [ChangeKind.REMOVED], _WHERE)
def removed_early(change: Change, case: Case) -> Impact | None:
    """A deprecated topic is gone before the version that was to remove it.

    Why:
        Users who planned by `until` have not moved yet.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "3.0.0"}}}}}  # gone in 2.0.0

    Instead:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "3.0.0"}}}}}  # until 3.0.0
    """
    if change.deprecated is None or _carries_nothing(change) or _is_due(change, case):
        return None
    until = change.deprecated.until
    help_ = f"it was to stay until {until}" if until else "it never had an `until`"
    return Impact(Effect.BREAKING, _readers(change), help_)


@breaks("B106", "deprecated-topic-removed", [ChangeKind.REMOVED], _WHERE)
def removed_as_planned(change: Change, case: Case) -> Impact | None:
    """A deprecated topic is gone, in the version that was to remove it.

    Why:
        It breaks clients that did not move in time, so the version must say so.

    Example:
        sites: {lyon: {metrics: {power: {type: number, deprecated: {until: "2.0.0"}}}}}  # gone in 2.0.0

    Instead:
        clients: {historian: {subscribe: [lyon/energy]}}  # once no client asks for it any more
    """
    if change.deprecated is None or _carries_nothing(change) or not _is_due(change, case):
        return None
    successor = change.deprecated.replaced_by
    help_ = f"as planned for {change.deprecated.until}"
    help_ += f"; see {successor}" if successor else ""
    return Impact(Effect.BREAKING, _readers(change), help_)


def _is_due(change: Change, case: Case) -> bool:
    until = change.deprecated.until if change.deprecated else None
    now = case.changes.new.model.version
    return until is not None and now is not None and parse_version(until) <= parse_version(now)


@breaks("B107", "root-changed", [ChangeKind.CHANGED], [Subject.ROOT])
def root_changed(change: Change, case: Case) -> Impact | None:
    """The root, the fixed levels at the start of every topic, changed.

    Why:
        Every topic gets a new name, and so does every Kafka topic.

    Example:
        topic: {root: umh/v2}  # umh/v1 before

    Instead:
        topic: {root: umh/v1}
    """
    if _carries_nothing(change):
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, ALL, "run both roots side by side, as two models, for a while")


@breaks("B108", "aspect-level-changed", [ChangeKind.MOVED], [Subject.ASPECT])
def aspect_level_changed(change: Change, case: Case) -> Impact | None:
    """The topic level of an aspect changed, and with it the name of every topic in it.

    Why:
        One word changes in the model, but every topic of the aspect gets a new name.

    Example:
        aspects: {raw: _source}  # _raw before

    Instead:
        aspects: {raw: _raw}
    """
    help_ = "keep the level; an aspect may have any name in the model"
    return Impact(Effect.BREAKING, _readers(change), help_)


@breaks("B109", "open-node-closed", [ChangeKind.REMOVED], [Subject.OPEN])
def open_node_closed(change: Change, case: Case) -> Impact | None:
    """A node is no longer open: topics below it must be modelled from now on.

    Why:
        Topics that were legal without a contract are now unknown, unless a node above is open.

    Example:
        sites: {lyon: {lines: {line1: {}}}}  # with `open: true` before

    Instead:
        sites: {lyon: {lines: {line1: {open: true, metrics: {speed: {type: number}}}}}}
    """
    if change.keeps == Compatibility.FULL:
        return Impact(Effect.COMPATIBLE)
    return Impact(Effect.BREAKING, ALL, "model what is published there first")


@breaks("B110", "topic-added", [ChangeKind.ADDED], _WHERE)
def topic_added(change: Change, case: Case) -> Impact | None:
    """The model has new topics.

    Why:
        It breaks nothing. A subscription with wildcards may match them.

    Example:
        sites: {lyon: {metrics: {power: {type: number}}}}  # without power before

    Instead:
        sites: {lyon: {metrics: {power: {type: number}}}}
    """
    if Compatibility.BACKWARD not in change.keeps and not _carries_nothing(change):
        return None
    return Impact(Effect.COMPATIBLE if _carries_nothing(change) else Effect.ADDITIVE)


@breaks("B111", "open-node-opened", [ChangeKind.ADDED], [Subject.OPEN])
def open_node_opened(change: Change, case: Case) -> Impact | None:
    """A node is now open: anything may be published below it.

    Why:
        It breaks nothing. A subscription with wildcards may get messages without a contract.

    Example:
        sites: {lyon: {lines: {line1: {open: true}}}}

    Instead:
        sites: {lyon: {lines: {line1: {metrics: {speed: {type: number}}}}}}
    """
    is_known = change.keeps == Compatibility.FULL  # a node above was open before
    return Impact(Effect.COMPATIBLE if is_known else Effect.ADDITIVE)


@breaks("B112", "subscription-gains-payload", [ChangeKind.ADDED, ChangeKind.MOVED], _WHERE)
def subscription_gains_payload(change: Change, case: Case) -> Impact | None:
    """A subscription matches new topics with a payload that it never got before.

    Why:
        The broker delivers them unasked. A consumer that does not look at the topic reads them
        as one of the payloads it knows.

    Example:
        clients: {historian: {subscribe: ["lyon/#"]}}  # and lyon gets topics with another payload

    Instead:
        clients: {historian: {subscribe: ["lyon/+/speed"]}}
    """
    surprised = case.surprises.get(change.number, ())
    if not surprised:
        return None
    help_ = "; ".join(f"{client} gets {', '.join(payloads)}" for client, payloads in surprised)
    return Impact(Effect.ADDITIVE, frozenset({Audience.CONSUMERS}), help_)


@breaks("B113", "open-topic-modelled", [ChangeKind.ADDED], _WHERE)
def open_topic_modelled(change: Change, case: Case) -> Impact | None:
    """Topics below an open node now have a contract; they were legal without one.

    Why:
        Validation now refuses producers that publish something else there.

    Example:
        sites: {lyon: {open: true, metrics: {power: {type: number}}}}  # open, without power, before

    Instead:
        sites: {lyon: {open: true}}  # until every producer of power keeps to the contract
    """
    if Compatibility.BACKWARD in change.keeps or _carries_nothing(change):
        return None
    help_ = "make sure that the messages already published there keep to the contract"
    # Kafka keeps the records from before, which need not keep to it either.
    hit = frozenset({Audience.PRODUCERS, Audience.KAFKA_READERS})
    return Impact(Effect.BREAKING, hit, help_)


@breaks("B114", "nothing-moved-from-there", [ChangeKind.ADDED], [Subject.MOVED_FROM])
def nothing_moved_from_there(change: Change, case: Case) -> Impact | None:
    """`moved_from` names a topic, or a class, that the old version does not have: it has no effect.

    Why:
        Often the name is misspelled. Then the old topics count as removed and the new ones as
        added.

    Example:
        sites: {lyon: {lines: {line-1: {moved_from: lyon/lineX}}}}  # line1 before

    Instead:
        sites: {lyon: {lines: {line-1: {moved_from: lyon/line1}}}}
    """
    help_ = (
        "write the old topic with all its levels; for a metric or a topic the last level alone is"
        " enough"
    )
    if change.cause.startswith("class ") and not change.template:
        help_ = "write the name that the class had in the old version"
    return Impact(Effect.ADDITIVE, help=help_)
