"""Every public member of the classes of the reference has an example; the doctests run them."""

from __future__ import annotations

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
        for name, member in vars(owner).items():
            function = getattr(member, "fget", None) or getattr(member, "func", None) or member
            is_public = name in SPECIAL or not name.startswith("_")
            if is_public and inspect.isfunction(function):
                yield pytest.param(function, id=f"{owner.__name__}.{name}")


@pytest.mark.parametrize("member", list(members()))
def test_a_member_has_an_example(member: Any):
    assert ">>> " in (inspect.getdoc(member) or "")
