"""Family S: topics in source code and configuration, and what may be wrong with them.

The texts are checked by :class:`uns.code.mentions.Mentions`, all rules at once; here
stands what each finding is called, what it weighs and what it means.
"""

from __future__ import annotations

from uns.diagnostics import Severity
from uns.linting.rule import Kind, Rule

UNKNOWN_TOPIC = Rule(
    "S301",
    "unknown-topic-literal",
    Severity.ERROR,
    """A text names a topic that the namespace does not have.

Why:
    A broker takes any topic. Whoever publishes there is heard by nobody, whoever subscribes
    there hears nothing, and neither gets an error.

Example:
    client.publish("acme/lyon/line1/sped", message)

Instead:
    client.publish("acme/lyon/line1/speed", message)
""",
    kind=Kind.TEXT,
)

DEAD_FILTER = Rule(
    "S302",
    "dead-filter-literal",
    Severity.ERROR,
    """A text is a topic filter that takes no topic.

Why:
    The subscription is granted, and nothing ever arrives.

Example:
    client.subscribe("acme/+/packing/#")

Instead:
    client.subscribe("acme/+/packaging/#")
""",
    kind=Kind.TEXT,
)

DEAD_TEMPLATE = Rule(
    "S303",
    "dead-template-literal",
    Severity.ERROR,
    """A text with open places fits no topic, whatever is put in.

Why:
    The topic is made when the program runs, and then it is wrong every time.

Example:
    client.publish(f"acme/{site}/line1/sped", message)

Instead:
    client.publish(f"acme/{site}/line1/speed", message)
""",
    kind=Kind.TEXT,
)

INVALID = Rule(
    "S304",
    "invalid-literal",
    Severity.ERROR,
    """A text that is meant as a topic or a topic filter is none.

Why:
    A broker closes the connection of a client that publishes to a wildcard, or that subscribes
    to what is no filter. A slash before or behind a topic makes another topic of it.

Example:
    client.publish("acme/lyon/+/speed", message)

Instead:
    client.publish("acme/lyon/line1/speed", message)
""",
    kind=Kind.TEXT,
)

IDLE_REMARK = Rule(
    "S305",
    "idle-remark",
    Severity.WARNING,
    """A comment says `uns: topic` where no text with a slash stands.

Why:
    The text has moved to another line, and is not checked there.

Example:
    # uns: topic
    name = "line1"

Instead:
    name = "line1"
""",
    kind=Kind.TEXT,
)

NOT_AN_ENDPOINT = Rule(
    "S306",
    "not-an-endpoint-literal",
    Severity.ERROR,
    """A text that is published to, or subscribed to, names a position that carries no messages.

Why:
    Messages stand at the topics below it. Nobody expects any at the position itself.

Example:
    client.subscribe("acme/lyon/line1")

Instead:
    client.subscribe("acme/lyon/line1/#")
""",
    kind=Kind.TEXT,
)
