"""Examples in docstrings: those of a member use the names that the example of its class defines."""

from __future__ import annotations

import doctest
import pydoc
from functools import cache
from typing import Any

import pytest

#: The classes whose members have such examples.
CLASSES = (
    "uns.kafka.mapping.KafkaMapping",
    "uns.model.messages.Message",
    "uns.model.namespace.Namespace",
    "uns.model.nodes.Node",
    "uns.model.tiers.Tiers",
    "uns.model.translation.Translation",
    "uns.topics.router.Router",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the examples of members the names of their class."""
    for item in items:
        test = getattr(item, "dtest", None)
        if isinstance(test, doctest.DocTest):
            owner = test.name.rpartition(".")[0]
            if owner in CLASSES:
                test.globs.update(names_of(owner))


@cache
def names_of(owner: str) -> dict[str, Any]:
    """The names that the example of a class defines."""
    class_: Any = pydoc.locate(owner)
    names: dict[str, Any] = {class_.__name__: class_}
    for example in doctest.DocTestParser().get_examples(class_.__doc__):
        exec(example.source, names)  # noqa: S102 - an example of this library
    del names["__builtins__"]
    return names
