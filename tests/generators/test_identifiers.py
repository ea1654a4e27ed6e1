"""Names in generated code: valid in Python whatever the text is, and each given once."""

from __future__ import annotations

import ast
import keyword
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.generators.hostile import texts
from uns.generators.identifiers import Names, class_name, identifier


@given(texts | st.text(max_size=80))
@example("U¨")
def test_every_text_gives_a_name(text: str) -> None:
    for name in (identifier(text), class_name(text)):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
        assert len(name) <= 140
        # Python takes the name as it stands, so two that differ here differ there.
        assert unicodedata.normalize("NFKC", name) == name
        (assignment,) = ast.parse(f"{name} = 1").body
        assert isinstance(assignment, ast.Assign)
        assert ast.unparse(assignment.targets[0]) == name


@given(st.lists(texts, max_size=8), st.sets(st.sampled_from(["a", "a_2", "class_", "line"])))
def test_names_of_a_scope_are_given_once(found: list[str], taken: set[str]) -> None:
    names = Names(taken)
    given_ = [names.take(identifier(text)) for text in found]
    assert len({*given_, *taken}) == len(given_) + len(taken)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("conveyorspeed", "conveyorspeed"), ("fill-level", "fill_level"), ("0055", "n0055"), ("", "n"), ("class", "class_"),
        ("_info", "info"), ("__x__", "x"), ("größe", "größe"), ("ﬁlter", "filter"), ("a b/c", "a_b_c"), ("日本", "日本"),
    ],
)  # fmt: skip
def test_names_stay_telling(text: str, name: str) -> None:
    assert identifier(text) == name
