"""A recording of what plants really publish, checked against a model without a single `any`."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import uns
from tests.cli.runs import Run
from tests.recordings import writers
from tests.recordings.writers import Sent

MODEL = Path(__file__).parent.parent.parent / "examples" / "shapes" / "sheet-metal.uns.yaml"
NS = uns.load(MODEL)
TIME = "2026-12-01T05:36:52.415940"


def value_of(leaf: str, rng: random.Random) -> Any:
    """What a plant sends at a leaf: bare numbers, bare words, objects with null, bytes."""
    match leaf:
        case "AssetID":
            return rng.randint(1, 900)
        case "Name":
            return f"Laser {rng.randint(1, 9)} \N{LATIN SMALL LETTER O WITH STROKE} #1"
        case "State":
            return rng.choice(["IDLE", "RUNNING", "STOPPED"])
        case "Power":
            return round(rng.uniform(0, 40), 3)
        case "Temperature":
            return rng.choice([None, 21, -0.5, 193.25])
        case "DoorOpen":
            return rng.random() < 0.5
        case "PartCount":
            return rng.randint(0, 4_000)
        case "StopReason":
            return {"code": "ST04", "name": "", "category": rng.choice([None, "planned"])}
        case "Job":
            order = {"timestamp": TIME, "job_id": None, "customer": None, "qty_target": 0}
            return order | {"progress": rng.choice([None, 12.5])}
        case "Zones":
            return {"Loading": rng.randint(0, 9), "Drying": 1}
        case "Queue":
            return [f"JOB_{rng.randint(1, 9)}" for _ in range(rng.randint(0, 3))]
        case _:
            return bytes(rng.randrange(1, 256) for _ in range(rng.randint(1, 20)))


def sent(rng: random.Random, count: int) -> Iterator[Sent]:
    """Messages of all topics, most of them again and again, and a topic cleared now and then."""
    topics = list(NS.topics())
    for number in range(count):
        topic = topics[number % len(topics)] if number < 40 else rng.choice(topics)
        endpoint = NS[topic].endpoint
        assert endpoint is not None
        payload = NS.compose(topic, value_of(topic.rsplit("/", 1)[-1], rng))[1]
        if endpoint.retain and rng.random() < 0.02:
            payload = NS.clear(topic)[1]
        yield Sent(topic, payload, retain=False, qos=1)


@pytest.mark.parametrize("write", [writers.by_hand, writers.mosquitto_json])
def test_every_message_of_the_recording_is_valid(run: Run, tmp_path: Path, write: Any) -> None:
    lines = [write(message) for message in sent(random.Random(0), 400)]
    (tmp_path / "shop.ndjson").write_bytes(b"".join(lines))
    done = run(
        "payload", "check", "--ndjson", str(tmp_path / "shop.ndjson"),
        "-m", str(MODEL), "--output-format", "json",
    )  # fmt: skip
    report = json.loads(done.out)
    assert report["findings"] == []
    outcomes = Counter(report["summary"]["outcomes"])
    assert outcomes["valid"] + outcomes["cleared"] == 400
    assert outcomes["cleared"] > 0


def test_the_model_needs_no_side_file_and_no_any() -> None:
    text = MODEL.read_text(encoding="utf-8")
    assert "json_schema" not in text
    assert "type: any" not in text
    assert "include" not in text
