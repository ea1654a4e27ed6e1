"""The documentation site of large models: how big, how long to make, how fast in a browser.

Three models: 100,000 topics that share a class, 100,000 topics each written out
with a name, a unit and limits of its own, and a family of ten million vehicles.
Building is measured by itself; with Playwright and Chromium installed, a headless
browser opens each page, and every kind of search is timed in it.

    python benchmarks/site.py
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import uns
from uns.generators import generate

ROUNDS = 5
KINDS = ("temperature", "pressure", "flow", "level", "speed", "torque", "power", "vibration")
UNITS = ("Cel", "bar", "L/min", "%", "m/s", "N.m", "kW", "mm/s")

#: What is looked for, by the kind of search; each model has all of them.
SEARCHES = {
    "text": "speed",
    "levels": "line3/machine4",
    "filter, one level": "acme/+/area1/+/+/speed",
    "filter, the rest": "acme/site3/#",
    "facets": "level:work_cell payload:vtq kafka:acme owner:plant",
    "nothing": "no-such-thing-anywhere",
}

HEAD = 'uns: 1\nmodel: {id: big, version: "1.0.0", owner: plant}\n'


def shared() -> str:
    """100,000 topics: 20,000 machines of one class with five metrics each."""
    metrics = ", ".join(
        f"{kind}: {{type: number, unit: '{unit}'}}"
        for kind, unit in zip(KINDS[:5], UNITS, strict=False)
    )
    return _tree(
        f"{HEAD}classes: {{Machine: {{level: work_cell, metrics: {{{metrics}}}}}}}\n",
        20,
        lambda *_: "{class: Machine}",
    )


def written() -> str:
    """100,000 topics: 12,500 machines, each with eight metrics of its own."""

    def metrics(site: int, area: int, line: int, cell: int) -> str:
        said = [
            f"{kind}{'' if kind == 'speed' else f'-{(site * 7 + area * 5 + line * 3 + cell) % 97}'}: "
            f"{{type: number, unit: '{unit}', min: 0, max: {10 * (1 + (site + cell) % 40)}, "
            f"description: '{kind.capitalize()} of machine {site}{area}{line}-{cell}'}}"
            for kind, unit in zip(KINDS, UNITS, strict=True)
        ]
        return f"{{label: Machine {site}{area}{line}-{cell}, metrics: {{{', '.join(said)}}}}}"

    return _tree(HEAD, 12.5, metrics)


def family() -> str:
    """50,000,000 topics: ten million vehicles with five metrics each."""
    metrics = ", ".join(
        f"{kind}: {{type: number, unit: '{unit}'}}"
        for kind, unit in zip(KINDS[:5], UNITS, strict=False)
    )
    return f"{HEAD}enterprise:\n  acme:\n    sites:\n      site3:\n        work_centers:\n          vehicle[1..10000000]: {{metrics: {{{metrics}}}}}\n"


def _tree(head: str, cells: float, said) -> str:
    lines = [head + "enterprise:", "  acme:", "    sites:"]
    for site_ in range(10):
        lines += [f"      site{site_}:", "        areas:"]
        for area in range(10):
            lines += [f"          area{area}:", "            production_lines:"]
            for line in range(10):
                lines += [f"              line{line}:", "                work_cells:"]
                count = int(cells + (0.5 if line % 2 else 0))
                lines += [
                    f"                  machine{cell}: {said(site_, area, line, cell)}"
                    for cell in range(count)
                ]
    return "\n".join(lines) + "\n"


MODELS = {"a class": shared, "written out": written, "a family": family}


def build(text: str, path: Path) -> tuple[float, float, int]:
    """Processor seconds to load and to build, and the size of the page in bytes."""
    model = path.with_suffix(".uns.yaml")
    model.write_text(text, encoding="utf-8")
    start = time.process_time()
    namespace = uns.load(model)
    loaded = time.process_time()
    made = generate(namespace, "site", layout="file").files["index.html"]
    built = time.process_time()
    assert made == generate(uns.load(model), "site", layout="file").files["index.html"]
    path.write_bytes(made)
    return loaded - start, built - loaded, len(made)


def browse(paths: dict[str, Path], program: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        print(f"\nChromium {browser.version}, milliseconds, median of {ROUNDS} (slowest)")
        for name, path in paths.items():
            ready, searches = [], {kind: [] for kind in SEARCHES}
            for _ in range(ROUNDS):
                page = browser.new_page()
                page.goto(path.as_uri())
                page.wait_for_selector("body[data-ready]")
                ready.append(page.evaluate("performance.getEntriesByName('ready')[0].startTime"))
                for kind, query in SEARCHES.items():
                    searches[kind].append(page.evaluate(TIMED, query))
                page.close()
            print(f"\n{name}\n  {'usable after':<20} {_shown(ready)}")
            for kind, times in searches.items():
                print(f"  {kind:<20} {_shown(times)}")
        browser.close()


#: One key pressed in the search box: the search, the list, the tree, and the layout of the page.
TIMED = """query => {
    const input = document.getElementById("search");
    input.value = "";
    input.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    const start = performance.now();
    input.value = query;
    input.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    return performance.now() - start;
}"""


def _shown(times: list[float]) -> str:
    return f"{statistics.median(times):6.0f} ({max(times):.0f})"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        print("single file: processor seconds to load the model and to build, size")
        for name, model in MODELS.items():
            path = Path(folder) / f"{name.replace(' ', '-')}.html"
            load, make, size = build(model(), path)
            topics = uns.load(path.with_suffix(".uns.yaml")).count()
            print(
                f"  {name:<12} {topics:>11,} topics {load:6.2f} s {make:6.2f} s {size / 1000:8,.0f} kB"
            )
            paths[name] = path
        program = shutil.which("chromium")
        if program is None or importlib.util.find_spec("playwright") is None:
            print("no browser: install Chromium and Playwright to measure in it")
        else:
            browse(paths, program)


if __name__ == "__main__":
    main()
