"""What the gate in CI costs: two versions of a model compared and judged.

``python benchmarks/gate.py`` prints seconds of one core.
Models are loaded before the clock starts; the best of a few passes counts.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import uns
from uns.rules.breaking import verdict

PASSES = 3


def distinct(change: Callable[[dict[str, Any], int], None] | None = None) -> uns.Namespace:
    """100,000 topics written out one by one: 10 sites, 10 lines, 100 machines, 10 metrics each."""
    number = 0
    sites: dict[str, Any] = {}
    for site in range(10):
        lines = sites.setdefault(f"site{site}", {"lines": {}})["lines"]
        for line in range(10):
            cells = lines.setdefault(f"line{line}", {"cells": {}})["cells"]
            for machine in range(100):
                metrics: dict[str, Any] = {}
                for metric in range(10):
                    number += 1
                    metrics[f"m{metric}-{number}"] = said = {"type": "number", "max": number}
                    if change is not None:
                        change(said, number)
                cells[f"machine{machine}"] = {"metrics": metrics}
    clients = {
        f"client{n}": {"subscribe": [f"site{n % 10}/#", f"+/line{n % 10}/+/+"]} for n in range(20)
    }
    model = {"uns": 1, "sites": sites, "clients": clients}
    return uns.loads(json.dumps(model, indent=1))


def families(maximum: int, last: int) -> uns.Namespace:
    """50 million topics: 10 million vehicles with five metrics each."""
    metrics = {f"metric{n}": {"type": "number", "max": maximum} for n in range(5)}
    return uns.loads(
        json.dumps(
            {
                "uns": 1,
                "classes": {"Vehicle": {"level": "work_cell", "metrics": metrics}},
                "topic": {"containment": "free"},
                "sites": {"fleet": {"work_cells": {f"vehicle[1..{last}]": {"class": "Vehicle"}}}},
                "clients": {"historian": {"subscribe": ["fleet/+/metric1", "fleet/vehicle7/#"]}},
            }
        )
    )


def tenth(said: dict[str, Any], number: int) -> None:
    """Another range for every tenth metric."""
    if number % 10 == 0:
        said["max"] = number + 1


def every(said: dict[str, Any], number: int) -> None:
    """Another range for every metric."""
    said["max"] = number + 1


def compared() -> None:
    """Print what comparing and judging two versions takes."""
    plant = distinct()
    cases = [
        ("100,000 distinct topics, no change", plant, distinct(), 100_000),
        ("100,000 distinct topics, 10,000 changed", plant, distinct(tenth), 100_000),
        ("100,000 distinct topics, all changed", plant, distinct(every), 100_000),
        ("50 million topics, no change", families(3, 10**7), families(3, 10**7), 50_000_000),
        ("50 million topics, class changed", families(3, 10**7), families(5, 10**7), 50_000_000),
        ("50 million topics, family grown", families(3, 10**7), families(3, 2 * 10**7), 50_000_000),
    ]
    print("|  | diff, s | verdict, s | changes | peak MB |")
    print("|---|---:|---:|---:|---:|")
    for name, old, new, topics in cases:
        found = uns.diff(old, new)
        facts = best(lambda old=old, new=new: (old, new), lambda both: uns.diff(*both))
        judged = best(lambda old=old, new=new: uns.diff(old, new), verdict)
        # Keeping count of memory takes several times as long as the work itself.
        peak = ""
        if topics > 1_000_000:
            peak = f"{memory(lambda old=old, new=new: verdict(uns.diff(old, new))):.2f}"
        print(
            f"| {name} | {facts:.4f} | {judged:.4f} | {len(found):,} | {peak} |",
            flush=True,
        )


def best(prepare: Callable[[], Any], call: Callable[[Any], object]) -> float:
    """Seconds of the fastest pass, each with what was prepared for it afresh."""
    times = []
    for _ in range(PASSES):
        prepared = prepare()
        gc.collect()
        start = time.process_time()
        call(prepared)
        times.append(time.process_time() - start)
    return min(times)


def memory(call: Callable[[], object]) -> float:
    """Megabytes that a call takes at most, besides what was there before."""
    gc.collect()
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    compared()
