"""Documentation of large models, as multiples of the time it takes to load them.

About 100,000 nodes of one class; 20,000 metrics of which each has a range of
its own, so that nothing is shared; and a family of fifty million topics. For each target: seconds, size of the files, and the time as a
multiple of loading the model in the same run.

    python benchmarks/documentation.py
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from loading import model

import uns
from uns.generators import TARGETS, generate
from uns.model.catalogue import Catalogue


def wide() -> str:
    """A model of 20 nodes with 1,000 metrics each, no two of them alike."""
    lines = ["uns: 1", "topic: {containment: free}", "sites:"]
    for site in range(20):
        lines += [f"  site{site}:", "    metrics:"]
        lines += [
            f"      metric-{site}-{at}: {{type: number, unit: bar, min: 0, max: {site * 1000 + at}}}"
            for at in range(1000)
        ]
    return "\n".join(lines) + "\n"


FAMILY = """
uns: 1
classes: {Vehicle: {level: work_unit, metrics: {speed: {type: number, unit: km/h}, fuel: {type: number, unit: L}}}}
sites: {depot: {work_centers: {fleet: {work_units: {"vehicle[1..25000000]": {class: Vehicle}}}}}}
"""

MODELS: dict[str, Callable[[], str]] = {
    "98,000 nodes of one class": lambda: model(labels=True),
    "20,000 metrics, no two alike": wide,
    "a family of 50,000,000 topics": lambda: FAMILY,
}


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """Processor seconds of one round; a first one would measure what is remembered."""
    gc.collect()
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def main() -> None:
    """Print the table."""
    for name, text_of in MODELS.items():
        text = text_of()
        floor, ns = seconds(lambda text=text: uns.loads(text))  # type: ignore[misc]
        assert isinstance(ns, uns.Namespace)
        print(f"\n{name}: loaded in {floor:.2f} s")
        taken, _ = seconds(lambda ns=ns: sum(1 for _ in Catalogue(ns).topics()))  # type: ignore[misc]
        print(f"  {'catalogue':<12} {taken:7.2f} s  {taken / floor:5.1f} x")
        for target in TARGETS:
            taken, made = seconds(lambda ns=ns, target=target: generate(ns, target))  # type: ignore[misc]
            assert isinstance(made, uns.Generated)
            size = sum(map(len, made.files.values())) / 1e6
            print(
                f"  {target:<12} {taken:7.2f} s  {taken / floor:5.1f} x  {size:8.2f} MB in"
                f" {len(made.files):,} files, {len(made.losses):,} losses"
            )


if __name__ == "__main__":
    main()
