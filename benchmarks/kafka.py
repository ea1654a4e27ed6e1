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

from uns.kafka import KafkaMapping

PASSES = 9


def plant(sites: int) -> list[str]:
    """The topics of a bottling company: 6 areas, 5 lines, 8 machines, 4 metrics a site."""
    return [
        f"bottlingcompany/site-{site}/area-{area}/line{line}/machine{machine}/{metric}"
        for site in range(sites)
        for area in range(6)
        for line in range(5)
        for machine in range(8)
        for metric in ("conveyorspeed", "temperature", "state", "fill-level")
    ]


def fresh(texts: Iterable[str]) -> list[str]:
    return [text.encode().decode() for text in texts]


def best(prepare: Callable[[], Callable[[], None]]) -> float:
    """Seconds of the fastest pass; what each one needs is prepared outside the clock."""
    seconds = []
    for _ in range(PASSES):
        run = prepare()
        gc.disable()
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
        gc.enable()
    return min(seconds)


def each(call: Callable[..., object], *columns: list[object]) -> Callable[[], None]:
    """A loop over ``call``, the same for every contestant."""
    if len(columns) == 1:

        def run() -> None:
            for argument in columns[0]:
                call(argument)
    else:

        def run() -> None:
            for first, second in zip(*columns, strict=True):
                call(first, second)

    return run


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

    def records() -> tuple[list[str], list[bytes]]:
        return fresh(names), [topic.encode() for topic in topics]

    loop = best(lambda: each(lambda _: None, fresh(topics)))
    lookup = best(lambda: each(known.get, fresh(topics)))
    rows = [
        ("dict look-up of a fresh str", lookup),
        ("to_kafka, seen", best(lambda: each(mapping.to_kafka, fresh(topics)))),
        ("naive replace to Kafka", best(lambda: each(naive_to_kafka, fresh(topics)))),
        ("to_mqtt, seen", best(lambda: each(mapping.to_mqtt, *records()))),
        ("naive replace to MQTT", best(lambda: each(naive_to_mqtt, *records()))),
    ]
    print(f"{len(topics):,} topics seen before (an empty call: {loop / len(topics) * 1e9:.0f} ns)")
    for label, seconds in rows:
        print(f"  {label:<28}{seconds / len(topics) * 1e9:7.0f} ns {seconds / lookup:7.2f} x")


def unseen() -> None:
    cases = {
        "places shared by 160 topics": plant(sites=50),
        "a place for every topic": [f"acme/site-{n}/area-{n}/x/y" for n in range(50_000)],
        "a place to encode for every topic": [f"acme/Süd {n}/area_{n}/x/y" for n in range(50_000)],
    }
    print("topics never seen")
    for label, topics in cases.items():
        names = [KafkaMapping().to_kafka(topic).topic for topic in topics[:1]]
        addresses = list(map(KafkaMapping().to_kafka, topics))
        names = [address.topic for address in addresses]
        there = best(lambda: each(KafkaMapping().to_kafka, fresh(topics)))  # noqa: B023
        back = best(
            lambda: each(
                KafkaMapping().to_mqtt,
                fresh(names),  # noqa: B023
                [topic.encode() for topic in topics],  # noqa: B023
            )
        )
        print(
            f"  {label:<36}to_kafka {len(topics) / there:>10,.0f} /s"
            f"   to_mqtt {len(topics) / back:>10,.0f} /s"
        )


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
    unseen()


if __name__ == "__main__":
    main()
