"""What a checked message costs, beside the parsers and validators a service would use instead.

Bytes in, checked value out; one process, rounds interleaved, fastest round of each. The
peers parse with the standard library's ``json`` and do not refuse a key that
stands twice, a byte order mark or NaN.

    python benchmarks/payloads.py

Packages: jsonschema-rs, jsonschema, fastjsonschema; each is left out when missing.
"""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import GetPydanticSchema, TypeAdapter

from uns.payloads import validators
from uns.payloads.contracts import Field, PayloadContract, PayloadType, ValueType
from uns.payloads.faults import InvalidPayload
from uns.payloads.schemas import json_schema

ROUNDS = 15

T = ValueType


def opt(name: str, value: ValueType) -> Field:
    return Field(name, value, required=False)


TIME = Field("timestamp_ms", T("timestamp_ms"))
METRIC = PayloadContract(
    PayloadType(
        "vtq/1",
        (
            TIME,
            Field("value", T("metric_value")),
            opt("quality", T("enum", values=("good", "uncertain", "bad"))),
            opt("unit", T("metric_unit")),
            opt("seq", T("integer", minimum=0)),
        ),
    ),
    T("number", unit="m/s", minimum=0, maximum=3),
)
ALARM = T(
    "object",
    fields=(
        Field("alarm_id", T("string", max_length=64)),
        Field("active", T("boolean")),
        Field("severity", T("integer", minimum=1, maximum=1000)),
        opt("acknowledged", T("boolean")),
        opt("text", T("string", max_length=512)),
    ),
)
STATE = PayloadContract(
    PayloadType(
        "machine-state/1",
        (
            TIME,
            Field("state", T("enum", values=("Idle", "Execute", "Held", "Stopped", "Aborted"))),
            Field("state_code", T("integer", minimum=0, maximum=17)),
            Field("state_since_ms", T("timestamp_ms")),
            Field("mode", T("enum", values=("Produce", "Maintenance", "Manual"), open=True)),
            Field("blocked", T("boolean")),
            Field("starved", T("boolean")),
            Field("mach_speed", T("number", minimum=0, unit="1/h")),
            opt("stop_reason", T("object", fields=(Field("id", T("integer")), opt("text", T("string"))))),
            Field("job_order_id", T("string", max_length=64)),
            Field("alarms", T("array", items=ALARM)),
            Field("counters", T("map", items=T("integer", minimum=0))),
            Field("temperatures", T("array", items=T("number", minimum=-40, maximum=250))),
        ),
    )
)  # fmt: skip

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

Check = Callable[[bytes], Any]


def bare(contract: PayloadContract, extra: Any) -> Check:
    """The pydantic type a contract becomes, and nothing of ours on top."""
    schema = validators._schema(contract.body, "consumer", extra)
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[Any, GetPydanticSchema(lambda *_: schema)])
    # In a function of its own, as ours is below: a call costs the same on both sides.
    return lambda text: adapter.validate_json(text)  # noqa: PLW0108


def peers(contract: PayloadContract) -> dict[str, Check]:
    schema = json_schema(contract, "consumer")
    checks: dict[str, Check] = {"json.loads only": json.loads}
    for name, build in (
        ("jsonschema_rs", lambda module: module.validator_for(schema).validate),
        ("jsonschema", lambda module: module.Draft202012Validator(schema).validate),
        ("fastjsonschema", lambda module: module.compile(_draft_7(schema))),
    ):
        try:
            checks[f"json + {name}"] = _after_json(build(importlib.import_module(name)))
        except ImportError:
            print(f"({name} is not installed)")
    return checks


def _draft_7(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$schema"}


def _after_json(check: Callable[[Any], Any]) -> Check:
    return lambda payload: check(json.loads(payload))


def measured(checks: dict[str, Check], payload: bytes) -> dict[str, float]:
    """Nanoseconds a call, the fastest of interleaved rounds: what the machine does undisturbed."""
    calls = {name: _calls(check, payload) for name, check in checks.items()}
    times: dict[str, list[float]] = {name: [] for name in checks}
    for _ in range(ROUNDS):
        for name, check in checks.items():
            times[name].append(_timed(check, payload, calls[name]) / calls[name] * 1e9)
    return {name: min(found) for name, found in times.items()}


def _calls(check: Check, payload: bytes) -> int:
    return max(20, int(0.02 / (_timed(check, payload, 20) / 20)))


def _timed(check: Check, payload: bytes, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        check(payload)
    return time.perf_counter() - start


def report(title: str, contract: PayloadContract, payload: bytes) -> None:
    ours = "uns validate, consumer"
    checks: dict[str, Check] = {
        ours: lambda text: validators.validate(contract, text),
        "uns validate, producer": lambda text: validators.validate(contract, text, "producer"),
        "pydantic alone, further kept": bare(contract, "allow"),
        "pydantic alone, further refused": bare(contract, "forbid"),
        "pydantic alone, further dropped": bare(contract, "ignore"),
        **peers(contract),
    }
    found = measured(checks, payload)
    print(f"\n{title}, {len(payload)} bytes")
    print(f"{'':32}{'ns':>10}{'to uns':>10}{'uns to it':>12}")
    for name, nanoseconds in found.items():
        to_uns, of_it = nanoseconds / found[ours], found[ours] / nanoseconds
        print(f"{name:32}{nanoseconds:10.0f}{to_uns:9.2f}x{of_it:11.2f}x")


def report_errors() -> None:
    wrong = METRIC_MESSAGE.replace(b"0.853217000001", b'"hot"')
    longer = METRIC_MESSAGE.replace(b'"good"', b'"good","new":1')

    def refused(payload: bytes) -> None:
        try:
            validators.validate(METRIC, payload)
        except InvalidPayload:
            return

    found = measured({"refused, one fault": refused}, wrong)
    found |= measured({"one further field": lambda p: validators.validate(METRIC, p)}, longer)
    found |= measured({"compile": lambda _: validators._compiled(STATE, "consumer")}, b"")
    print("\nother paths")
    for name, nanoseconds in found.items():
        print(f"{name:32}{nanoseconds:10.0f}")


if __name__ == "__main__":
    report("a metric", METRIC, METRIC_MESSAGE)
    report("a machine state", STATE, STATE_MESSAGE)
    report_errors()
