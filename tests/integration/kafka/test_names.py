"""A real broker as judge of names: it refuses what we refuse, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.integration.kafka import wire
from tests.integration.kafka.wire import Connection
from uns.kafka import InvalidKafkaTopic, KafkaTopic, collisions

pytestmark = pytest.mark.integration

#: What decides whether a text is a name, and what looks as if it did.
CHARACTERS = [*map(chr, range(128)), *"éßµªº²٣Ⅷａ日🏭\u0301\u200b\ufeff\u2028\x85\xa0"]
GOOD = ("a", "Z", "0", ".", ".", "_", "-")
PARTS = (*GOOD, "é", "/", " ", "\0", "\n", "\u0663")
LENGTHS = (1, 2, 100, 247, 248, 249, 250, 251, 255, 256, 1_000, 16_000)


def names() -> Iterator[str]:
    """Every character alone and inside a name, every length, and whatever chance makes."""
    yield from ("", ".", "..", "...", "....", ".a", "a.", "._", "__", "-", "--x")
    yield from ("__consumer_offsets", "__transaction_state", "__share_group_state", "_schemas")
    for character in CHARACTERS:
        yield from (character, f"a{character}b", f"a{character}", f"{character}a")
    for length in LENGTHS:
        yield from ("n" * length, "." * length, "é" * length)
        yield "n" * (length - 1) + "/"
    rng = random.Random("names")
    for parts in (GOOD, PARTS):
        for _ in range(1_000):
            yield "".join(rng.choices(parts, k=rng.randint(1, 6)))


def is_name(text: str) -> bool:
    try:
        KafkaTopic(text)
    except InvalidKafkaTopic:
        return False
    return True


def batches(items: list[str], size: int) -> Iterator[list[str]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def test_the_broker_refuses_what_we_refuse(connection: Connection):
    generated = list(dict.fromkeys(names()))
    judged: dict[str, wire.Verdict] = {}
    for batch in batches(generated, 50):
        judged |= connection.create(batch, only_ask=True)
    assert judged.keys() == set(generated)
    # A name may be good and still be taken, or like one that is.
    refused = {
        name
        for name, verdict in judged.items()
        if verdict.code == wire.INVALID_NAME and "collides" not in verdict.message
    }
    known = {wire.ACCEPTED, wire.INVALID_NAME, wire.EXISTS}
    assert {verdict.code for verdict in judged.values()} <= known
    assert refused == {name for name in generated if not is_name(name)}
    # Both kinds were there: else nothing would have been judged.
    assert len(refused) > 1_000
    assert len(generated) - len(refused) > 500


def test_a_name_that_the_broker_keeps_for_itself(connection: Connection):
    """It is a name, and not among those that Kafka calls internal; it is taken all the same."""
    name = KafkaTopic("__cluster_metadata")
    assert connection.create([name])[name].code == wire.RESERVED


def test_the_broker_refuses_twins(connection: Connection, prefix: str):
    rng = random.Random("twins")
    tails = ["".join(rng.choices("ab._", k=rng.randint(1, 4))) for _ in range(150)]
    created: list[str] = []
    refused = 0
    for name in dict.fromkeys(f"{prefix}.{tail}" for tail in tails):
        verdict = connection.create([name])[name]
        in_the_way = [group for group in collisions([*created, name]) if name in group]
        if in_the_way:
            refused += 1
            assert verdict.code == wire.INVALID_NAME, name
            assert "collides with existing topic" in verdict.message
        else:
            assert verdict.code == wire.ACCEPTED, (name, verdict)
            created.append(name)
    assert refused > 15
    assert len(created) > 30


def test_the_broker_does_not_compare_the_names_of_one_request(connection: Connection, prefix: str):
    """Why a batch is checked before it is sent."""
    twins = [f"{prefix}.a.b", f"{prefix}.a_b"]
    assert {verdict.code for verdict in connection.create(twins).values()} == {wire.ACCEPTED}
    assert collisions(twins) == (tuple(twins),)
