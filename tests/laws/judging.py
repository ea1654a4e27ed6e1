"""The laws of the verdict on two versions, each as a function that says what is wrong, or ``None``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import uns
from tests.laws.operation import trouble
from tests.laws.plants import Harm, Plant, harms, plain, plant, takes, written_out
from uns.changes import Change, ChangeKind, Changes, Subject
from uns.changes.facts import NODE_SUBJECTS
from uns.linting.verdicts import is_move
from uns.rules.breaking import Audience, Effect, Judgement, Verdict, verdict


class Caution(NamedTuple):
    """Judgements that may call a change breaking though nobody can be shown to be worse off."""

    codes: str
    why: str
    applies: Callable[[Change, Changes], bool]


def _has_topic(changes: Changes, template: str, key: str) -> bool:
    """Whether equipment of a version has a topic of some key; each has that of no key."""
    return not key or any(
        below.endpoint is not None and below.endpoint.key == key
        for version in (changes.old, changes.new)
        for node in version.walk(expand=False)
        if node.template.text == template
        for below in node.endpoints
    )


def _is_taken_over(changes: Changes, name: str) -> bool:
    """Whether other clients of the new version share what a client shared."""
    others = (other for other in changes.new.clients.values() if other.name != name)
    theirs = {str(text) for other in others for text in other.subscribe}
    return any(str(text) in theirs for text in changes.old.clients[name].subscribe)


#: All of them; `docs/how-to/review-changes.md` lists them for users.
CAUTIONS = (
    Caution(
        "B201 B227",
        "a published payload may be in use where this model does not see it",
        lambda change, _: change.count == 0,
    ),
    Caution("B211", "JSON Schemas are not compared", lambda *_: True),
    Caution(
        "B201 B202",
        "whether all texts like a pattern are units or moments, or the reverse, is not decided",
        lambda change, _: bool({"UCUM", "RFC"} & {*f"{change.before} {change.after}".split()}),
    ),
    Caution(
        "B304 B305",
        "whether equipment has a topic that a list requires of it is judged by `uns check`",
        lambda change, changes: not _has_topic(changes, change.template, change.detail),
    ),
    Caution(
        "B101 B107",
        "that an old name is legal below an open node of the new root is not looked at",
        lambda _, changes: any(changes.of(Subject.ROOT)) and changes.new.allows_unmodelled(),
    ),
    Caution(
        "B407",
        "whether others who take over a shared subscription do the same work is not known",
        lambda change, changes: _is_taken_over(changes, change.detail),
    ),
    Caution(
        "B503 B504",
        "where topics have no end, that by chance none of them has another place is not seen",
        lambda change, _: change.count is None,
    ),
)


def is_cautious(judgement: Judgement, changes: Changes) -> bool:
    """Whether a judgement is one of :data:`CAUTIONS`."""
    found = (caution for caution in CAUTIONS if judgement.code in caution.codes.split())
    return any(caution.applies(judgement.change, changes) for caution in found)


class Pair(NamedTuple):
    """Two versions, the verdict on them, and who is worse off."""

    old: Plant
    new: Plant
    found: Verdict
    harms: list[Harm]


def judge(old: Plant, new: Plant) -> Pair:
    """Two versions, with the verdict of the rules and who is worse off."""
    return Pair(old, new, verdict(uns.diff(old.ns, new.ns)), harms(old, new))


def breaking(found: Verdict, audience: Audience) -> list[Judgement]:
    """The judgements that say that a change is breaking for an audience."""
    return [j for j in found.of(Effect.BREAKING) if audience in j.audiences]


# --- the laws --------------------------------------------------------------------------------------


def unnoticed(pair: Pair) -> str | None:
    """Somebody is worse off and is not told: what is compatible must harm nobody."""
    for harm in pair.harms:
        if pair.found.audiences[harm.audience] is not Effect.BREAKING:
            return f"nothing breaks for {harm.audience}, but {harm.where}: {harm.why}"
    return None


def unworkable(pair: Pair) -> str | None:
    """Nothing breaks for whoever sends or reads messages, but the plant does not work."""
    audiences = Audience.PRODUCERS, Audience.CONSUMERS, Audience.KAFKA_READERS
    if any(pair.found.audiences[audience] is Effect.BREAKING for audience in audiences):
        return None
    return trouble(pair.old, pair.new)


def unfounded(pair: Pair) -> str | None:
    """Nobody is worse off, but somebody is told so: what is breaking must have a witness."""
    for audience in Audience:
        where = {harm.where for harm in pair.harms if harm.audience is audience}
        if audience is Audience.QUERIES:
            # Equipment that is gone is not found either, though other rules tell it.
            where |= pair.old.levels.keys() - pair.new.levels.keys()
        for judgement in breaking(pair.found, audience):
            if is_cautious(judgement, pair.found.changes) or _is_shown(pair, judgement, where):
                continue
            return f"{judgement.code}: {judgement.message}: breaks nothing for {audience}"
    return None


def _is_shown(pair: Pair, judgement: Judgement, where: set[str]) -> bool:
    """Whether one of the places where somebody is worse off is one of a judgement."""
    change = judgement.change
    is_existence = change.subject in {Subject.TOPIC, Subject.EQUIPMENT, Subject.OPEN}
    if not is_existence and any(is_move(other) for other in pair.found.changes):
        return True  # perhaps a change of what has moved; its old name is gone
    if change.subject not in AT_TOPICS:
        return bool(where)
    taken = (pair.found.changes.taken_by(topic) for topic in sorted(where))
    return any(found is change for changes in taken for found, _ in changes)


#: The subjects of changes whose witness is at one of their own topics.
AT_TOPICS = frozenset(Subject) - {
    Subject.ROOT, Subject.REQUIRED, Subject.CLASS, Subject.LEVEL, Subject.ASPECT,
    Subject.CLIENT, Subject.PUBLISH, Subject.SUBSCRIBE, Subject.PROPERTY_TYPE, Subject.LEVEL_KIND,
    *(subject for subject in Subject if subject.startswith("Kafka")),
}  # fmt: skip


def unplanned(pair: Pair) -> str | None:
    """There is more than before, but the verdict asks for a patch version only."""
    if pair.found.effect is not Effect.COMPATIBLE:
        return None
    old, new = pair.old, pair.new
    more = [
        *sorted(new.topics - old.topics),
        *sorted(topic for topic in new.unmodelled if not old.is_open(topic)),
        *sorted(new.ns.clients.keys() - old.ns.clients.keys()),
        *sorted(new.ns.payloads.keys() - old.ns.payloads.keys()),
        *sorted(
            f"{topic} {more}"
            for topic in new.topics & old.topics
            for more in _more(old, new, topic)
        ),
        *sorted(f"{name} of {client}" for client, name in _grants(new) - _grants(old)),
        *sorted(
            f"{topic} twice"
            for topic in new.topics & old.topics
            if _may_come_twice(old, new, topic)
        ),
        *sorted(new.deprecated - old.deprecated),
        *sorted(text for text in new.moved_from - old.moved_from if not _was_there(old, text)),
    ]
    return f"compatible, but {more[0]} is new" if more else None


def _was_there(old: Plant, text: str) -> bool:
    """Whether the old version has a name, or allows it below an open node."""
    return text in old.templates or any(
        name in old.places or old.is_open(name) for name in written_out(text)
    )


def _more(old: Plant, new: Plant, topic: str) -> set[str]:
    """The fields that messages of a topic have for the first time."""
    was, is_ = old.endpoint(topic), new.endpoint(topic)
    if was is None or is_ is None:
        return set()
    return {f.name for f in is_.contract.payload.fields} - {
        f.name for f in was.contract.payload.fields
    }


def _may_come_twice(old: Plant, new: Plant, topic: str) -> bool:
    """Whether messages that count each may come twice for the first time (MQTT 5.0 §4.3.2)."""
    was, is_ = old.endpoint(topic), new.endpoint(topic)
    if was is None or is_ is None or is_.kind is uns.Kind.STATE:
        return False
    return is_.qos == 1 and was.qos != 1


def _grants(version: Plant) -> set[tuple[str, str]]:
    """The filters of each client, with the direction."""
    return {
        (client.name, f"{direction} {text}")
        for client in version.ns.clients.values()
        for direction, texts in (("publish", client.publish), ("subscribe", client.subscribe))
        for text in texts
    }


def unjudged(pair: Pair) -> str | None:
    """A change that no rule covers."""
    found = [j.message for j in pair.found.judgements if j.code == "B999"]
    return f"no rule covers {found[0]}" if found else None


def miscounted(pair: Pair) -> str | None:
    """What is removed, moved, added and kept, against the topics as they are written out."""
    old, new, changes = pair.old, pair.new, pair.found.changes
    gone, came = old.topics - new.topics, new.topics - old.topics
    for change in changes.of(Subject.TOPIC, Subject.EQUIPMENT):
        if change.kind is ChangeKind.REMOVED and not written_out(change.template) & old.places:
            return f"{change.template} is removed, and was never there"
        if change.kind is ChangeKind.ADDED and not written_out(change.template) & new.places:
            return f"{change.template} is added, and is not there"
        if change.kind is ChangeKind.MOVED and not (
            written_out(change.before or "") & old.places
            and written_out(change.after or "") & new.places
        ):
            return f"{change.before} -> {change.after} is moved, and they are not there"
    if not old.is_closed or not new.is_closed:
        return None
    told = dict.fromkeys(ChangeKind, 0)
    for change in changes:
        is_renamed = change.subject is Subject.ROOT
        if change.subject in _ABOUT_TOPICS and (
            is_renamed or change.kind is not ChangeKind.CHANGED
        ):
            kind = ChangeKind.MOVED if is_renamed else change.kind
            told[kind] += change.count or 0
    out = told[ChangeKind.REMOVED] + told[ChangeKind.MOVED]
    in_ = told[ChangeKind.ADDED] + told[ChangeKind.MOVED]
    if out != len(gone):
        return f"{out} topics are told to be removed or moved, but {len(gone)} are gone"
    if in_ != len(came):
        return f"{in_} topics are told to be added or moved, but {len(came)} are new"
    if changes.kept != len(old.topics & new.topics):
        return f"{changes.kept} topics are told to be kept, but {len(old.topics & new.topics)} are"
    return None


#: Changes whose number is one of topics that exist or not, if they are removed, moved or added.
_ABOUT_TOPICS = {Subject.TOPIC, Subject.EQUIPMENT, Subject.ROOT, Subject.ASPECT}


def unreached(pair: Pair) -> str | None:
    """The number of a change is that of the topics by which a filter reaches it."""
    old, new, changes = pair.old, pair.new, pair.found.changes
    if not old.is_closed or not new.is_closed or any(map(is_move, changes)):
        return None  # a move is reached by the old name and by the new one
    reached: Counter[int] = Counter()
    for topic in old.topics | new.topics:
        reached.update(change.number for change, _ in changes.taken_by(topic))
    for change in changes.of(*COUNTED):
        if change.count != (found := reached[change.number]):
            return f"{change} is told of {change.count} topics, and concerns {found}"
    return None


#: The subjects of changes whose number is one of topics, each of which a filter reaches.
COUNTED = AT_TOPICS - NODE_SUBJECTS - {
    Subject.MOVED_FROM, Subject.MODEL, Subject.VERSION, Subject.SETTING,
}  # fmt: skip


def misattributed(pair: Pair) -> str | None:
    """The filters of clients that lose topics are named, with the number of those topics.

    A topic is lost if it is no longer modelled; for a publisher, if it is no longer legal.
    """
    old, new, found = pair.old, pair.new, pair.found
    if any(is_move(change) for change in found.changes):
        return None
    found = found.without([j for j in found.judgements if j.change.subject is Subject.SUBSCRIBE])
    gone = {topic for topic in old.topics if new.endpoint(topic) is None}
    for client in old.ns.clients.values():
        for direction in ("publish", "subscribe"):
            for text in {str(text) for text in getattr(client, direction)}:
                lost = {topic for topic in gone if takes(plain(text), topic)}
                if direction == "publish":
                    lost = {topic for topic in lost if not new.is_open(topic)}
                hits = [
                    h
                    for h in found.hits
                    if h[:3] == (client.name, direction, text) and not h.revoked
                ]
                told = [hit.lost for hit in hits]
                if lost and not any(count != 0 for count in told):
                    return f"{client.name} is not told that {text} loses {min(lost)}"
                if old.is_closed and sum(count or 0 for count in told) != len(lost):
                    return f"{client.name}: {text} loses {len(lost)} topics, but {told} are told"
    return None


LAWS = (unnoticed, unworkable, unfounded, unplanned, unjudged, miscounted, unreached, misattributed)


@cache
def broken_laws(old: str, new: str) -> tuple[str, ...]:
    """What each law says against the verdict on two models."""
    return tuple(broken_by(judge(plant(old), plant(new))))


def broken_by(pair: Pair) -> Iterator[str]:
    """What each law says against the verdict on two versions."""
    return (f"{law.__name__}: {said}" for law in LAWS if (said := law(pair)))


def report(pairs: Iterable[tuple[str, str]], most: int = 5) -> str:
    """The pairs that break a law, each with the places in which it differs."""
    found = [(old, new, said) for old, new in pairs if (said := broken_laws(old, new))]
    shown = [
        "\n".join([*said, *differences(json.loads(old), json.loads(new))])
        for old, new, said in found[:most]
    ]
    return "\n\n".join([f"{len(found)} pairs", *shown]) if found else ""


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """The places in which two models differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in {**old, **new}
            if old.get(key) != new.get(key)
            for line in differences(old.get(key), new.get(key), f"{path}/{key}")
        ]
    return [f"  {path}: {json.dumps(old)} -> {json.dumps(new)}"]
