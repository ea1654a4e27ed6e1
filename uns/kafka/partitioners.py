"""Partitions for record keys, with exactly the hashes that Kafka clients use.

Clients disagree by default: Java, kafka-python, aiokafka, franz-go and kafkajs
(2 and later) hash keys with murmur2, everything built on librdkafka with CRC-32.
The same key then goes to two partitions and the order is lost. So a mapping names its
partitioner, and for murmur2 librdkafka clients need ``partitioner=murmur2_random``.

The names are librdkafka's, plus ``crc32`` for the hash of ``consistent`` and
``fnv1a_masked`` for Sarama's ``NewReferenceHashPartitioner``. A name ending in
``_random`` differs only in the partition of a record *without* a key;
``consistent_random`` treats an empty key like no key. Our records always have a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import unpack_from
from types import MappingProxyType
from typing import Final, Literal
from zlib import crc32

from uns.diagnostics import InvalidArgument
from uns.kafka.names import Untranslatable

Partitioner = Literal[
    "murmur2",
    "murmur2_random",
    "crc32",
    "consistent",
    "consistent_random",
    "fnv1a",
    "fnv1a_random",
    "fnv1a_masked",
]

_UINT32 = 0xFFFFFFFF
_INT32_MAX = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """MurmurHash2 of ``key`` with Kafka's seed, as an unsigned 32-bit number.

    >>> murmur2(b"kafka") == 0xD067CF64
    True
    """
    multiplier = 0x5BD1E995
    whole, rest = divmod(len(key), 4)
    mixed = 0x9747B28C ^ len(key)
    for word in unpack_from(f"<{whole}I", key):
        word = word * multiplier & _UINT32  # noqa: PLW2901
        mixed = (mixed * multiplier & _UINT32) ^ ((word ^ word >> 24) * multiplier & _UINT32)
    if rest:
        mixed = (mixed ^ int.from_bytes(key[-rest:], "little")) * multiplier & _UINT32
    mixed = (mixed ^ mixed >> 13) * multiplier & _UINT32
    return mixed ^ mixed >> 15


def fnv1a(key: bytes) -> int:
    """FNV-1a of ``key``, as an unsigned 32-bit number.

    >>> fnv1a(b"kafka") == 0x0D33C4E1
    True
    """
    mixed = 0x811C9DC5
    for byte in key:
        mixed = (mixed ^ byte) * 0x01000193 & _UINT32
    return mixed


def _murmur2_positive(key: bytes) -> int:
    # Kafka's toPositive drops the sign bit; it is not the absolute value.
    return murmur2(key) & _INT32_MAX


def _fnv1a_absolute(key: bytes) -> int:
    # librdkafka and Sarama read the hash as signed and take the absolute value.
    mixed = fnv1a(key)
    return mixed if mixed <= _INT32_MAX else (1 << 32) - mixed


def _fnv1a_positive(key: bytes) -> int:
    return fnv1a(key) & _INT32_MAX


#: Name -> the number whose remainder by the number of partitions is the partition.
PARTITIONERS: Final[Mapping[str, Callable[[bytes], int]]] = MappingProxyType(
    {
        "murmur2": _murmur2_positive,
        "murmur2_random": _murmur2_positive,
        "crc32": crc32,
        "consistent": crc32,
        "consistent_random": crc32,
        "fnv1a": _fnv1a_absolute,
        "fnv1a_random": _fnv1a_absolute,
        "fnv1a_masked": _fnv1a_positive,
    }
)


def partition(key: bytes, partitions: int, partitioner: Partitioner = "murmur2") -> int:
    """The partition, from 0, of a record with this key, out of ``partitions``.

    Raises :class:`~uns.kafka.names.Untranslatable` for an empty key with ``consistent_random``,
    which chooses a random partition, and :class:`~uns.diagnostics.InvalidArgument` for less than
    one partition.

    >>> partition(b"acme/munich/oee", 12), partition(b"acme/munich/oee", 12, "consistent_random")
    (4, 10)
    """
    if partitions < 1:
        raise InvalidArgument(f"a topic has at least one partition, not {partitions}")
    if not key and partitioner == "consistent_random":
        raise Untranslatable("", "consistent_random sends an empty key to a random partition")
    return PARTITIONERS[partitioner](key) % partitions
