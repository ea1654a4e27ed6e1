"""The examples, mapped to Kafka under a prefix of a test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import uns
from uns.model.namespace import Namespace

__all__ = ["EXAMPLES", "example"]

_FOLDER = Path(__file__).parents[3] / "examples"

#: The examples, and the filters that are asked of each.
EXAMPLES = {
    "bottling": (
        "#",
        "bottlingcompany/#",
        "bottlingcompany/munich/#",
        "bottlingcompany/munich/bottling/#",
        "bottlingcompany/+/bottling/+/+/conveyorspeed",
        "bottlingcompany/+/oee",
        "bottlingcompany/porto/line1/+/state",
        "bottlingcompany/oslo/bottling/line1/machine2/power",
        "+/+/+/+/_mes/#",
        "bottlingcompany/munich/bottling/tankfarm/tank3/#",
    ),
    "pharma": ("#", "uns/v1/medipharm/+/api/#", "uns/+/+/basel/+/+/+/+/pv", "uns/v1/+/_info"),
}


def example(name: str, **kafka: Any) -> Namespace:
    """An example with these settings under ``kafka:``."""
    text = (_FOLDER / name / f"{name}.uns.yaml").read_text(encoding="utf-8")
    return uns.loads(f"{text}\nkafka: {json.dumps(kafka)}\n")
