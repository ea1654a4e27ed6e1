"""Rules of family B on those around a namespace: its clients, and what goes to Kafka."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import Audience, Case, Effect, Hit, Impact, breaks, plain

_CHANGED = [ChangeKind.CHANGED]
_READERS = frozenset({Audience.KAFKA_READERS})


@breaks("B401", "publish-grant-removed", [ChangeKind.REMOVED], [Subject.PUBLISH])
def publish_grant_removed(change: Change, case: Case) -> Impact | None:
    """A client may not publish any more what it might publish.

    Why:
        A broker with these rights drops its messages, with or without a word.

    Example:
        clients: {mes: {publish: [lyon/orders]}}  # lyon/# before

    Instead:
        clients: {mes: {publish: ["lyon/#"]}}
    """
    client = case.changes.new.clients.get(change.detail)
    others = [plain(str(other)) for other in client.publish] if client else []
    lost = case.changes.lost_to(plain(change.before or ""), others)
    return _filter_gone(change, case, lost, Audience.PRODUCERS)


@breaks("B402", "subscription-removed", [ChangeKind.REMOVED], [Subject.SUBSCRIBE])
def subscription_removed(change: Change, case: Case) -> Impact | None:
    """A client may not read any more what it might read.

    Why:
        A broker with these rights refuses the subscription, or delivers nothing for it. Of a shared
        subscription it delivers each message to one client, so one that is shared with another
        client does not replace a subscription of one's own (MQTT 5.0 §4.8.2).

    Example:
        clients: {historian: {subscribe: [lyon/+/speed]}}  # lyon/# before

    Instead:
        clients: {historian: {subscribe: ["lyon/#"]}}
    """
    lost = case.lost_to_others(change.detail, change.before or "")
    return _filter_gone(change, case, lost, Audience.CONSUMERS)


def _filter_gone(change: Change, case: Case, lost: int | None, audience: Audience) -> Impact:
    """What a client has of it that other filters take over all of a filter but ``lost`` topics."""
    if lost == 0:
        return Impact(Effect.COMPATIBLE)
    client = case.changes.new.clients.get(change.detail)
    help_ = "tell whoever runs it, or keep a filter that takes those topics"
    if client is None:
        help_ = "keep the client under `clients:` until nobody runs it any more"
    hit = Hit(change.detail, str(change.subject), change.before or "", lost=lost, revoked=True)
    return Impact(Effect.BREAKING, frozenset({audience}), help_, hits=(hit,))


@breaks("B403", "client-changed", [ChangeKind.REMOVED, ChangeKind.ADDED], [Subject.CLIENT])
def client_changed(change: Change, case: Case) -> Impact | None:
    """A client came, or went.

    Why:
        What a client that went could do is judged filter by filter.

    Example:
        clients: {historian: {subscribe: ["lyon/#"]}}

    Instead:
        clients: {historian: {subscribe: ["lyon/#"]}}
    """
    is_new = change.kind is ChangeKind.ADDED
    return Impact(Effect.ADDITIVE if is_new else Effect.COMPATIBLE)


@breaks("B404", "grant-added", [ChangeKind.ADDED], [Subject.PUBLISH, Subject.SUBSCRIBE])
def grant_added(change: Change, case: Case) -> Impact | None:
    """A client may publish or read more than before.

    Why:
        Nobody loses anything. Who may do what is worth a second look.

    Example:
        clients: {historian: {subscribe: ["lyon/#", "oslo/#"]}}  # lyon/# alone before

    Instead:
        clients: {historian: {subscribe: ["lyon/#"]}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B405", "subscription-shared", [ChangeKind.ADDED], [Subject.SUBSCRIBE])
def subscription_shared(change: Change, case: Case) -> Impact | None:
    """A client joins a shared subscription of another one, and takes part of its messages.

    Why:
        Each message of a shared subscription goes to one of the clients that share it
        (MQTT 5.0 §4.8.2). Instances of one client split the work; two clients starve each other.

    Example:
        clients: {board: {subscribe: ["$share/g/lyon/#"]}, mes: {subscribe: ["$share/g/lyon/#"]}}  # board alone before

    Instead:
        clients: {board: {subscribe: ["$share/boards/lyon/#"]}, mes: {subscribe: ["$share/mes/lyon/#"]}}
    """
    filter_, joins = change.after or "", change.detail
    sharers = case.sharers[0].get(filter_, frozenset()) - {joins}
    lost = {name: case.lost_to_others(name, filter_) for name in sorted(sharers)}
    hits = tuple(
        Hit(name, str(change.subject), filter_, lost=count)
        for name, count in lost.items()
        if count != 0 and name in case.sharers[1].get(filter_, ())
    )
    if not hits:
        return None
    help_ = "give each client a share name of its own"
    return Impact(Effect.BREAKING, frozenset({Audience.CONSUMERS}), help_, hits=hits)


@breaks("B501", "kafka-topics-moved", _CHANGED, [Subject.KAFKA_PREFIX, Subject.KAFKA_SPLIT])
def kafka_topics_moved(change: Change, case: Case) -> Impact | None:
    """Records go to other Kafka topics than before.

    Why:
        Consumer groups, retention, access rights and everything stored stay with the old topics.

    Example:
        kafka: {split: 2}  # 3 before

    Instead:
        kafka: {split: 3}
    """
    return _for_readers(change, "mirror the old topics until readers have moved")


@breaks("B502", "kafka-key-changed", _CHANGED, [Subject.KAFKA_KEY])
def kafka_key_changed(change: Change, case: Case) -> Impact | None:
    """Records have other keys than before.

    Why:
        Compacted topics keep both, order across the change is lost, and a reader that takes the
        MQTT topic from the key takes nonsense.

    Example:
        kafka: {key: tail}  # full before

    Instead:
        kafka: {key: full}
    """
    return _for_readers(change, "change the prefix too, so that old and new stay apart")


@breaks(
    "B503", "kafka-partitions-moved", _CHANGED,
    [Subject.KAFKA_PARTITIONER, Subject.KAFKA_PARTITIONS, Subject.KAFKA_ORDER],
)  # fmt: skip
def kafka_partitions_moved(change: Change, case: Case) -> Impact | None:
    """Records of one key go to another partition than before.

    Why:
        Their order is lost across the change, and readers that share partitions by key, such as
        Kafka Streams, lose their state.

    Example:
        kafka: {partitions: 12}  # 6 before

    Instead:
        kafka: {partitions: 6}
    """
    return _for_readers(change, "let readers catch up before the change")


@breaks("B504", "kafka-overflow-changed", _CHANGED, [Subject.KAFKA_OVERFLOW])
def kafka_overflow_changed(change: Change, case: Case) -> Impact | None:
    """Topics whose Kafka name would be too long are refused, or are so no more.

    Why:
        What went to the bucket goes nowhere now.

    Example:
        kafka: {overflow: reject}  # bucket before

    Instead:
        kafka: {overflow: bucket}
    """
    if change.after == "bucket":
        return Impact(Effect.ADDITIVE)
    return _for_readers(change, "shorten the names first")


def _for_readers(change: Change, help_: str) -> Impact:
    """What readers of Kafka have of a change: nothing, where no topic goes elsewhere."""
    if change.count == 0:
        return Impact(Effect.COMPATIBLE)
    return Impact(
        Effect.BREAKING, _READERS, f"{change.reason}; {help_}" if change.reason else help_
    )
