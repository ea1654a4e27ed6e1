"""What a checked message costs, beside the parsers and validators a service would use instead.

``ns.validate`` gets what a client delivers: a topic name that has just been decoded, so that
its hash is not known yet, and bytes. Everything runs in one process, in interleaved rounds;
of each the fastest round counts, which is what the machine does undisturbed. The peers parse
with the standard library's ``json`` and do not refuse a key that stands twice, a byte order
mark or NaN.

    python benchmarks/payloads.py
    python benchmarks/payloads.py --flood 10000000      # memory under hostile names and payloads

Packages: jsonschema-rs, jsonschema, fastjsonschema; each is left out when missing.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import itertools
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import GetPydanticSchema, TypeAdapter

import uns
from uns.payloads import PayloadContract, View, json_schema, validate, validators

#: Many short rounds: on a busy machine some of them are undisturbed.
ROUNDS = 200

#: Calls before each round that do not count: what ran before has taken the caches.
WARMING = 20

MODEL = """
uns: 1
include: [std]
payloads:
  image/1: {encoding: binary, content_type: image/jpeg, max_bytes: 100000}
  machine-state/1:
    fields:
      timestamp_ms: {type: timestamp_ms}
      state: {type: enum, values: [Idle, Execute, Held, Stopped, Aborted]}
      state_code: {type: integer, min: 0, max: 17}
      state_since_ms: {type: timestamp_ms}
      mode: {type: enum, values: [Produce, Maintenance, Manual], open: true}
      blocked: {type: boolean}
      starved: {type: boolean}
      mach_speed: {type: number, unit: 1/h, min: 0}
      stop_reason?: {type: object, fields: {id: {type: integer}, "text?": {type: string}}}
      job_order_id: {type: string, max_length: 64}
      alarms:
        type: array
        items:
          type: object
          fields:
            alarm_id: {type: string, max_length: 64}
            active: {type: boolean}
            severity: {type: integer, min: 1, max: 1000}
            acknowledged?: {type: boolean}
            text?: {type: string, max_length: 512}
      counters: {type: map, items: {type: integer, min: 0}}
      temperatures: {type: array, items: {type: number, min: -40, max: 250}}
sites:
  lyon:
    areas:
      legacy: {open: true}
      bottling:
        lines:
          "line[1..8]":
            cells:
              "machine[1..9]":
                metrics:
                  conveyorspeed: {type: number, unit: m/s, min: 0, max: 3}
                  bare: {type: number, unit: m/s, min: 0, max: 3, payload: bare/1}
                  text-number: {type: number, unit: m/s, min: 0, max: 3, payload: text/1}
                  text: {type: string, max_length: 64, payload: text/1}
                  text-enum: {type: enum, values: [Idle, Execute, Held], payload: text/1}
                  text-flag: {type: boolean, payload: text/1}
                topics:
                  state: {payload: machine-state/1}
                  image: {payload: image/1}
                  unknown: {payload: unknown/1}
              "{serial}": {pattern: "[A-Z]{2}[0-9]+", metrics: {speed: {type: number, min: 0}}}
"""

MACHINE = "lyon/bottling/line3/machine7"
METRIC, STATE = f"{MACHINE}/conveyorspeed", f"{MACHINE}/state"

METRIC_MESSAGE = b'{"timestamp_ms":1733904005123,"value":0.853217000001,"quality":"good"}    '
STATE_MESSAGE = json.dumps(
    {
        "timestamp_ms": 1733904005123,
        "state": "Held",
        "state_code": 11,
        "state_since_ms": 1733904001000,
        "mode": "Produce",
        "blocked": False,
        "starved": True,
        "mach_speed": 36000.5,
        "stop_reason": {"id": 4711, "text": "Infeed starved: no bottles"},
        "job_order_id": "JO-2026-000817",
        "alarms": [
            {
                "alarm_id": f"filler.valve.{number:03}",
                "active": number % 2 == 0,
                "severity": 100 * number + 1,
                "acknowledged": False,
                "text": f"Valve {number}: fill level below the limit",
            }
            for number in range(1, 6)
        ],
        "counters": {"good": 812345, "rejected": 123, "consumed": 812468},
        "temperatures": [20.5 + number / 7 for number in range(12)],
    }
).encode()

#: What is timed: it is called with a topic and a payload, whether or not it looks at the topic.
Door = Callable[[str, bytes], Any]


# --- what is compared ----------------------------------------------------------------------


def contract_of(ns: uns.Namespace, topic: str) -> PayloadContract:
    contract = ns[topic].contract
    assert contract is not None
    return contract


def bare(contract: PayloadContract, extra: Any) -> Callable[[bytes], Any]:
    """``TypeAdapter.validate_json`` of the type a contract becomes, and nothing of ours on top.

    With ``extra="allow"`` it gives the same values as a consumer's ``ns.validate``, with
    ``"forbid"`` it refuses the same fields as a producer's; ``"ignore"`` drops them.
    """
    schema = validators._schema(contract.body, "consumer", extra)
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[Any, GetPydanticSchema(lambda *_: schema)])
    return adapter.validate_json


def peers(contract: PayloadContract) -> dict[str, Callable[[bytes], Any]]:
    schema = json_schema(contract, "consumer")
    draft_7 = {key: value for key, value in schema.items() if key != "$schema"}
    checks: dict[str, Callable[[bytes], Any]] = {"json.loads only": json.loads}
    for name, build in (
        ("jsonschema_rs", lambda module: module.validator_for(schema).validate),
        ("jsonschema", lambda module: module.Draft202012Validator(schema).validate),
        ("fastjsonschema", lambda module: module.compile(draft_7)),
    ):
        try:
            checks[f"json + {name}"] = _after_json(build(importlib.import_module(name)))
        except ImportError:
            print(f"({name} is not installed)")
    return checks


def _after_json(check: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    return lambda payload: check(json.loads(payload))


# --- timing --------------------------------------------------------------------------------


def timed(contender: Callable[..., Any], topic: str, payload: bytes, calls: int) -> float:
    """Seconds for so many calls; each topic is a string of its own, as a client decodes it."""
    raw = topic.encode()
    if isinstance(contender, _WithTopic):
        check = contender.check
        topics = [raw.decode() for _ in range(calls + WARMING)]
        for fresh in topics[calls:]:
            check(fresh, payload)
        del topics[calls:]
        start = time.perf_counter()
        for fresh in topics:
            check(fresh, payload)
        return time.perf_counter() - start
    for _ in range(WARMING):
        contender(payload)
    start = time.perf_counter()
    for _ in range(calls):
        contender(payload)
    return time.perf_counter() - start


class _WithTopic:
    """A check that looks at the topic."""

    def __init__(self, check: Door) -> None:
        self.check = check

    def __call__(self, topic: str, payload: bytes) -> Any:
        return self.check(topic, payload)


def measured(
    contenders: dict[str, Callable[..., Any]], topic: str, payload: bytes
) -> dict[str, float]:
    """Nanoseconds a call, the fastest of interleaved rounds."""
    calls = {
        name: max(5, int(0.003 / (timed(contender, topic, payload, 20) / 20)))
        for name, contender in contenders.items()
    }
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            seconds = timed(contender, topic, payload, calls[name]) / calls[name]
            best[name] = min(best[name], seconds * 1e9)
    return best


def report(title: str, ns: uns.Namespace, topic: str, payload: bytes) -> None:
    contract = contract_of(ns, topic)

    def as_producer(topic: str, payload: bytes) -> uns.Message:
        return ns.validate(topic, payload, "producer")

    ours = "ns.validate"
    contenders: dict[str, Callable[..., Any]] = {
        ours: _WithTopic(ns.validate),
        "ns.validate, producer": _WithTopic(as_producer),
        "payloads.validate": lambda payload: validate(contract, payload),
        "pydantic alone, further kept": bare(contract, "allow"),
        "pydantic alone, further refused": bare(contract, "forbid"),
        "pydantic alone, further dropped": bare(contract, "ignore"),
        **peers(contract),
    }
    found = measured(contenders, topic, payload)
    print(f"\n{title}, {len(payload)} bytes")
    print(f"{'':32}{'ns':>10}{'to ns.validate':>16}{'ns.validate to it':>19}")
    for name, nanoseconds in found.items():
        ratio = nanoseconds / found[ours]
        print(f"{name:32}{nanoseconds:10.0f}{ratio:15.2f}x{1 / ratio:18.2f}x")


#: Messages that are one value, or bytes; the first is the metric in `vtq/1`, for comparison.
SMALL = {
    "conveyorspeed": METRIC_MESSAGE,
    "bare": b"0.853217000001",
    "text-number": b"0.853217000001",
    "text": b"Infeed starved: no bottles",
    "text-enum": b"Held",
    "text-flag": b"true",
    "image": bytes(range(256)) * 40,
    "unknown": b"\xff\x00",
}


def report_small_messages(ns: uns.Namespace) -> None:
    """What a message costs that is one value, and what of it is ours and not the parser's."""
    bare_number = bare(contract_of(ns, f"{MACHINE}/bare"), "ignore")
    best: dict[str, float] = dict.fromkeys([*SMALL, "pydantic alone"], float("inf"))
    contender = _WithTopic(ns.validate)
    for _ in range(ROUNDS):
        for name, payload in SMALL.items():
            seconds = timed(contender, f"{MACHINE}/{name}", payload, 2_000)
            best[name] = min(best[name], seconds / 2_000 * 1e9)
        seconds = timed(bare_number, "", SMALL["bare"], 2_000)
        best["pydantic alone"] = min(best["pydantic alone"], seconds / 2_000 * 1e9)
    print("\nns.validate of messages that are one value or bytes, ns")
    for name, nanoseconds in best.items():
        print(f"{name:32}{nanoseconds:10.0f}{nanoseconds / best['conveyorspeed']:15.2f}x")
    print(f"{'bare, above pydantic alone':32}{best['bare'] - best['pydantic alone']:10.0f}")


def report_other_paths(ns: uns.Namespace) -> None:
    """What the same check costs when something is different."""

    def refused(topic: str, payload: bytes) -> None:
        with contextlib.suppress(uns.UNSError):
            ns.validate(topic, payload)

    wrong = METRIC_MESSAGE.replace(b"0.853217000001", b'"hot"')
    further = METRIC_MESSAGE.replace(b'"good"', b'"good","new":1')
    contender = _WithTopic(refused)
    numbers = itertools.count()

    def never_seen(_: str, payload: bytes) -> None:
        ns.validate(f"lyon/bottling/line3/AB{next(numbers)}/speed", payload)

    contract = contract_of(ns, STATE)
    rows = {
        "one further field": measured({"": contender}, METRIC, further),
        "refused, one fault": measured({"": contender}, METRIC, wrong),
        "unknown topic": measured({"": contender}, f"{MACHINE}/conveyerspeed", METRIC_MESSAGE),
        "not modelled, below open": measured({"": contender}, "lyon/legacy/a", METRIC_MESSAGE),
        "a topic never seen before": measured({"": _WithTopic(never_seen)}, METRIC, METRIC_MESSAGE),
        "compile the machine state": measured(
            {"": lambda _: validators._compiled(contract, "consumer")}, STATE, b""
        ),
    }
    print("\nns.validate on other paths, ns")
    for name, found in rows.items():
        print(f"{name:32}{found['']:10.0f}")


# --- memory --------------------------------------------------------------------------------


def hostile(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Messages whose topics never repeat, and whose payloads are anything."""
    long = "x" * 900
    for number in itertools.count():
        kind = rng.randrange(8)
        if kind < 3:
            topic = f"lyon/bottling/line3/AB{number}/speed"
        elif kind == 3:
            topic = f"lyon/legacy/{number}/{long[: number % 900]}"
        elif kind == 4:
            topic = f"lyon/bottling/{number}"
        elif kind == 5:
            topic = f"{MACHINE}/{number}/+"
        elif kind == 6:
            topic = f"{number}/" * (number % 600)
        else:
            topic = METRIC
        kind = rng.randrange(8)
        if kind < 3:
            payload = METRIC_MESSAGE
        elif kind == 3:
            payload = b'{"timestamp_ms":1,"value":1,"%d":{"%d":[]}}' % (number, number)
        elif kind == 4:
            payload = b'{"value":"text %d","value":1}' % number
        elif kind == 5:
            payload = b"[" * (number % 3_000)
        elif kind == 6:
            payload = b"9" * (number % 6_000)
        else:
            payload = b"\xff%d" % number
        yield topic, payload


def resident() -> float:
    """Megabytes this process holds now; where nobody says so, the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def flood(ns: uns.Namespace, messages: int) -> None:
    """Hostile messages, ten times a look at the memory."""
    print(f"{'messages':>12}{'resident MB':>14}{'seconds':>10}")
    outcomes: Counter[str] = Counter()
    views: tuple[View, View] = ("consumer", "producer")
    start = time.perf_counter()
    stream = hostile(random.Random(0))
    print(f"{0:12,}{resident():14.1f}{0:10.0f}")
    for part in range(10):
        for topic, payload in itertools.islice(stream, messages // 10):
            try:
                ns.validate(topic, payload, views[len(payload) % 2])
                outcomes["passed"] += 1
            except uns.UNSError as error:
                outcomes[type(error).__name__] += 1
        seconds = time.perf_counter() - start
        print(f"{(part + 1) * (messages // 10):12,}{resident():14.1f}{seconds:10.0f}", flush=True)
    print(", ".join(f"{name} {number:,}" for name, number in outcomes.most_common()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--flood", type=int, metavar="MESSAGES", help="memory, not speed")
    given = options.parse_args()
    ns = uns.loads(MODEL)
    if given.flood:
        flood(ns, given.flood)
        return
    report("a metric", ns, METRIC, METRIC_MESSAGE)
    report("a machine state", ns, STATE, STATE_MESSAGE)
    report_small_messages(ns)
    report_other_paths(ns)


if __name__ == "__main__":
    main()
