"""A message of the namespace: a topic, and a payload that keeps to its contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from uns.diagnostics import Diagnostic, Severity, UNSError
from uns.model.nodes import Node
from uns.model.resolutions import NotAnEndpoint, Resolution, UnknownTopic
from uns.payloads import InvalidPayload, PayloadContract
from uns.topics.names import InvalidTopic

__all__ = ["MESSAGE_FAULTS", "Message", "message_diagnostics"]

#: Code -> (readable name, what the code stands for).
MESSAGE_FAULTS = MappingProxyType(
    {
        "V101": ("invalid-topic", "The text is no topic name."),
        "V102": ("unknown-topic", "The namespace has no such topic."),
        "V103": ("not-an-endpoint", "Nothing is published at this position of the namespace."),
        "V201": ("invalid-payload", "The payload is not what the contract of the topic says."),
    }
)


class Message:
    """A message that passed, from :meth:`uns.Namespace.validate`.

    ``value`` is what the payload says: JSON as Python objects, an instance of a
    bound model, or the payload as it came where the topic is not modelled.
    ``resolution`` is what looking up the topic came to.
    """

    __slots__ = ("resolution", "value")

    resolution: Resolution
    value: Any

    def __repr__(self) -> str:
        return f"<Message {self.topic!r}>"

    @property
    def topic(self) -> str:
        """The topic name, as an exact ``str``."""
        return self.resolution.topic

    @property
    def node(self) -> Node | None:
        """The node of the topic; ``None`` where it is not modelled."""
        return self.resolution.node

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
            hint = f"did you mean {error.suggestion!r}?" if error.suggestion else None
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
