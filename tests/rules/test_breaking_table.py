"""The table of breaking changes in the documentation: each row is run through the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import uns
from uns.rules.breaking import Effect, verdict

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "breaking-changes.yaml"

ROWS = [
    pytest.param(section["model"], row, id=f"{section['title']}: {row['change']}")
    for section in yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    for row in section["rows"]
]


def version(model: str, said: str) -> uns.Namespace:
    text = model.replace("<>", said).replace(", }", "}").strip()
    if text.startswith("{"):
        return uns.loads("{uns: 1, " + text.removeprefix("{"))
    head = "uns: 1\n"
    return uns.loads(head + text)


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_a_change_breaks_whom_the_table_names(model: str, row: dict[str, Any]):
    old, new = (version(model, row.get(key, "")) for key in ("old", "new"))
    found = verdict(uns.diff(old, new))
    hit = {str(who) for who, effect in found.audiences.items() if effect is Effect.BREAKING}
    assert hit == set(row.get("breaks", ()))
    assert str(found.effect) == ("breaking" if hit else row["effect"])
