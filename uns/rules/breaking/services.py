"""Rules of family B: clients and Kafka."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import Audience, Case, Effect, Hit, Impact, breaks, plain
from uns.model.clients import Via

_CHANGED = [ChangeKind.CHANGED]
_READERS = frozenset({Audience.KAFKA_READERS})


@breaks("B401", "publish-grant-removed", [ChangeKind.REMOVED], [Subject.PUBLISH])
def publish_grant_removed(change: Change, case: Case) -> Impact | None:
    """A client may no longer publish to topics that it might publish to.

    Why:
        A broker with these rights drops its messages, with or without an error.

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
    """A client may no longer subscribe to topics that it might subscribe to.

    Why:
        A broker with these rights refuses the subscription, or delivers nothing for it. With a
        shared subscription each message goes to only one of the clients, so it does not replace an
        own subscription (MQTT 5.0 §4.8.2).

    Example:
        clients: {historian: {subscribe: [lyon/+/speed]}}  # lyon/# before

    Instead:
        clients: {historian: {subscribe: ["lyon/#"]}}
    """
    filter_ = change.before or ""
    lost = case.lost_to_others(change.detail, filter_)
    if lost == 0 and case.only_shared(change.detail, filter_) != 0:
        return None
    client = case.changes.old.clients[change.detail]
    over_mqtt = client.via is Via.MQTT
    readers = Audience.CONSUMERS if over_mqtt else Audience.KAFKA_READERS
    return _filter_gone(change, case, lost, readers)


def _filter_gone(change: Change, case: Case, lost: int | None, audience: Audience) -> Impact:
    """The impact on a client whose other filters cover all of a removed filter but ``lost`` topics."""
    if lost == 0:
        return Impact(Effect.COMPATIBLE)
    client = case.changes.new.clients.get(change.detail)
    help_ = "tell its owner, or keep a filter that matches those topics"
    if client is None:
        help_ = "keep the client under `clients:` as long as it runs"
    hit = Hit(change.detail, str(change.subject), change.before or "", lost=lost, revoked=True)
    return Impact(Effect.BREAKING, frozenset({audience}), help_, hits=(hit,))


@breaks("B403", "client-changed", [ChangeKind.REMOVED, ChangeKind.ADDED], [Subject.CLIENT])
def client_changed(change: Change, case: Case) -> Impact | None:
    """A client was added or removed.

    Why:
        The filters of a removed client are judged one by one.

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
        It breaks nothing, but check that the new rights are intended.

    Example:
        clients: {historian: {subscribe: ["lyon/#", "oslo/#"]}}  # lyon/# alone before

    Instead:
        clients: {historian: {subscribe: ["lyon/#"]}}
    """
    return Impact(Effect.ADDITIVE)


@breaks("B405", "subscription-shared", [ChangeKind.ADDED], [Subject.SUBSCRIBE])
def subscription_shared(change: Change, case: Case) -> Impact | None:
    """A client joins another client's shared subscription, and takes some of its messages.

    Why:
        Each message of a shared subscription goes to one of the clients that share it
        (MQTT 5.0 §4.8.2). Instances of one client share the work, but different clients take
        messages from each other.

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
    help_ = "give each client its own share name"
    return Impact(Effect.BREAKING, frozenset({Audience.CONSUMERS}), help_, hits=hits)


@breaks("B406", "subscription-now-shared", [ChangeKind.REMOVED], [Subject.SUBSCRIBE])
def subscription_now_shared(change: Change, case: Case) -> Impact | None:
    """A client reads by a shared subscription what it read by its own subscription before.

    Why:
        Each message goes to only one instance of the client, and none of them gets the retained
        messages when it subscribes (MQTT 5.0 §4.8.2): until the next message, a state is not known.

    Example:
        clients: {board: {subscribe: ["$share/board/lyon/#"]}}  # lyon/# before

    Instead:
        clients: {board: {subscribe: ["lyon/#"]}}
    """
    client, filter_ = change.detail, change.before or ""
    topics = case.only_shared(client, filter_)
    if topics == 0 or case.lost_to_others(client, filter_) != 0:
        return None
    hit = Hit(client, str(change.subject), filter_, changed=topics)
    help_ = "share only what may go to any one instance: events, records, commands"
    return Impact(Effect.BREAKING, frozenset({Audience.CONSUMERS}), help_, hits=(hit,))


@breaks("B407", "subscription-multiplied", [ChangeKind.ADDED], [Subject.SUBSCRIBE])
def subscription_multiplied(change: Change, case: Case) -> Impact | None:
    """A client gets messages several times that its shared subscription gave it once.

    Why:
        Its own subscription gives every message to each instance of the client, and each of two
        shared subscriptions gives it to one instance (MQTT 5.0 §4.8.2): each order is carried out
        twice. If all clients leave the old one, this lasts until the last instance has.

    Example:
        clients: {mes: {subscribe: [lyon/orders]}}  # $share/mes/lyon/orders before

    Instead:
        clients: {mes: {subscribe: [$share/mes/lyon/orders]}}
    """
    client, filter_ = change.detail, change.after or ""
    is_shared = filter_.startswith("$share/")
    hits = []
    is_passing = True
    for shared, topics in case.multiplied(client, filter_):
        hits.append(Hit(client, str(change.subject), filter_, changed=topics))
        both = str(shared.filter & plain(filter_))
        versions = case.changes.old, case.changes.new
        before, after = (case.shares(one.clients.get(client), both) for one in versions)
        is_passing &= is_shared and after <= before and not case.sharers[1].get(str(shared))
    if not hits:
        return None
    if is_passing:
        help_ = "until each instance has the new subscription, each message goes to both"
        return Impact(Effect.ADDITIVE, frozenset({Audience.CONSUMERS}), help_, hits=tuple(hits))
    help_ = "keep one shared subscription for all that share the work"
    return Impact(Effect.BREAKING, frozenset({Audience.CONSUMERS}), help_, hits=tuple(hits))


@breaks("B501", "kafka-topics-moved", _CHANGED, [Subject.KAFKA_PREFIX, Subject.KAFKA_SPLIT])
def kafka_topics_moved(change: Change, case: Case) -> Impact | None:
    """Records go to different Kafka topics than before.

    Why:
        Consumer groups, retention, access rights and stored records stay with the old topics.

    Example:
        kafka: {split: 2}  # 3 before

    Instead:
        kafka: {split: 3}
    """
    return _for_readers(change, "mirror the old topics until readers have moved")


@breaks("B502", "kafka-key-changed", _CHANGED, [Subject.KAFKA_KEY])
def kafka_key_changed(change: Change, case: Case) -> Impact | None:
    """Records have different keys than before.

    Why:
        Compacted topics keep both, order across the change is lost, and readers that take the
        MQTT topic from the key get a wrong one.

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
    """Records with the same key go to another partition than before.

    Why:
        Their order is lost across the change, and readers that keep state by key, such as Kafka
        Streams, lose it.

    Example:
        kafka: {partitions: 12}  # 6 before

    Instead:
        kafka: {partitions: 6}
    """
    return _for_readers(change, "let readers catch up before the change")


@breaks("B504", "kafka-overflow-changed", _CHANGED, [Subject.KAFKA_OVERFLOW])
def kafka_overflow_changed(change: Change, case: Case) -> Impact | None:
    """Topics whose Kafka name is too long are now refused, or no longer refused.

    Why:
        Messages that went to the overflow bucket are no longer written.

    Example:
        kafka: {overflow: reject}  # bucket before

    Instead:
        kafka: {overflow: bucket}
    """
    if change.after == "bucket":
        return Impact(Effect.ADDITIVE)
    return _for_readers(change, "shorten the names first")


def _for_readers(change: Change, help_: str) -> Impact:
    """The impact on readers of Kafka: none if all topics stay where they are."""
    if change.count == 0:
        return Impact(Effect.COMPATIBLE)
    return Impact(
        Effect.BREAKING, _READERS, f"{change.reason}; {help_}" if change.reason else help_
    )
