"""Loading a large model, side by side with the parser it stands on.

Writes out 100,000 equipment nodes, each with a class, and measures in one run:
PyYAML's C parser emitting the events and nothing else, and this library loading
the file into a namespace. Then it loads models of a few lines, side by side with
the events of the standard library, which is read once a process.

Then siblings that are families and open sets, which may not share a topic: the
time to load a number of them and twice as many.

    python benchmarks/loading.py
"""

from __future__ import annotations

import functools
import gc
import importlib.resources
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

import uns

ROUNDS = 5

#: Siblings of one kind; ``#`` is the number of each.
SIBLINGS = {
    "names": ('"m#"', ""),
    "families m[1..20]-n#": ('"m[1..20]-n#"', ""),
    "families n#-m[1..20]": ('"n#-m[1..20]"', ""),
    "ranges m[#0..#9]": ('"m[#0..#9]"', ""),
    "open sets x#-[a-z]*": ('"{a#}"', 'pattern: "x#-[a-z]*", '),
    "open sets [a-z]*-#": ('"{a#}"', 'pattern: "[a-z]*-#", '),
    "open sets [a-z]+-#-[a-z]+": ('"{a#}"', 'pattern: "[a-z]+-#-[a-z]+", '),
}

#: Calls of a small model in a round.
CALLS = 200

SMALL = {
    "one metric": "sites: {lyon: {metrics: {power: {type: number, unit: kW}}}}",
    "with std": "include: [std]\nsites: {lyon: {lines: {filler: {topics: {oee: {payload: oee/1}}}}}}",
}


def model(*, labels: bool) -> str:
    """A model of 99,110 nodes, written out without families."""
    lines = [
        "uns: 1",
        'model: {id: big, version: "1.0.0"}',
        "classes:",
        "  Machine: {level: work_cell, metrics: {speed: {type: number, unit: m/s}}}",
        "enterprise:",
        "  acme:",
        "    sites:",
    ]
    for site in range(10):
        lines += [f"      site{site}:", "        areas:"]
        for area in range(10):
            lines += [f"          area{area}:", "            production_lines:"]
            for line in range(10):
                lines += [f"              line{line}:", "                work_cells:"]
                for cell in range(98):
                    said = "class: Machine"
                    if labels:
                        said += f", label: Machine {cell} of line {line}, asset: SN-{site}{area}{line}{cell}"
                    lines.append(f"                  machine{cell}: {{{said}}}")
    return "\n".join(lines) + "\n"


def siblings(key: str, facets: str, number: int) -> str:
    """A model of many siblings that share no topic."""
    line = f"  {key}: {{{facets}metrics: {{speed: {{type: number}}}}}}\n"
    return "uns: 1\nsites:\n" + "".join(line.replace("#", str(n)) for n in range(number))


def events(text: str) -> None:
    parser = yaml.CSafeLoader(text)
    while type(parser.get_event()) is not yaml.StreamEndEvent:
        pass


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def calls(work: Callable[[], object]) -> float:
    """The seconds of one call, the mean of some."""

    def repeated() -> None:
        for _ in range(CALLS):
            work()

    return seconds(repeated) / CALLS


def small_models() -> None:
    path = importlib.resources.files("uns") / "std" / "payloads.uns.yaml"
    library = path.read_text(encoding="utf-8")
    works: dict[str, Callable[[], object]] = {
        "events of std": functools.partial(events, library),
        **{name: functools.partial(uns.loads, f"uns: 1\n{text}\n") for name, text in SMALL.items()},
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(calls(work))
    floor = statistics.median(times["events of std"])
    print("\nsmall models: milliseconds of a call, median of", ROUNDS, "rounds of", CALLS, "calls")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"  {name:<13} {median * 1e3:6.3f} ms  {median / floor:5.2f} x the events of std")


def main() -> None:
    print("100,000 nodes: processor seconds, median of", ROUNDS, "rounds")
    for name, text in (
        ("class only", model(labels=False)),
        ("with label and asset", model(labels=True)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "big.uns.yaml"
            path.write_text(text, encoding="utf-8")
            times: dict[str, list[float]] = {"events": [], "uns.load": []}
            for _ in range(ROUNDS):
                times["events"].append(seconds(functools.partial(events, text)))
                times["uns.load"].append(seconds(functools.partial(uns.load, path)))
            assert uns.load(path).count() == 98_000
        floor = statistics.median(times["events"])
        print(f"\n{name} ({len(text) / 1e6:.1f} MB)")
        for peer, measured in times.items():
            median = statistics.median(measured)
            print(f"  {peer:<10} {median:6.3f} s  {median / floor:5.2f} x the events")
    small_models()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process: {peak:.0f} MB")
    compare_siblings()


def compare_siblings() -> None:
    number = 4_000
    print(f"\nsiblings, each with a topic: {number:,} and twice as many")
    for name, (key, facets) in SIBLINGS.items():
        times: list[list[float]] = [[], []]
        texts = [siblings(key, facets, count) for count in (number, 2 * number)]
        for _ in range(ROUNDS):
            for measured, text in zip(times, texts, strict=True):
                measured.append(seconds(functools.partial(uns.loads, text)))
        once, twice = map(statistics.median, times)
        print(f"  {name:<26} {once:6.3f} s  {twice:6.3f} s  ratio {twice / once:.2f}")


if __name__ == "__main__":
    main()
