"""MQTT topics to Kafka and back, beside the replacement of characters most bridges do.

``python benchmarks/kafka.py`` prints what one translation costs, as a ratio to
one dict look-up of a topic just received, and how many unseen topics a second
one core translates. ``--round-trip 1000000`` sends that many generated topics
there and back and compares every one.

Texts are decoded afresh before each pass, as a client does with what it
receives: a ``str`` whose hash is already known makes every dict look 70 ns
faster than it is.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TypeAlias

from uns.kafka import KafkaMapping

PASSES = 9

Call: TypeAlias = Callable[..., object]
Columns: TypeAlias = tuple[list[str]] | tuple[list[str], list[bytes]]


def plant(sites: int, site: str = "site", area: str = "area") -> list[str]:
    """The topics of a bottling company: 6 areas, 5 lines, 8 machines, 4 metrics a site."""
    return [
        f"bottlingcompany/{site}-{place}/{area}-{part}/line{line}/machine{machine}/{metric}"
        for place in range(sites)
        for part in range(6)
        for line in range(5)
        for machine in range(8)
        for metric in ("conveyorspeed", "temperature", "state", "fill-level")
    ]


def fresh(texts: Iterable[str]) -> list[str]:
    return [text.encode().decode() for text in texts]


def fastest(call: Callable[[], Call], columns: Callable[[], Columns]) -> float:
    """Seconds a call takes, in the fastest pass; call and arguments are made anew for each."""
    passes = []
    for _ in range(PASSES):
        contestant, arguments = call(), columns()
        gc.disable()
        start = time.perf_counter()
        for _ in map(contestant, *arguments):
            pass
        passes.append((time.perf_counter() - start) / len(arguments[0]))
        gc.enable()
    return min(passes)


def naive_to_kafka(topic: str) -> tuple[str, bytes]:
    return topic.replace("/", "."), topic.encode()


def naive_to_mqtt(_: str, key: bytes) -> str:
    return key.decode().replace(".", "/")


def seen() -> None:
    topics = plant(sites=10)
    mapping = KafkaMapping()
    known = dict.fromkeys(topics)
    names = [mapping.to_kafka(topic).topic for topic in topics]
    for name, topic in zip(names, topics, strict=True):
        mapping.to_mqtt(name, topic.encode())

    def received() -> Columns:
        return (fresh(topics),)

    def records() -> Columns:
        return fresh(names), [topic.encode() for topic in topics]

    lookup = fastest(lambda: known.get, received)
    rows = {
        "one dict look-up": lookup,
        "to_kafka": fastest(lambda: mapping.to_kafka, received),
        "  naive replacement": fastest(lambda: naive_to_kafka, received),
        "to_mqtt": fastest(lambda: mapping.to_mqtt, records),
        "  naive replacement, back": fastest(lambda: naive_to_mqtt, records),
    }
    print(f"{len(topics):,} topics seen before")
    for label, seconds in rows.items():
        print(f"  {label:<30}{seconds * 1e9:8.0f} ns {seconds / lookup:7.2f} x")


def unseen(label: str, topics: list[str]) -> None:
    names = list(map(attrgetter("topic"), map(KafkaMapping().to_kafka, topics)))
    keys = [topic.encode() for topic in topics]
    rates = [
        fastest(lambda: KafkaMapping().to_kafka, lambda: (fresh(topics),)),
        fastest(lambda: naive_to_kafka, lambda: (fresh(topics),)),
        fastest(lambda: KafkaMapping().to_mqtt, lambda: (fresh(names), keys)),
        fastest(lambda: naive_to_mqtt, lambda: (fresh(names), keys)),
    ]
    print(f"  {label:<30}" + "".join(f"{1 / seconds:>12,.0f}" for seconds in rates))


def generated(count: int) -> Iterator[str]:
    """``count`` different topics, with everything in them that replacement gets wrong."""
    generator = random.Random(1)
    words = [
        "acme",
        "münchen",
        "line 1",
        "10.0.0.1",
        "_historian",
        "",
        "a-x",
        "アクメ",
        "v1.0",
        "-",
    ]
    for number in range(count):
        levels = generator.choices(words, k=generator.randint(1, 7))
        yield "/".join([*levels, str(number)])


def round_trip(count: int) -> None:
    mapping = KafkaMapping()
    naive_wrong = 0
    names = set()
    start = time.perf_counter()
    for topic in generated(count):
        address = mapping.to_kafka(topic)
        if mapping.to_mqtt(address.topic, address.key) != topic:
            raise SystemExit(f"lost: {topic!r}")
        names.add(address.topic)
        naive_wrong += topic.replace("/", ".").replace(".", "/") != topic
    seconds = time.perf_counter() - start
    print(
        f"{count:,} topics there and back in {seconds:.1f} s: 0 lost, {len(names):,} Kafka topics; "
        f"the naive replacement loses {naive_wrong:,}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--round-trip", type=int, metavar="TOPICS", help="check so many topics")
    arguments = parser.parse_args()
    if arguments.round_trip:
        round_trip(arguments.round_trip)
        return
    seen()
    print(f"topics never seen, a second{'to_kafka':>17}{'naive':>12}{'to_mqtt':>12}{'naive':>12}")
    unseen("300 places", plant(sites=50))
    unseen("300 places to encode", plant(sites=50, site="Süd 1", area="Abfüllung_B"))
    unseen("a place each", [f"acme/site-{n}/area-{n}/x/y" for n in range(50_000)])
    unseen("a place to encode each", [f"acme/Süd {n}/area_{n}/x/y" for n in range(50_000)])


if __name__ == "__main__":
    main()
