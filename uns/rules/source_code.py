"""Family S: topics in source code and configuration, and what may be wrong with them.

:mod:`uns.code.mentions` finds such texts; the functions here say what is wrong with one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from uns.diagnostics import Severity
from uns.linting.rule import Kind, Rule

#: What is wrong with a text, as messages show it; ``why`` is the part that is not always the same.
Says: TypeAlias = Callable[[str, str], str]


def _text(code: str, name: str, severity: Severity) -> Callable[[Says], Rule]:
    """Make a rule of a function."""
    return lambda says: Rule(code, name, severity, says, Kind.TEXT)


@_text("S301", "unknown-topic-literal", Severity.ERROR)
def unknown_topic(text: str, why: str) -> str:
    """A text names a topic that the namespace does not have.

    Why:
        A broker takes any topic. Whoever publishes there is heard by nobody, whoever subscribes
        there hears nothing, and neither gets an error.

    Example:
        client.publish("acme/lyon/line1/sped", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """
    return f"the namespace has no topic {text}{why}"


@_text("S302", "dead-filter-literal", Severity.ERROR)
def dead_filter(text: str, why: str) -> str:
    """A text is a topic filter that takes no topic.

    Why:
        The subscription is granted, and nothing ever arrives.

    Example:
        client.subscribe("acme/+/packing/#")

    Instead:
        client.subscribe("acme/+/packaging/#")
    """
    return f"no topic of the namespace matches {text}{why}"


@_text("S303", "dead-template-literal", Severity.ERROR)
def dead_template(text: str, why: str) -> str:
    """A text with open places fits no topic, whatever is put in.

    Why:
        The topic is made when the program runs, and then it is wrong every time.

    Example:
        client.publish(f"acme/{site}/line1/sped", message)

    Instead:
        client.publish(f"acme/{site}/line1/speed", message)
    """
    return f"no topic of the namespace has the form {text}{why}"


@_text("S304", "invalid-literal", Severity.ERROR)
def invalid_text(text: str, why: str) -> str:
    """A text that is meant as a topic or a topic filter is none.

    Why:
        A broker closes the connection of a client that publishes to a wildcard, or that subscribes
        to what is no filter. A slash before or behind a topic makes another topic of it.

    Example:
        client.publish("acme/lyon/+/speed", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """
    return f"{text} {why}"


@_text("S305", "idle-remark", Severity.WARNING)
def idle_remark(_: str, why: str) -> str:
    """A comment says `uns: topic` where no text with a slash stands.

    Why:
        The text has moved to another line, and is not checked there.

    Example:
        # uns: topic
        name = "line1"

    Instead:
        name = "line1"
    """
    return f"no text with a slash stands on this line{why}"


@_text("S306", "not-an-endpoint-literal", Severity.ERROR)
def not_an_endpoint(text: str, why: str) -> str:
    """A text that is published to, or subscribed to, names a position that carries no messages.

    Why:
        Messages stand at the topics below it. Nobody expects any at the position itself.

    Example:
        client.subscribe("acme/lyon/line1")

    Instead:
        client.subscribe("acme/lyon/line1/#")
    """
    return f"nothing is published at {text} itself{why}"
