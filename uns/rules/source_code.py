"""Family V: texts in code and configuration that name topics, and what may be wrong with them.

The texts are judged by :class:`uns.code.mentions.Mentions`; here stands what each
finding is called, what it weighs and what it means, so that a policy may name
it like any other rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from uns.diagnostics import Severity
from uns.linting.rule import Page, page_of

__all__ = ["RULES", "LiteralRule"]


@dataclass(frozen=True, slots=True)
class LiteralRule:
    """What may be wrong with a text; ``told`` has the page of it as its docstring."""

    code: str
    name: str
    severity: Severity
    told: Callable[[], None]
    default: bool = True

    @property
    def page(self) -> Page:
        """What its docstring says; the examples are Python."""
        return page_of(self.told)._replace(language="python")


def _unknown_topic() -> None:
    """A text names a topic that the namespace does not have.

    Why:
        A broker takes any topic. Whoever publishes there is heard by nobody, whoever subscribes
        there hears nothing, and neither gets an error.

    Example:
        client.publish("acme/lyon/line1/sped", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """


def _dead_filter() -> None:
    """A text is a topic filter that takes no topic.

    Why:
        The subscription is granted, and nothing ever arrives.

    Example:
        client.subscribe("acme/+/packing/#")

    Instead:
        client.subscribe("acme/+/packaging/#")
    """


def _dead_template() -> None:
    """A text with open places fits no topic, whatever is put in.

    Why:
        The topic is made when the program runs, and then it is wrong every time.

    Example:
        client.publish(f"acme/{site}/line1/sped", message)

    Instead:
        client.publish(f"acme/{site}/line1/speed", message)
    """


def _invalid() -> None:
    """A text that is meant as a topic or a topic filter is none.

    Why:
        A broker closes the connection of a client that publishes to a wildcard, or that subscribes
        to what is no filter. A slash before or behind a topic makes another topic of it.

    Example:
        client.publish("acme/lyon/+/speed", message)

    Instead:
        client.publish("acme/lyon/line1/speed", message)
    """


def _idle_remark() -> None:
    """A comment says `uns: topic` where no text with a slash stands.

    Why:
        The text has moved to another line, and is not checked there.

    Example:
        # uns: topic
        name = "line1"

    Instead:
        name = "line1"
    """


def _not_endpoint() -> None:
    """A text that is published to, or subscribed to, names a position that carries no messages.

    Why:
        Messages stand at the topics below it. Nobody expects any at the position itself.

    Example:
        client.subscribe("acme/lyon/line1")

    Instead:
        client.subscribe("acme/lyon/line1/#")
    """


#: Every rule of the family, by its code.
RULES: Mapping[str, LiteralRule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            LiteralRule("V301", "unknown-topic-literal", Severity.ERROR, _unknown_topic),
            LiteralRule("V302", "dead-filter-literal", Severity.ERROR, _dead_filter),
            LiteralRule("V303", "dead-template-literal", Severity.ERROR, _dead_template),
            LiteralRule("V304", "invalid-literal", Severity.ERROR, _invalid),
            LiteralRule("V305", "idle-remark", Severity.WARNING, _idle_remark),
            LiteralRule("V306", "not-an-endpoint-literal", Severity.ERROR, _not_endpoint),
        )
    }
)
