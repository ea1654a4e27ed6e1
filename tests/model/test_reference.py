"""Every public member of the classes of the reference has an example; the doctests run them."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

import uns
from uns.model import Translation

CLASSES = (uns.Namespace, Translation, uns.Node, uns.Message, uns.Router, uns.KafkaMapping)
SPECIAL = {"__getitem__", "__contains__"}


def members() -> Iterator[Any]:
    for owner in CLASSES:
        fields = (
            {field.name for field in dataclasses.fields(owner)}
            if dataclasses.is_dataclass(owner)
            else ()
        )
        for name, member in vars(owner).items():
            function = getattr(member, "fget", None) or getattr(member, "func", None) or member
            if (name in SPECIAL or not name.startswith("_")) and name not in fields:
                if inspect.isfunction(function):
                    yield pytest.param(function, id=f"{owner.__name__}.{name}")


@pytest.mark.parametrize("member", members())
def test_a_member_has_an_example(member: Any):
    assert ">>> " in (inspect.getdoc(member) or "")
