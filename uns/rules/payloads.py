"""Rules of family P: the payloads a model declares, and their versions."""

from __future__ import annotations

from collections.abc import Iterator

from uns.counts import in_words
from uns.diagnostics import Severity, Span
from uns.linting.rule import Finding, rule
from uns.linting.surveys import Declared, Survey
from uns.payloads import UNKNOWN, PayloadType


def _own(survey: Survey, payload: str) -> Span | None:
    """The span at which the model itself declares a payload; ``None`` if a library does."""
    span = survey.namespace.locate("payloads", payload, key=True)
    own = {source.name for source in survey.namespace.sources} - survey.namespace.libraries
    return span if span and span.file in own else None


def _carried(survey: Survey) -> dict[str, list[Declared]]:
    """The endpoints that carry each payload."""
    found: dict[str, list[Declared]] = {}
    for declared in survey.endpoints:
        found.setdefault(declared.endpoint.contract.name, []).append(declared)
    return found


def _versions(survey: Survey) -> dict[str, list[str]]:
    """The payloads of each name, the oldest version first."""
    found: dict[str, list[str]] = {}
    for payload in survey.namespace.payloads:
        found.setdefault(payload.rpartition("/")[0], []).append(payload)
    for versions in found.values():
        versions.sort(key=lambda payload: int(payload.rpartition("/")[2]))
    return found


@rule("P501", "unused-payload", Severity.WARNING)
def unused_payload(survey: Survey) -> Iterator[Finding]:
    """A payload is declared, but no topic carries it or another version of it.

    Payloads of libraries are not reported: other models use them. Nor are those of a model
    without topics.

    Why:
        Readers write programs for it that never get a message. Often the topic that should
        carry it names another payload.

    Example:
        payloads: {door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: info/1}}}}

    Instead:
        payloads: {door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1}}}}
    """
    carried = _carried(survey)
    if not carried:
        return
    for name, versions in _versions(survey).items():
        if carried.keys().isdisjoint(versions):
            for payload in versions:
                span = _own(survey, payload)
                if span is not None:
                    yield Finding(
                        f"no topic carries {payload}",
                        span,
                        f"use it, or remove it; move {name} to a library if other models need it",
                        path=f"payload {payload}",
                    )


@rule("P503", "unknown-payload", Severity.INFO)
def unknown_payload(survey: Survey) -> Iterator[Finding]:
    """Topics carry `unknown/1`: what they carry is not known yet. They are counted, not listed.

    Why:
        Nothing is checked there, and consumers cannot rely on anything. It is a list of work to
        do: each topic that gets a contract is one less.

    Example:
        sites: {lyon: {topics: {door: {payload: unknown/1}}}}

    Instead:
        payloads: {door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1}}}}
    """
    users = [user for user in survey.endpoints if user.endpoint.contract.payload.is_unknown]
    if users:
        topics = sum(user.topics for user in users)
        carry = "carries" if topics == 1 else "carry"
        yield Finding(
            f"{in_words(topics, 'topic')} {carry} {UNKNOWN}, such as {users[0].node.template.text!r}",
            users[0].span_of("payload"),
            "declare what they carry; `uns payload check --ndjson` tells if recorded messages fit",
            path=users[0].node.template.text,
        )


@rule("P504", "no-identity", Severity.INFO)
def no_identity(survey: Survey) -> Iterator[Finding]:
    """Messages go to Kafka, and no field tells two of them apart.

    It is for models that configure Kafka. Topics with `unknown/1` are reported by P503.

    Why:
        MQTT may deliver a message twice. Without an identity both stay when they are stored:
        sums and counts of them are wrong.

    Example:
        payloads: {door/1: {fields: {open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1, kind: event}}}}
        kafka: {prefix: acme}

    Instead:
        payloads: {door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}}
        sites: {lyon: {topics: {door: {payload: door/1, kind: event}}}}
        kafka: {prefix: acme}
    """
    namespace = survey.namespace
    files = {source.name for source in namespace.sources}
    if not (namespace.kafka.settings or "kafka" in namespace.profiles):
        return
    for name, users in _carried(survey).items():
        payload = users[0].endpoint.contract.payload
        if payload.identity or payload.is_unknown:
            continue
        topics = in_words(sum(user.topics for user in users), "topic")
        declared = namespace.locate("payloads", name, key=True)
        is_ours = declared is not None and declared.file in files
        yield Finding(
            f"{name} has no identity, and {topics} of it go{'es' if topics.startswith('1 ') else ''} "
            f"to Kafka, such as {users[0].node.template.text!r}",
            declared if is_ours and declared else users[0].span_of("payload"),
            _help_with_identity(payload) if is_ours else _OTHER_PAYLOAD,
            path=f"payload {name}",
        )


#: What to do with a payload that the model cannot give an identity.
_OTHER_PAYLOAD = (
    "use a payload that requires a field `timestamp_ms: {type: timestamp_ms}`, as vtq/1 of metrics "
    "does; or ignore this with `# uns: ignore[P504] reason`"
)


def _help_with_identity(payload: PayloadType) -> str:
    """What to do with a payload of the model without an identity, which is made of `fields`."""
    if not payload.fields:
        return f"only `fields` make an identity, and {payload.name} has none: {_OTHER_PAYLOAD}"
    return (
        "in a new version, require a field `timestamp_ms: {type: timestamp_ms}`, or name the "
        "fields that tell messages apart, such as `identity: [order_id]`"
    )


@rule("P502", "outdated-payload", Severity.INFO)
def outdated_payload(survey: Survey) -> Iterator[Finding]:
    """Topics carry an old version of a payload, and the model declares a newer one.

    Why:
        As long as both are in use, every consumer has to read both, and the topics that still
        have to move are easily forgotten.

    Example:
        payloads:
          door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}
          door/2: {fields: {timestamp_ms: {type: timestamp_ms}, position: {type: number, unit: "%"}}}
        sites:
          lyon: {topics: {door: {payload: door/1}}}
          oslo: {topics: {door: {payload: door/2}}}

    Instead:
        payloads:
          door/1: {fields: {timestamp_ms: {type: timestamp_ms}, open: {type: boolean}}}
          door/2: {fields: {timestamp_ms: {type: timestamp_ms}, position: {type: number, unit: "%"}}}
        sites:
          lyon: {topics: {door: {payload: door/2}}}
          oslo: {topics: {door: {payload: door/2}}}
    """
    carried = _carried(survey)
    for versions in _versions(survey).values():
        for payload in versions[:-1]:
            users = carried.get(payload)
            if users:
                topics = in_words(sum(user.topics for user in users), "topic")
                yield Finding(
                    f"{topics} still {'carries' if topics.startswith('1 ') else 'carry'} {payload}, and there is a {versions[-1]}",
                    users[0].span_of("payload"),
                    f"move them to {versions[-1]}, or publish {versions[-1]} on new topics beside the old ones",
                    path=users[0].node.template.text,
                )
