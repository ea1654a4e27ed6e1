"""Partitions, bit for bit as Kafka clients compute them."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uns.kafka import PARTITIONERS, Partitioner, Untranslatable, fnv1a, murmur2, partition

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/kafka.json").read_text("utf-8"))
COUNTS = CORPUS["partition_counts"]

#: The hash behind each name, as the corpus calls it.
HASHES = {
    "murmur2": "murmur2",
    "murmur2_random": "murmur2",
    "crc32": "crc32",
    "consistent": "crc32",
    "consistent_random": "crc32",
    "fnv1a": "fnv1a",
    "fnv1a_random": "fnv1a",
    "fnv1a_masked": "fnv1a_masked",
}


def test_every_partitioner_has_vectors():
    assert set(HASHES) == set(PARTITIONERS) == set(get_args(Partitioner))


@pytest.mark.parametrize("case", CORPUS["keys"], ids=lambda case: case["key_hex"][:24] or "empty")
def test_hash_vectors(case):
    key = bytes.fromhex(case["key_hex"])
    assert murmur2(key) == case["murmur2"]
    assert fnv1a(key) == case["fnv1a"]
    assert PARTITIONERS["crc32"](key) == case["crc32"]


@pytest.mark.parametrize(("partitioner", "named"), HASHES.items())
def test_partition_vectors(partitioner, named):
    for case in CORPUS["keys"]:
        key = bytes.fromhex(case["key_hex"])
        if not key and partitioner == "consistent_random":
            continue
        found = [partition(key, count, partitioner) for count in COUNTS]
        assert found == case["partitions"][named], case["key_hex"]


def test_the_first_kafkajs_is_a_partitioner_of_its_own():
    agreed = sum(
        partition(bytes.fromhex(case["key_hex"]), count) == theirs
        for case in CORPUS["keys"]
        for count, theirs in zip(COUNTS, case["partitions"]["kafkajs 1.x"], strict=True)
    )
    assert (agreed, len(CORPUS["keys"]) * len(COUNTS)) == (404, 3224)


def test_an_empty_key_has_a_partition_except_where_the_client_takes_any():
    assert partition(b"", 10, "murmur2_random") == 0x106E08D9 % 10
    assert partition(b"", 10, "consistent") == 0
    with pytest.raises(Untranslatable, match="a random partition"):
        partition(b"", 10, "consistent_random")


@pytest.mark.parametrize("count", [0, -1])
def test_a_topic_has_a_partition(count):
    with pytest.raises(ValueError, match="at least one partition"):
        partition(b"key", count)


@given(st.binary(max_size=70), st.integers(1, 10_000), st.sampled_from(sorted(PARTITIONERS)))
def test_a_partition_is_one_of_those_there_are(key, count, partitioner):
    if key or partitioner != "consistent_random":
        assert 0 <= partition(key, count, partitioner) < count


@given(st.binary(min_size=1, max_size=70), st.integers(1, 1000))
def test_names_that_differ_in_missing_keys_only_agree(key, count):
    for name, twin in [
        ("murmur2", "murmur2_random"),
        ("consistent", "consistent_random"),
        ("crc32", "consistent"),
        ("fnv1a", "fnv1a_random"),
    ]:
        assert partition(key, count, name) == partition(key, count, twin)


@given(st.binary(max_size=70))
def test_hashes_are_unsigned_32_bit_numbers(key):
    assert 0 <= murmur2(key) < 1 << 32
    assert 0 <= fnv1a(key) < 1 << 32
