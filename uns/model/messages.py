"""A message of the namespace: a topic, and a payload that keeps to its contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from uns.diagnostics import Diagnostic, Severity, UNSError
from uns.model.nodes import Node
from uns.model.resolutions import NotAnEndpoint, Outcome, Resolution, UnknownTopic
from uns.model.tree import Endpoint
from uns.payloads import InvalidPayload, PayloadContract
from uns.topics.names import InvalidTopic

__all__ = ["MESSAGE_FAULTS", "Message", "ModelLeftBehind", "message_diagnostics"]

T = TypeVar("T")

#: Code -> (readable name, what the code stands for).
MESSAGE_FAULTS = MappingProxyType(
    {
        "V101": ("invalid-topic", "The text is no topic name."),
        "V102": ("unknown-topic", "The namespace has no such topic."),
        "V103": ("not-an-endpoint", "Nothing is published at this position of the namespace."),
        "V201": ("invalid-payload", "The payload is not what the contract of the topic says."),
    }
)


class ModelLeftBehind(UNSError):
    """A message that was pickled is asked for what only its namespace knows."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.topic = topic

    def __str__(self) -> str:
        return (
            f"the message on {self.topic!r} was pickled, and its model was not; "
            "ask a namespace: ns.resolve(message.topic)"
        )


class Message:
    r"""A message that passed, from :meth:`uns.Namespace.validate`.

    ``topic`` is an exact ``str``. ``value`` is what the payload says: JSON as
    Python objects, an instance of a bound model, or the payload as it came
    where the topic is not modelled.

    A pickled message is its topic and its value; everything else is asked of
    the namespace of the process that receives it, or raises
    :class:`ModelLeftBehind`.

    >>> import uns
    >>> ns = uns.loads("uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}")
    >>> message = ns.validate("lyon/power", '{"timestamp_ms": 1, "value": 2.5}')
    >>> message.value["value"], message.endpoint.key, message.node.kind.value
    (2.5, 'power', 'endpoint')
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
        return Message(self.resolution, self.value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Message:
        return Message(self.resolution, copy.deepcopy(self.value, memo))

    @property
    def resolution(self) -> Resolution:
        """What looking up the topic came to.

        Raises:
            ModelLeftBehind: the message was pickled, as for all that follows from it.
        """
        if self._resolution is None:
            raise ModelLeftBehind(self.topic)
        return self._resolution

    @property
    def is_modelled(self) -> bool:
        """Whether the model has the topic; else it stands below an open node."""
        return self.resolution.outcome is Outcome.ENDPOINT

    @property
    def node(self) -> Node:
        """The node of the topic.

        Raises:
            NotAnEndpoint: the topic is not modelled.
        """
        return self._modelled(self.resolution.node)

    @property
    def endpoint(self) -> Endpoint:
        """What the topic publishes.

        Raises:
            NotAnEndpoint: the topic is not modelled.
        """
        return self._modelled(self.resolution.endpoint)

    def _modelled(self, found: T | None) -> T:
        if found is None:
            raise NotAnEndpoint(self.topic, "is not modelled: it stands below an open node")
        return found

    @property
    def values(self) -> Mapping[str | int, str]:
        """The values of families by position and of ``{name}`` by name."""
        return self.resolution.values

    @property
    def contract(self) -> PayloadContract | None:
        """The contract the payload keeps to; ``None`` where the topic is not modelled."""
        return self.resolution.contract


def message_diagnostics(topic: str, error: UNSError) -> Iterator[Diagnostic]:
    """The findings for what kept a message from passing."""
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


def _diagnostic(code: str, message: str, topic: str, hint: str | None = None) -> Diagnostic:
    name, _ = MESSAGE_FAULTS[code]
    return Diagnostic(code, name, Severity.ERROR, message, help=hint, path=topic)
