"""The planning table of docs/kafka.md: each row is computed by the code that the page shows."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests.accepting import Stored

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "kafka.md"
HEAD = "| lines | MQTT topics |"


def code() -> str:
    """The block that makes the model of the table."""
    blocks = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return next(block for block in blocks if "def company" in block)


def row(lines: int, company: Any) -> str:
    budget = company(lines).kafka.budget()
    traffic = budget.traffic
    kept = float(budget.kept) / 1e12
    cells = (
        f"{lines:,}",
        f"{traffic.topics:,}",
        f"{float(traffic.messages):,.0f}",
        f"{float(traffic.bytes) / 1_000:,.1f}",
        f"{max(max(load.messages, default=0) for load in budget.loads):,.0f}",
        f"{max(load.doubled for load in budget.loads):,.0f}",
        f"{kept:,.3f} TB",
        f"{math.ceil(traffic.messages / 50_000)}",
        f"{max(3, math.ceil(kept / 4))}",
    )
    return f"| {' | '.join(cells)} |"


def test_the_table_is_what_the_budget_computes(stored: Stored, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec("import uns\n" + code(), names)
    said = "\n".join(row(10**power, names["company"]) for power in range(5))
    text = PAGE.read_text(encoding="utf-8")
    head = text.index(HEAD)
    start = text.index("\n", text.index("\n", head) + 1) + 1
    present = text[start : text.index("\n\n", start)]
    stored.part(
        PAGE, said, present, lambda page: page[:start] + said + page[start + len(present) :]
    )
