"""Topic matching side by side: this library and its peers, in one run, on the same strings.

    python benchmarks/matching.py            everything (about five minutes)
    python benchmarks/matching.py --quick    small sizes only (half a minute)

Peers are taken as found: paho-mqtt, aiomqtt, amqtt and mqttproto where they can be imported,
libmosquitto where its shared library is installed, qlobber where ``node`` is (it is fetched into a
temporary folder). What is missing is reported as missing.

Topics are decoded from bytes anew before each pass, as a client delivers them: a string that was
hashed before flatters every dictionary. The collector rests inside timed passes. All contenders
take turns in each round, and the best round of each counts, so a busy machine slows them alike.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import ctypes.util
import gc
import importlib.util
import itertools
import json
import math
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from uns.topics.index import TopicIndex
from uns.topics.names_and_filters import TopicFilter

TOPICS = 20_000
ROUNDS = 9

# -- A plant --------------------------------------------------------------------------------------

_AREAS = ("bottling", "packaging", "mixing", "utilities", "paint", "press", "assembly", "storage")
_CELLS = ("filler", "capper", "labeller", "packer", "palletiser", "washer", "oven", "robot1")
_CELLS += ("robot2", "conveyor", "mixer", "press1")
_METRICS = ("state", "temperature", "pressure", "speed", "oee", "count", "scrap", "mode", "recipe")
_METRICS += ("conveyorspeed", "drive/speed", "drive/torque", "drive/current", "drive/temperature")
_METRICS += ("alarm/active", "alarm/code", "alarm/last/text", "order/id", "order/quantity")
_METRICS += ("energy/power", "energy/total", "process/oee/quality", "process/oee/availability")
_METRICS += ("process/oee/performance", "drive/axis1/position", "drive/axis2/position")
_METRICS += ("quality/vision/result", "quality/scale/weight")
#: Where people put wildcards: levels left open, and prefixes (length, levels left open).
_PLUS = [(1,), (2,), (3,), (4,), (1, 2), (1, 3), (3, 4), (2, 3), (1, 2, 3), (2, 3, 4)]
_PLUS += [(1, 2, 3, 4), (1, 3, 4)]
_HASH = [(1, ()), (2, ()), (3, ()), (4, ()), (5, ()), (3, (1,)), (4, (3,)), (5, (4,)), (5, (3, 4))]


def topic(dice: random.Random) -> list[str]:
    """One of 1,075,200 topics of 6 to 8 levels."""
    site, line = f"site{dice.randrange(40):02}", f"line{dice.randrange(10):02}"
    area, cell, metric = dice.choice(_AREAS), dice.choice(_CELLS), dice.choice(_METRICS)
    return ["acme", site, area, line, cell, *metric.split("/")]


def distinct(make: Callable[[random.Random], str], count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[make(dice)] = None
    return list(found)


def realistic(dice: random.Random) -> str:
    """55 % exact topics, 30 % with ``+``, 15 % with ``#``."""
    levels, draw = topic(dice), dice.random()
    if draw < 0.55:
        return "/".join(levels)
    if draw < 0.85:
        for at in dice.choice(_PLUS):
            levels[at] = "+"
        return "/".join(levels)
    length, left_open = dice.choice(_HASH)
    for at in left_open:
        levels[at] = "+"
    return "/".join([*levels[:length], "#"])


def scattered(dice: random.Random) -> str:
    """Wildcards anywhere: 251 shapes in 10,000 filters."""
    levels, draw = topic(dice), dice.random()
    if draw < 0.15:
        del levels[dice.randint(1, len(levels)) :]
    if draw < 0.5:
        for at in dice.sample(range(1, len(levels)), min(len(levels) - 1, dice.randint(1, 3))):
            levels[at] = "+"
    return "/".join([*levels, "#"] if draw < 0.15 else levels)


def hostile(dice: random.Random) -> str:
    """Every level a name or ``+``: 4,759 shapes in 10,000 filters."""
    levels = [dice.choice("ab+") for _ in range(dice.randint(8, 12))]
    return "/".join([*levels, "#"] if dice.random() < 0.5 else levels)


def plant_topic(dice: random.Random) -> str:
    return "/".join(topic(dice))


def hostile_topic(dice: random.Random) -> str:
    return "/".join(dice.choice("abc") for _ in range(dice.randint(8, 13)))


def skewed(topics: list[str], count: int) -> list[str]:
    """A stream of messages whose topics follow Zipf's law with exponent 1.1."""
    weights = [1 / rank**1.1 for rank in range(1, len(topics) + 1)]
    return random.Random(5).choices(topics, weights, k=count)


# -- Taking turns ---------------------------------------------------------------------------------

Run = Callable[[list[str]], None]


def loop(call: str, **names: Any) -> Run:
    """``for topic in topics: <call>`` as a function of its own, so none warms up another's code."""
    scope = dict(names)
    exec(f"def run(topics):\n for topic in topics:\n  {call}", scope)
    run: Run = scope["run"]
    return run


def timed(run: Run, encoded: list[bytes]) -> float:
    """Nanoseconds for each topic."""
    topics = [text.decode() for text in encoded]
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    run(topics)
    elapsed = time.perf_counter() - start
    gc.enable()
    return elapsed / len(topics) * 1e9


def take_turns(
    runs: dict[str, Run], encoded: list[bytes], rounds: int = ROUNDS
) -> dict[str, float]:
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            best[name] = min(best[name], timed(run, encoded))
    return best


# -- The peers ------------------------------------------------------------------------------------


def available(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


class Delivered:
    """The one attribute mqttproto reads of a PUBLISH packet."""

    __slots__ = ("topic",)


def single_matchers(text: str) -> Iterator[tuple[str, Run | None]]:
    """Each peer's way to ask whether one filter matches, or ``None`` where it is missing."""
    yield "uns", loop("wanted.matches(topic)", wanted=TopicFilter(text))
    run = None
    if available("paho"):
        from paho.mqtt.client import topic_matches_sub

        run = loop("ask(text, topic)", ask=topic_matches_sub, text=text)
    yield "paho-mqtt", run
    run = None
    if available("aiomqtt"):
        from aiomqtt import Topic, Wildcard

        run = loop("Topic(topic).matches(wanted)", Topic=Topic, wanted=Wildcard(text))
    yield "aiomqtt", run
    run = None
    if available("amqtt"):
        from amqtt.plugins import TopicMatcher

        run = loop("ask(topic, text)", ask=TopicMatcher().is_topic_allowed, text=text)
    yield "amqtt", run
    run = None
    if available("mqttproto"):
        import mqttproto

        pattern = getattr(mqttproto, "Pattern", None) or mqttproto.Subscription
        names = {"pattern": pattern(text), "packet": Delivered()}
        run = loop("packet.topic = topic; pattern.matches(packet)", **names)
    yield "mqttproto", run
    yield "libmosquitto", libmosquitto(text)


def libmosquitto(text: str) -> Run | None:
    found = ctypes.util.find_library("mosquitto")
    if found is None:
        return None
    ask = ctypes.CDLL(found).mosquitto_topic_matches_sub
    ask.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_bool)]
    answer = ctypes.c_bool()
    names = {"ask": ask, "text": text.encode(), "answer": answer, "ref": ctypes.byref(answer)}
    return loop("ask(text, topic.encode(), ref); answer.value", **names)


class Paho:
    """paho's index behind the two calls of ours."""

    def __init__(self) -> None:
        from paho.mqtt.matcher import MQTTMatcher

        self._matcher = MQTTMatcher()

    def add(self, text: str, value: object) -> None:
        """As ``TopicIndex.add``."""
        self._matcher[text] = value

    def match(self, topic: str) -> list[object]:
        """As ``TopicIndex.match``."""
        return list(self._matcher.iter_match(topic))


QLOBBER = """
const [folder, file] = process.argv.slice(1);
const {Qlobber} = require(folder + '/node_modules/qlobber');
const {filters, topics} = JSON.parse(require('fs').readFileSync(file));
const now = () => Number(process.hrtime.bigint());
global.gc();
const heap = process.memoryUsage().heapUsed;
const options = {separator: '/', wildcard_one: '+', wildcard_some: '#', match_empty_levels: true};
const matcher = new Qlobber(options);
let start = now();
filters.forEach((text, at) => matcher.add(text, at));
const build = (now() - start) / 1e9;
global.gc();
const bytes = (process.memoryUsage().heapUsed - heap) / filters.length;
const passes = [];
for (let pass = 0; pass < 6; pass++) {
  const fresh = topics.map(text => Buffer.from(text).toString());
  start = now();
  for (const text of fresh) matcher.match(text);
  passes.push((now() - start) / fresh.length);
}
console.log(JSON.stringify({build, bytes, first: passes[0], later: Math.min(...passes.slice(1))}));
"""


def install_qlobber(folder: Path) -> bool:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    npm = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    return subprocess.run([*npm, "qlobber"], capture_output=True, check=False).returncode == 0


def qlobber(folder: Path, filters: list[str], topics: list[str]) -> dict[str, float]:
    data = folder / "data.json"
    data.write_text(json.dumps({"filters": filters, "topics": topics}), encoding="utf-8")
    node = ["node", "--expose-gc", "--max-old-space-size=8192", "-e", QLOBBER]
    done = subprocess.run(
        [*node, str(folder), str(data)], capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


# -- One filter, one topic ------------------------------------------------------------------------

ONE_TOPIC = "acme/munich/bottling/line1/machine1/conveyorspeed"
ONE_FILTER = {
    "plus": "acme/+/bottling/+/+/conveyorspeed",
    "prefix": "acme/munich/bottling/#",
    "exact": ONE_TOPIC,
    "no match": "acme/berlin/+/line1/#",
    "everything": "#",
}


def compare_single() -> dict[str, dict[str, float]]:
    encoded = [ONE_TOPIC.encode()] * TOPICS
    table: dict[str, dict[str, float]] = {}
    for kind, text in ONE_FILTER.items():
        runs = dict(single_matchers(text))
        missing = {name for name, run in runs.items() if run is None}
        found = {name: run for name, run in runs.items() if run is not None}
        best = take_turns(found, encoded)
        for name in runs:
            table.setdefault(name, {})[kind] = float("nan") if name in missing else best[name]
    headings = [*ONE_FILTER, "times as long as uns"]
    rows = []
    for name, row in table.items():
        ratios = " / ".join(ratio(row[kind], table["uns"][kind]) for kind in ONE_FILTER)
        rows.append([name, *(nanoseconds(row[kind]) for kind in ONE_FILTER), ratios])
    print_table("One filter, one topic (ns)", ["", *headings], rows)
    return table


# -- Many filters ---------------------------------------------------------------------------------


def compare_index(
    title: str,
    filters: list[str],
    make_topic: Callable[[random.Random], str],
    folder: Path | None,
    *,
    stream: bool,
) -> dict[str, dict[str, float]]:
    """Build times, then topics never seen before, then the same again, then skewed traffic."""
    values = list(range(len(filters)))
    makers: dict[str, Callable[[], Any]] = {"uns": TopicIndex}
    if available("paho"):
        makers["paho MQTTMatcher"] = Paho
    table: dict[str, dict[str, float]] = {name: {} for name in makers}
    indexes: dict[str, Any] = {}
    for name, make in itertools.chain(makers.items(), makers.items()):
        indexes.pop(name, None)
        gc.collect()
        gc.freeze()
        start = time.perf_counter()
        index = indexes[name] = make()
        add = index.add
        for text, value in zip(filters, values, strict=True):
            add(text, value)
        built = time.perf_counter() - start
        table[name]["build s"] = min(built, table[name].get("build s", built))
    gc.collect()
    gc.freeze()

    blocks = distinct(make_topic, 5 * TOPICS, 3)
    encoded = [text.encode() for text in blocks]
    runs = {name: loop("match(topic)", match=index.match) for name, index in indexes.items()}
    for at in range(0, len(encoded), TOPICS):
        block = encoded[at : at + TOPICS]
        for name, cost in take_turns(runs, block, rounds=1).items():
            table[name]["new"] = min(cost, table[name].get("new", cost))
    latest = encoded[-TOPICS:]
    known = dict.fromkeys(blocks[-TOPICS:], ())
    for name, cost in take_turns(runs, latest, 5).items():
        table[name]["seen"] = cost
    floor = {"one dict look-up": loop("get(topic)", get=known.get)}
    table["one dict look-up"] = {"seen": take_turns(floor, latest)["one dict look-up"]}
    if stream:
        compare_streams(table, filters, values, blocks, runs)
    if folder is not None:
        found = qlobber(folder, filters, blocks[:TOPICS])
        table["qlobber"] = {
            "build s": found["build"],
            "bytes": found["bytes"],
            "new": found["first"],
            "seen": found["later"],
        }
    columns = ["build s", "new", "seen", "skewed, first", "skewed, again", "sized, again"]
    rows = []
    for name, row in table.items():
        cells = [nanoseconds(row.get(column)) for column in columns[1:]]
        rows.append([name, seconds(row.get("build s")), *cells])
    hits = sum(len(indexes["uns"].match(text)) for text in blocks[:2_000]) / 2_000
    about = f"{len(filters):,} filters, {hits:,.2f} hits per topic, ns per topic"
    print_table(f"{title}: {about}", ["", *columns], rows)
    return table


def compare_streams(
    table: dict[str, dict[str, float]],
    filters: list[str],
    values: list[int],
    topics: list[str],
    runs: dict[str, Run],
) -> None:
    """200,000 messages on some 27,000 topics; the memo as it comes, and sized for them."""
    messages = [text.encode() for text in skewed(topics, 200_000)]
    # A peer without a memory costs the same for each message: a tenth of them will do.
    for name, run in runs.items():
        first, *later = (
            timed(run, messages if name == "uns" else messages[:TOPICS]) for _ in range(4)
        )
        table[name]["skewed, first"], table[name]["skewed, again"] = first, min(later)
    index = TopicIndex[int](memo=4 * len(set(messages)))
    for text, value in zip(filters, values, strict=True):
        index.add(text, value)
    run = loop("match(topic)", match=index.match)
    known = dict.fromkeys((text.decode() for text in messages), ())
    turns = {"uns": run, "one dict look-up": loop("get(topic)", get=known.get)}
    for name, cost in take_turns(turns, messages, 6).items():
        table[name]["sized, again"] = cost


# -- Memory ---------------------------------------------------------------------------------------


def measure_memory(name: str, count: int) -> None:
    """Bytes per filter, in a process of its own; filters and values belong to the caller."""
    filters = distinct(realistic, count, 1)
    values = list(range(count))
    tracemalloc.start()
    index: Any = TopicIndex() if name == "uns" else Paho()
    for text, value in zip(filters, values, strict=True):
        index.add(text, value)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    names = sum(map(sys.getsizeof, filters)) / count if name == "uns" else 0
    print(json.dumps({"bytes": held, "names": names}))


def compare_memory(count: int, others: dict[str, float]) -> dict[str, float]:
    table: dict[str, float] = {}
    for name in ("uns", *(["paho MQTTMatcher"] if available("paho") else [])):
        command = [sys.executable, __file__, "--memory", name.split()[0], str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        table[name] = found["bytes"]
        if found["names"]:
            table[f"{name}, with the filter strings it keeps alive"] = (
                found["bytes"] + found["names"]
            )
    table |= others
    rows = [[name, f"{held:,.0f}"] for name, held in table.items()]
    print_table(f"Memory: bytes per filter at {count:,}", ["", "bytes"], rows)
    return table


# -- Words ----------------------------------------------------------------------------------------


def nanoseconds(cost: float | None) -> str:
    if cost is None:
        return ""
    return "missing" if math.isnan(cost) else f"{cost:,.0f}"


def seconds(cost: float | None) -> str:
    return "" if cost is None else f"{cost:.3f}"


def ratio(cost: float, ours: float) -> str:
    return "-" if math.isnan(cost) else f"{cost / ours:.1f}"


def print_table(title: str, headings: Iterable[str], rows: Iterable[list[str]]) -> None:
    headings = list(headings)
    print(f"\n## {title}\n")
    print("| " + " | ".join(headings) + " |")
    print("|---" + "|---:" * (len(headings) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


class Goals:
    """Each goal with its figure, met or not."""

    def __init__(self) -> None:
        self._rows: list[list[str]] = []

    def least(self, goal: str, wanted: float, found: float) -> None:
        """``found`` should be ``wanted`` or more."""
        self._note(goal, f"at least {wanted:g}", found, found >= wanted)

    def most(self, goal: str, wanted: float, found: float) -> None:
        """``found`` should be ``wanted`` or less."""
        self._note(goal, f"at most {wanted:g}", found, found <= wanted)

    def _note(self, goal: str, wanted: str, found: float, met: bool) -> None:
        verdict = "not measured" if math.isnan(found) else "met" if met else "MISSED"
        self._rows.append(
            [goal, wanted, nanoseconds(found) if math.isnan(found) else f"{found:.2f}", verdict]
        )

    def print(self) -> None:
        """All of them, as a table."""
        print_table("Goals", ["", "wanted", "found", ""], self._rows)


def single_goals(goals: Goals, table: dict[str, dict[str, float]]) -> None:
    wanted = {
        "amqtt": {"plus": 4, "prefix": 6, "exact": 2},
        "mqttproto": {"plus": 4, "prefix": 6, "exact": 2},
        "paho-mqtt": {"plus": 15, "prefix": 15, "exact": 15},
        "libmosquitto": {"plus": 1, "prefix": 1, "exact": 1},
    }
    for name, kinds in wanted.items():
        for kind, least in kinds.items():
            found = table[name][kind] / table["uns"][kind]
            goals.least(f"one filter, {kind}: times faster than {name}", least, found)


def index_goals(goals: Goals, table: dict[str, dict[str, float]], memory: dict[str, float]) -> None:
    ours, nan = table["uns"], float("nan")
    paho = table.get("paho MQTTMatcher", {})
    js = table.get("qlobber", {})
    floor = table["one dict look-up"]["sized, again"]
    sized = ours["sized, again"]
    goals.most("skewed traffic, memo sized: dict look-ups per topic", 5, sized / floor)
    goals.least(
        "skewed traffic: times faster than paho", 100, paho.get("skewed, again", nan) / sized
    )
    goals.least("new topics: times faster than paho", 2, paho.get("new", nan) / ours["new"])
    goals.most("build: share of paho's time", 0.25, ours["build s"] / paho.get("build s", nan))
    share = memory["uns"] / memory.get("paho MQTTMatcher", nan)
    goals.most("memory: share of paho's bytes per filter", 0.25, share)
    goals.least(
        "new topics: times faster than qlobber",
        1,
        js.get("seen", nan) / ours["new"],
    )
    goals.least("seen topics: times faster than qlobber", 1, js.get("seen", nan) / ours["seen"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the million filters")
    parser.add_argument("--memory", nargs=2, metavar=("NAME", "COUNT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        measure_memory(options.memory[0], int(options.memory[1]))
        return
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    goals = Goals()
    single_goals(goals, compare_single())
    with contextlib.ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = temporary if install_qlobber(temporary) else None
        if folder is None:
            print("\nqlobber: missing (needs node and npm)")
        sizes = [100, 10_000] if options.quick else [100, 10_000, 1_000_000]
        for count in sizes:
            filters = distinct(realistic, count, 1)
            table = compare_index("Realistic filters", filters, plant_topic, folder, stream=True)
        held = {"qlobber (heap)": table["qlobber"]["bytes"]} if folder else {}
        index_goals(goals, table, compare_memory(sizes[-1], held))
        for title, make, make_topic in (
            ("Scattered wildcards", scattered, plant_topic),
            ("Hostile filters", hostile, hostile_topic),
        ):
            filters = distinct(make, 10_000, 1)
            table = compare_index(title, filters, make_topic, None, stream=False)
            if "paho MQTTMatcher" in table:
                found = table["paho MQTTMatcher"]["new"] / table["uns"]["new"]
                goals.least(f"{title.lower()}, new topics: times faster than paho", 1, found)
    goals.print()


if __name__ == "__main__":
    main()
