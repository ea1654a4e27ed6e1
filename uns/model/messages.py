"""A message of the namespace: a topic, and a payload that matches its contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from uns.diagnostics import Diagnostic, Severity, UNSError
from uns.model.nodes import Node
from uns.model.resolutions import NotAnEndpoint, Outcome, Resolution, UnknownTopic
from uns.model.tree import Endpoint
from uns.payloads import InvalidPayload, PayloadContract, doubtful_times
from uns.topics.names_and_filters import InvalidTopic

T = TypeVar("T")

#: Code -> (readable name, what the code stands for).
MESSAGE_FAULTS = MappingProxyType(
    {
        "V101": ("invalid-topic", "The text is no topic name."),
        "V102": ("unknown-topic", "The namespace has no such topic."),
        "V103": ("not-an-endpoint", "Nothing is published at this position of the namespace."),
        "V201": ("invalid-payload", "The payload is not what the contract of the topic says."),
        "V202": ("doubtful-time", "A time is valid, but looks as if it is in another unit."),
    }
)


class ModelLeftBehind(UNSError):
    """A pickled message was asked for something that only its namespace knows."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.topic = topic

    def __str__(self) -> str:
        return (
            f"the message on {self.topic!r} was pickled, and its model was not; "
            "ask a namespace: ns.resolve(message.topic)"
        )


class Message:
    """A valid message, from ``ns.validate``.

    ``topic`` is a plain ``str``. ``value`` is the payload: JSON as Python objects,
    of a text what it stands for, ``bytes`` of a payload that is binary or not known, an
    instance of a bound model, or the payload as it came if the topic is not in the model.

    Only the topic and the value are pickled. On a message that was pickled, the
    other attributes raise :class:`ModelLeftBehind`: ask the namespace of the
    process that received it.

    >>> import uns
    >>> ns = uns.loads("{uns: 1, sites: {lyon: {lines: {'line[1..3]': {metrics: {speed: {type: number}}}}}}}")
    >>> message = ns.validate("lyon/line2/speed", '{"timestamp_ms": 1, "value": 2.5}')
    >>> message.topic, message.value["value"]
    ('lyon/line2/speed', 2.5)
    """

    __slots__ = ("_resolution", "topic", "value")

    topic: str
    value: Any

    def __init__(self, resolution: Resolution, value: Any) -> None:
        self.topic = resolution.topic
        self.value = value
        self._resolution: Resolution | None = resolution

    def __repr__(self) -> str:
        return f"<Message {self.topic!r}>"

    def __getstate__(self) -> tuple[str, Any]:
        return self.topic, self.value

    def __setstate__(self, state: tuple[str, Any]) -> None:
        self.topic, self.value = state
        self._resolution = None

    def __copy__(self) -> Message:
        return type(self)(self.resolution, self.value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Message:
        return type(self)(self.resolution, copy.deepcopy(self.value, memo))

    @property
    def is_cleared(self) -> bool:
        """Whether it is the empty message that clears a retained topic; its value is ``None``.

        >>> cleared = ns.validate("lyon/line2/speed", b"")
        >>> message.is_cleared, cleared.is_cleared, cleared.value
        (False, True, None)
        """
        return isinstance(self, ClearedMessage)

    @property
    def resolution(self) -> Resolution:
        """The result of looking up the topic.

        >>> message.resolution.outcome.value
        'endpoint'

        Raises:
            ModelLeftBehind: the message was pickled; so do the attributes below.
        """
        if self._resolution is None:
            raise ModelLeftBehind(self.topic)
        return self._resolution

    @property
    def is_modelled(self) -> bool:
        """Whether the topic is in the model; otherwise it is below an open node.

        >>> message.is_modelled
        True
        """
        return self.resolution.outcome is Outcome.ENDPOINT

    @property
    def node(self) -> Node:
        """The node of the topic.

        >>> message.node.parent.name
        'line2'

        Raises:
            NotAnEndpoint: the topic is not in the model.
        """
        return self._modelled(self.resolution.node)

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint of the topic.

        >>> message.endpoint.key
        'speed'

        Raises:
            NotAnEndpoint: the topic is not in the model.
        """
        return self._modelled(self.resolution.endpoint)

    def _modelled(self, found: T | None) -> T:
        if found is None:
            raise NotAnEndpoint(self.topic, "is not modelled: it stands below an open node")
        return found

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name.

        >>> message.values
        {0: '2'}
        """
        return self.resolution.values

    @property
    def contract(self) -> PayloadContract | None:
        """The contract of the payload; ``None`` if the topic is not in the model.

        >>> message.contract.name
        'vtq/1'
        """
        return self.resolution.contract


class ClearedMessage(Message):
    """The empty message on a topic with retained messages: the broker forgets the last one."""

    # A class rather than a slot, which every message would have to fill.
    __slots__ = ()


def message_diagnostics(topic: str, error: UNSError) -> Iterator[Diagnostic]:
    """The findings for an error of a message."""
    match error:
        case InvalidPayload():
            for found in error.faults:
                yield _diagnostic("V201", f"{error.contract}: {found}", topic)
        case UnknownTopic():
            hint = f"did you mean {error.near!r}?" if error.near else None
            yield _diagnostic("V102", f"the namespace has no topic {topic!r}", topic, hint)
        case NotAnEndpoint():
            yield _diagnostic("V103", str(error), topic)
        case InvalidTopic():
            clause = f" [{error.clause}]" if error.clause else ""
            yield _diagnostic("V101", f"not a topic name: {error.reason}{clause}", topic)
        case _:
            raise error


def message_doubts(contract: PayloadContract, topic: str, value: object) -> Iterator[Diagnostic]:
    """The findings for a valid message that may mean something else; ``value`` is its JSON."""
    for doubt in doubtful_times(contract.body, value):
        yield _diagnostic("V202", f"{contract.name}: {doubt}", topic, severity=Severity.WARNING)


def _diagnostic(
    code: str,
    message: str,
    topic: str,
    hint: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    name, _ = MESSAGE_FAULTS[code]
    return Diagnostic(code, name, severity, message, help=hint, path=topic)
