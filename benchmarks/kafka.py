"""MQTT topics to Kafka and back, beside the replacement of characters most bridges do.

``python benchmarks/kafka.py`` prints what one translation costs, as a ratio to
one dict look-up of a topic just received, and how many unseen topics a second
one core translates: by a mapping alone, and by a namespace that cuts at a
number of levels or at the equipment level its model names. ``--round-trip
1000000`` sends that many generated topics there and back and compares every one.

Texts are decoded afresh before each pass, as a client does with what it
receives: a ``str`` whose hash is already known makes every dict look 70 ns
faster than it is.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import uns
from uns.kafka import KafkaMapping

PASSES = 9

#: Longest topic name that MQTT allows, in bytes.
LONGEST = 65_535

Call: TypeAlias = Callable[..., object]
Columns: TypeAlias = tuple[list[str]] | tuple[list[str], list[bytes]]

#: The plant below as a model; what it says of Kafka comes behind it.
MODEL = """
uns: 1
enterprise:
  bottlingcompany:
    sites:
      site-[0..{sites}]:
        areas:
          area-[0..5]:
            lines:
              line[0..4]:
                cells:
                  machine[0..7]:
                    metrics:
                      conveyorspeed: {{type: number}}
                      temperature: {{type: number}}
                      state: {{type: string}}
                      fill-level: {{type: number}}
kafka: {{split: {split}}}
"""


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


class Doors:
    """Both ways of a translation, which is made anew for each."""

    def __init__(self, make: Callable[[], uns.Namespace | KafkaMapping]) -> None:
        self._make = make

    def to_kafka(self) -> Call:
        """One way, for a translation that has seen nothing."""
        return self._make().to_kafka

    def to_mqtt(self) -> Call:
        """The other way, for a translation that has seen nothing."""
        return self._make().to_mqtt


def in_use(namespace: uns.Namespace) -> uns.Namespace:
    """A namespace that has seen no topic, but was asked of Kafka: from then on no call stands between."""
    made = dataclasses.replace(namespace)
    assert made.kafka
    return made


def contestants(sites: int) -> dict[str, Doors]:
    found = {"mapping": Doors(KafkaMapping)}
    for split in (3, "area"):
        ns = uns.loads(MODEL.format(sites=sites - 1, split=split))
        found[f"namespace, split: {split}"] = Doors(lambda ns=ns: in_use(ns))
    return found


def seen() -> None:
    topics = plant(sites=10)
    known = dict.fromkeys(topics)

    def received() -> Columns:
        return (fresh(topics),)

    lookup = fastest(lambda: known.get, received)
    rows = {"one dict look-up": lookup}
    for name, doors in contestants(sites=10).items():
        to_kafka, to_mqtt = doors.to_kafka(), doors.to_mqtt()
        names = [to_kafka(topic).topic for topic in topics]
        for kafka_topic, topic in zip(names, topics, strict=True):
            to_mqtt(kafka_topic, topic.encode())

        def records(names: list[str] = names) -> Columns:
            return fresh(names), [topic.encode() for topic in topics]

        rows[f"{name}: to_kafka"] = fastest(lambda call=to_kafka: call, received)
        rows[f"{name}: to_mqtt"] = fastest(lambda call=to_mqtt: call, records)
    rows["naive replacement"] = fastest(lambda: naive_to_kafka, received)
    rows["naive replacement, back"] = fastest(lambda: naive_to_mqtt, records)
    print(f"{len(topics):,} topics seen before")
    for label, seconds in rows.items():
        print(f"  {label:<34}{seconds * 1e9:8.0f} ns {seconds / lookup:7.2f} x")


def unseen(label: str, topics: list[str], doors: Doors) -> None:
    names = [address.topic for address in map(doors.to_kafka(), topics)]
    keys = [topic.encode() for topic in topics]
    rates = [
        fastest(doors.to_kafka, lambda: (fresh(topics),)),
        fastest(lambda: naive_to_kafka, lambda: (fresh(topics),)),
        fastest(doors.to_mqtt, lambda: (fresh(names), keys)),
        fastest(lambda: naive_to_mqtt, lambda: (fresh(names), keys)),
    ]
    print(f"  {label:<40}" + "".join(f"{1 / seconds:>12,.0f}" for seconds in rates))


def generated(count: int) -> Iterator[str]:
    """``count`` different topics, with everything in them that replacement gets wrong.

    One in ten thousand is as long as MQTT allows.
    """
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
        topic = "/".join([*levels, str(number)])
        if number % 10_000 == 0:
            topic += "/" + "x" * (LONGEST - len(topic.encode()) - 1)
        yield topic


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
    print(f"topics never seen, a second{'to_kafka':>27}{'naive':>12}{'to_mqtt':>12}{'naive':>12}")
    for name, doors in contestants(sites=50).items():
        unseen(f"{name}: 300 places", plant(sites=50), doors)
    mapping = Doors(KafkaMapping)
    for label, topics in {
        "300 places to encode": plant(sites=50, site="Süd 1", area="Abfüllung_B"),
        "a place each": [f"acme/site-{n}/area-{n}/x/y" for n in range(50_000)],
        "a place to encode each": [f"acme/Süd {n}/area_{n}/x/y" for n in range(50_000)],
    }.items():
        unseen(f"mapping: {label}", topics, mapping)


if __name__ == "__main__":
    main()
