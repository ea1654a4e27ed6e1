"""The rules over large models: how long a check takes once a model is loaded.

Two models: 100,000 topics that are all written out, each with a name of its own,
and ten million vehicles in one family with five metrics each. Both ask for the
profiles of brokers.

    python benchmarks/lint.py
"""

from __future__ import annotations

import gc
import statistics
import time

import uns
from uns.linting.rule import RuleKind
from uns.linting.surveys import Survey
from uns.model.garbage_collection import collector_paused
from uns.rules import RULES

ROUNDS = 3

#: The profiles that both models ask for.
BROKERS = "mqtt, mosquitto, emqx, aws-iot-core, azure-event-grid, kafka"

#: The rules on a model that are on by default.
ON = tuple(rule for rule in RULES.values() if rule.default and rule.kind is RuleKind.MODEL)

#: Rules that take less than this share of the time are not listed.
WORTH_LISTING = 0.03


def written_out() -> str:
    """A model of 100,000 topics, none of which shares anything with another."""
    lines = [
        "uns: 1",
        f"topic: {{profiles: [{BROKERS}]}}",
        'model: {id: big, version: "1.0.0"}',
        "sites:",
    ]
    number = 0
    for site in range(10):
        lines += [f"  site{site}:", "    areas:"]
        for area in range(10):
            lines += [f"      area{area}:", "        production_lines:"]
            for line in range(10):
                lines += [f"          line{line}:", "            work_cells:"]
                for cell in "abcdefghijklmnopqrst":
                    metrics = ", ".join(
                        f"{signal}-{number}: {{type: number, unit: bar}}"
                        for signal in ("inlet", "outlet", "supply", "seal", "cavity")
                    )
                    number += 1
                    lines.append(f"              machine-{cell}: {{metrics: {{{metrics}}}}}")
    return "\n".join(lines) + "\n"


def family() -> str:
    """Fifty million topics in three lines."""
    metrics = "speed: {type: number}, load: {type: number}, soc: {type: number}, x: {type: number}, y: {type: number}"
    return (
        "uns: 1\n"
        f"topic: {{profiles: [{BROKERS}]}}\n"
        f'sites: {{lyon: {{areas: {{"vehicle[1..10000000]": {{metrics: {{{metrics}}}}}}}}}}}\n'
    )


def timed(namespace: uns.Namespace) -> tuple[dict[str, float], int]:
    """Processor seconds of each rule, and how many findings there are.

    The first rule that needs a part of the survey pays for it.
    """
    gc.collect()
    survey = Survey(namespace)
    seconds, findings = {}, 0
    with collector_paused():  # as `uns.lint` does
        for rule in ON:
            start = time.process_time()
            findings += sum(1 for _ in rule.findings(survey))
            seconds[rule.code] = time.process_time() - start
    return seconds, findings


def main() -> None:
    for name, text in (("100,000 topics written out", written_out()), ("a family", family())):
        namespace = uns.loads(text)
        rounds = [timed(namespace) for _ in range(ROUNDS)]
        total = statistics.median(sum(seconds.values()) for seconds, _ in rounds)
        print(f"{name}: {namespace.count():,} topics, {len(ON)} rules, {rounds[0][1]} findings")
        print(f"  all rules  {total:7.3f} s, median of {ROUNDS} rounds")
        for rule in ON:
            median = statistics.median(seconds[rule.code] for seconds, _ in rounds)
            if median > WORTH_LISTING * total:
                print(f"  {rule.code}       {median:7.3f} s  {rule.name}")


if __name__ == "__main__":
    main()
