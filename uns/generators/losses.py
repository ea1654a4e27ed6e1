"""What a target has no words for: one stable code for each kind of loss.

A loss is a :class:`~uns.diagnostics.Diagnostic` of severity ``info``: the model
is right as it is, and whoever reads the files should know what they leave
unsaid. Codes are never reused.
"""

from __future__ import annotations

from types import MappingProxyType

from uns.diagnostics import Diagnostic, Severity

__all__ = ["LOSSES", "loss"]

#: Code -> (readable name, what the code stands for).
LOSSES = MappingProxyType(
    {
        # JSON Schema: X1
        "X101": ("noted-format", "A format is only noted, and most validators pass any text."),
        # AsyncAPI: X2
        "X201": ("pattern-parameter", "A parameter has no pattern; it stands in `x-uns-pattern`."),
        "X202": (
            "long-parameter",
            "A family has too many values to list; its segment stands in `x-uns-segment`.",
        ),
        "X203": ("server-unknown", "The model names no broker; a host has to be handed in."),
        "X204": (
            "client-filter",
            "A client's filters are written as one operation for each channel.",
        ),
        "X205": (
            "several-kafka-topics",
            "A Kafka binding names one topic, and a channel is several.",
        ),
        "X206": ("kafka-refused", "Messages of a topic do not go to Kafka."),
        "X207": ("no-example", "A message has no example."),
        "X208": ("foreign-schema", "A JSON Schema has words AsyncAPI's own dialect does not have."),
        "X209": (
            "open-node",
            "Topics below an open node are not modelled, so no channel has them.",
        ),
        "X210": ("no-topic", "A template stands for no topic, so there is no channel."),
        "X211": ("cut-operations", "There are too many operations to write all of them."),
        # Python: X3
        "X301": ("unchecked-facet", "A range, length or pattern is no Python type; it is noted."),
        "X302": (
            "foreign-type",
            "A JSON Schema stands for the fields, and the type is any object.",
        ),
        "X303": (
            "unnamed-open-node",
            "Topics below an open node are not modelled and have no name.",
        ),
        # Markdown: X4
        "X401": ("cut-diagram", "A diagram shows a part of the model; the tables show all of it."),
        "X402": ("cut-table", "A table shows its first rows; topics.json has all of them."),
    }
)


def loss(code: str, subject: str, message: str, help: str | None = None) -> Diagnostic:  # noqa: A002
    """A loss of the table: ``subject`` is what in the model it is said of.

    >>> str(loss("X101", "vtq/1", "vtq/1 $.unit: the format ucum is only noted"))
    'info[X101]: vtq/1 $.unit: the format ucum is only noted'
    """
    name, _ = LOSSES[code]
    return Diagnostic(code, name, Severity.INFO, message, help=help, path=subject)
