"""Rules of family B: brokers, and what clients connect to."""

from __future__ import annotations

from uns.changes import Change, ChangeKind, Subject
from uns.linting.verdicts import Audience, Case, Effect, Hit, Impact, breaks, plain
from uns.model.clients import Via

_CHANGED = [ChangeKind.CHANGED]


@breaks("B411", "client-moved", _CHANGED, [Subject.CONNECTION])
def client_moved(change: Change, case: Case) -> Impact | None:
    """A client connects to another broker than before, or to Kafka instead of MQTT.

    A model without `brokers:` has one broker, which counts as the root.

    Why:
        The broker that it is connected to takes away its rights, and no longer gets the messages
        for it. A persistent session with its queue stays behind.

    Example:
        clients: {board: {broker: central, subscribe: ["lyon/#"]}}  # broker: lyon before

    Instead:
        clients: {board: {broker: lyon, subscribe: ["lyon/#"]}}
    """
    return _for_client(change, case, "let it connect to both until it has moved")


@breaks("B412", "client-user-changed", _CHANGED, [Subject.USER])
def client_user_changed(change: Change, case: Case) -> Impact | None:
    """A client authenticates with another name than before.

    Why:
        Rights are given to this name, so a client with the former one is refused.

    Example:
        clients: {board: {user: svc-board-2, subscribe: ["lyon/#"]}}  # svc-board before

    Instead:
        clients: {board: {user: svc-board, subscribe: ["lyon/#"]}}
    """
    return _for_client(change, case, "give the rights to both names until it uses the new one")


def _for_client(change: Change, case: Case, help_: str) -> Impact:
    """The impact on one client and what it used: none if it used nothing."""
    client = case.changes.old.clients[change.detail]
    hits = tuple(
        Hit(client.name, direction, str(filter_), changed=topics)
        for direction, filters in (("publish", client.publish), ("subscribe", client.subscribe))
        for filter_ in filters
        if (topics := case.changes.lost_to(plain(str(filter_)), ())) != 0
    )
    if not hits:
        return Impact(Effect.COMPATIBLE)
    readers = Audience.KAFKA_READERS if client.via is Via.KAFKA else Audience.CONSUMERS
    audiences = {"publish": Audience.PRODUCERS, "subscribe": readers}
    affected = frozenset(audiences[hit.direction] for hit in hits)
    return Impact(Effect.BREAKING, affected, help_, hits=hits)


@breaks("B413", "consumer-group-changed", _CHANGED, [Subject.GROUP])
def consumer_group_changed(change: Change, case: Case) -> Impact | None:
    """A Kafka client reads with another consumer group than before.

    Why:
        Kafka keeps offsets by group. The new group starts where `auto.offset.reset` says: it skips
        what was not read yet, or reads everything again.

    Example:
        clients: {historian: {via: kafka, group: historian-2, subscribe: ["lyon/#"]}}  # historian before

    Instead:
        clients: {historian: {via: kafka, group: historian, subscribe: ["lyon/#"]}}
    """
    if not case.changes.old.clients[change.detail].subscribe:
        return Impact(Effect.COMPATIBLE)
    impact = _for_client(change, case, "copy the offsets of the old group before it starts")
    hits = tuple(hit for hit in impact.hits or () if hit.direction == "subscribe")
    if not hits:
        return Impact(Effect.COMPATIBLE)
    return impact._replace(audiences=frozenset({Audience.KAFKA_READERS}), hits=hits)


@breaks("B414", "topic-home-changed", _CHANGED, [Subject.HOME])
def topic_home_changed(change: Change, case: Case) -> Impact | None:
    """Topics have their home at another broker than before.

    Clients of the model still get them. It breaks readers at the former home that the model does
    not list, if that broker no longer sees the topics.

    Why:
        All messages of a topic go to its home. A broker that no longer sees a topic keeps its last
        retained message for ever, and a new subscriber there takes it for the latest value.

    Example:
        brokers: {munich: {upstream: hq}, hq: {}}  # munich holds munich/# before

    Instead:
        brokers: {munich: {holds: ["munich/#"], upstream: hq}, hq: {}}
    """
    if change.reason is None:
        return Impact(Effect.COMPATIBLE)
    help_ = f"{change.reason}: list the clients that read them there, and clear retained messages"
    return Impact(Effect.BREAKING, frozenset({Audience.CONSUMERS}), help_, hits=())


@breaks("B415", "broker-added-or-removed", [ChangeKind.ADDED, ChangeKind.REMOVED], [Subject.BROKER])
def broker_added_or_removed(change: Change, case: Case) -> Impact | None:
    """A broker was added or removed.

    Why:
        Clients that connect elsewhere, and topics with another home, are judged one by one.

    Example:
        brokers: {lyon: {upstream: hq}, hq: {}}

    Instead:
        brokers: {lyon: {upstream: hq}, hq: {}}
    """
    is_new = change.kind is ChangeKind.ADDED
    return Impact(Effect.ADDITIVE if is_new else Effect.COMPATIBLE)


@breaks(
    "B416", "bridges-changed", list(ChangeKind),
    [Subject.UPSTREAM, Subject.HOLDS],
)  # fmt: skip
def bridges_changed(change: Change, case: Case) -> Impact | None:
    """A broker has another upstream, or holds other topics.

    Why:
        The bridges between the brokers have to be set up anew. What becomes of the topics is
        judged by topic-home-changed.

    Example:
        brokers: {lyon: {upstream: paris}, paris: {upstream: hq}, hq: {}}  # upstream: hq before

    Instead:
        brokers: {lyon: {upstream: hq}, paris: {upstream: hq}, hq: {}}
    """
    return Impact(Effect.COMPATIBLE, help="set up the bridges anew, before the clients")
