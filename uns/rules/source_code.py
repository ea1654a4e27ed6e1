"""Rules of family S: topics in source code and configuration.

:mod:`uns.code.mentions` finds such texts; the functions here make the messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from uns.diagnostics import Severity
from uns.linting.rule import Rule, RuleKind

#: Makes the message for a text; ``why`` is the part that differs from finding to finding.
Says: TypeAlias = Callable[[str, str], str]


def _text(code: str, name: str, severity: Severity) -> Callable[[Says], Rule]:
    """Make a rule of a function."""
    return lambda says: Rule(code, name, severity, says, RuleKind.TEXT)


@_text("S301", "unknown-topic-literal", Severity.ERROR)
def unknown_topic(text: str, why: str) -> str:
    """A text names a topic that the namespace does not have.

    Why:
        A broker accepts any topic. Messages published there are not received, subscribers there
        get no messages, and neither side gets an error.

    Example:
        client.publish("acme/lyon/line1/sped", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """
    return f"the namespace has no topic {text}{why}"


@_text("S302", "dead-filter-literal", Severity.ERROR)
def dead_filter(text: str, why: str) -> str:
    """A text is a topic filter that does not match any topic.

    Why:
        The broker accepts the subscription, and no message ever arrives.

    Example:
        client.subscribe("acme/+/packing/#")

    Instead:
        client.subscribe("acme/+/packaging/#")
    """
    return f"no topic of the namespace matches {text}{why}"


@_text("S303", "dead-template-literal", Severity.ERROR)
def dead_template(text: str, why: str) -> str:
    """A text with placeholders cannot become a topic of the namespace, whatever is filled in.

    Why:
        The program builds the topic at run time, and it is wrong every time.

    Example:
        client.publish(f"acme/{site}/line1/sped", message)

    Instead:
        client.publish(f"acme/{site}/line1/speed", message)
    """
    return f"no topic of the namespace has the form {text}{why}"


@_text("S304", "invalid-literal", Severity.ERROR)
def invalid_text(text: str, why: str) -> str:
    """A text is used as a topic or a topic filter, but is not a valid one.

    Why:
        A broker disconnects a client that publishes to a wildcard or subscribes to an invalid
        filter. A slash before or after a topic makes it another topic.

    Example:
        client.publish("acme/lyon/+/speed", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """
    return f"{text} {why}"


@_text("S305", "idle-remark", Severity.WARNING)
def idle_remark(_: str, why: str) -> str:
    """A comment says `uns: topic`, but there is no text with a slash on its line.

    Why:
        The text has moved to another line, and is not checked there.

    Example:
        # uns: topic
        name = "line1"

    Instead:
        name = "line1"
    """
    return f"there is no text with a slash on this line{why}"


@_text("S306", "not-an-endpoint-literal", Severity.ERROR)
def not_an_endpoint(text: str, why: str) -> str:
    """A text that is published to, or subscribed to, names a position that does not carry messages.

    Why:
        The topics below it carry messages. The position itself does not.

    Example:
        client.subscribe("acme/lyon/line1")

    Instead:
        client.subscribe("acme/lyon/line1/#")
    """
    return f"nothing is published at {text} itself{why}"
