"""The keys of the language, as data."""

from __future__ import annotations

import pytest

from uns.loading.model_format import (
    EquipmentDeclaration,
    MetricDeclaration,
    Sections,
    find_field,
    known_keys,
    owners,
)


def test_known_keys() -> None:
    assert "class" in known_keys(EquipmentDeclaration)
    assert "class_" not in known_keys(EquipmentDeclaration)
    assert known_keys(MetricDeclaration)[0] == "label"


def test_which_declarations_have_a_key() -> None:
    assert owners()["publish"] == ("a client",)
    assert set(owners()["unit"]) == {"a metric", "a property", "a field", "the value of a message"}
    assert "class_" not in owners()


@pytest.mark.parametrize(
    ("path", "noun", "is_declaration", "is_text"),
    [
        pytest.param(("clients",), "the file", False, False, id="a mapping by name"),
        pytest.param(("clients", "c"), "a client", True, False, id="an entry of it"),
        pytest.param(("clients", "c", "label"), "a client", False, True, id="a text"),
        pytest.param(("clients", "c", "subscribe"), "a client", False, True, id="texts"),
        pytest.param(("defaults", "info"), "`defaults`", False, False, id="true or false"),
        pytest.param(("kafka", "key"), "`kafka`", False, True, id="one of some texts"),
        pytest.param(("aspects",), "the file", False, False, id="a mapping of texts"),
    ],
)
def test_the_field_at_a_path(
    path: tuple[str, ...], noun: str, is_declaration: bool, is_text: bool
) -> None:
    found = find_field(Sections, path)
    assert (found.holder.noun, found.is_declaration, found.is_text) == (
        noun,
        is_declaration,
        is_text,
    )
