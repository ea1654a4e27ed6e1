"""Makes messages: the topic and the bytes for a value, the other half of checking messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from uns import payloads
from uns.diagnostics import InvalidArgument
from uns.model.resolutions import Resolution
from uns.payloads import InvalidPayload, PayloadContract
from uns.payloads.faults import read_otherwise, would_clear
from uns.topics.names_and_filters import Topic
from uns.topics.templates import TopicTemplate


def topic_name(topic: str | TopicTemplate, names: Mapping[str, str | int]) -> str:
    """The topic of a template and the values of its names; any other text is the topic itself.

    A text with ``{`` is a template, unless it is a :class:`Topic`.
    """
    if isinstance(topic, TopicTemplate):
        return topic.format(**names)
    is_template = names or ("{" in topic and not isinstance(topic, Topic))
    return TopicTemplate(topic).format(**names) if is_template else topic


def compose(
    found: Resolution, value: Any, write: Callable[[Any], bytes], check: Callable[[object], Any]
) -> tuple[Topic, bytes]:
    """The topic that was found, and what ``write`` makes of ``value``, if ``check`` reads it so."""
    contract = found.contract
    message = write(value)
    if contract is not None:
        if not message and found.endpoint is not None and found.endpoint.retain:
            raise InvalidPayload(contract.name, [would_clear()])
        if check(message) != value:
            raise InvalidPayload(contract.name, [read_otherwise(value)])
    return Topic(found.topic), message


def writer(contract: PayloadContract | None, model: Any) -> Callable[[Any], bytes]:
    """What writes the messages of a contract, or of instances of ``model`` if there is one."""
    if contract is None:
        return _only_bytes
    return (
        partial(payloads.write, contract)
        if model is None
        else payloads.bound_writer(contract, model)
    )


def _only_bytes(value: object) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise InvalidArgument("the topic is not in the model, so its message must be bytes")
    return bytes(value)


def clear(found: Resolution) -> tuple[Topic, bytes]:
    """The topic that was found, and the empty message that clears it."""
    if found.endpoint is None or not found.endpoint.retain:
        raise InvalidArgument(f"{found.topic!r} is not retained, so there is nothing to clear")
    return Topic(found.topic), b""
