"""Names in Kafka: topics, the encoding of topic levels, subjects.

The rules for topic names are those of ``Topic.validate`` in Apache Kafka's clients; the encoding
of topic levels is our own. ``places`` decides which levels of a topic make the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final, Literal, Self

from uns.diagnostics import InvalidText, UNSError, excerpt
from uns.topics.names_and_filters import InvalidTopic

#: Longest topic name: a log directory is named ``<topic>-<partition>`` and has at most 255 bytes.
MAX_LENGTH: Final = 249

#: The source of the rules for names, cited like a clause of MQTT.
_VALIDATE = "Apache Kafka, Topic.validate"


class Untranslatable(UNSError):
    """A topic or a record that cannot be translated, or that this mapping never writes.

    ``text`` is the text to translate, ``reason`` is why it is refused.

    >>> import uns
    >>> try:
    ...     uns.KafkaMapping(root="acme").to_kafka("other/lyon/power")
    ... except Untranslatable as error:
    ...     print(error)
    'other/lyon/power': this mapping translates topics below 'acme' only
    """

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        shown, _ = excerpt(self.text, 0, 1)
        return f"'{shown}': {self.reason}"


class NameTooLong(Untranslatable):
    """The Kafka name would have more than 249 characters."""


class InvalidKafkaTopic(InvalidText):
    """A text that Kafka refuses as a topic name."""

    noun: ClassVar[str] = "Kafka topic name"


class InvalidSegment(InvalidText):
    """A text that is not an encoded topic level."""

    noun: ClassVar[str] = "segment of a Kafka topic name"


# -- Topic names ----------------------------------------------------------------------------------

_legal = re.compile(r"(?!\.\.?\Z)[a-zA-Z0-9._-]{1,249}").fullmatch
_find_illegal = re.compile(r"[^a-zA-Z0-9._-]").search

_INTERNAL = frozenset({"__consumer_offsets", "__transaction_state", "__share_group_state"})


class KafkaTopic(str):
    """A Kafka topic name: 1 to 249 of ``a-z A-Z 0-9 . _ -``, and neither ``.`` nor ``..``.

    A ``str`` that any Kafka client accepts.

    Raises :class:`InvalidKafkaTopic`.

    >>> KafkaTopic("uns.acme.munich").collision_key
    'uns_acme_munich'
    >>> KafkaTopic("acme/munich")
    Traceback (most recent call last):
    uns.kafka.names.InvalidKafkaTopic: not a Kafka topic name: '/' is not one of a-z A-Z 0-9 . _ - [Apache Kafka, Topic.validate]
      acme/munich
          ^
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check ``text``."""
        if type(text) is cls:
            return text
        if not _legal(text):
            raise _name_fault(text)
        return str.__new__(cls, text)

    @property
    def collision_key(self) -> str:
        """The name with ``.`` as ``_``, which must be unique in a cluster.

        Kafka's metrics have these names, and the controller refuses a topic whose key exists.
        """
        return self.replace(".", "_")

    @property
    def is_internal(self) -> bool:
        """Whether it is a topic with Kafka's internal state, to which clients must not write."""
        return self in _INTERNAL


def _name_fault(text: str) -> InvalidKafkaTopic:
    whole = (0, len(text))
    if not text:
        return InvalidKafkaTopic(text, whole, "it is empty", _VALIDATE)
    if text in (".", ".."):
        return InvalidKafkaTopic(text, whole, f"{text!r} is the name of a folder", _VALIDATE)
    if (illegal := _find_illegal(text)) is not None:
        reason = f"{illegal[0]!r} is not one of a-z A-Z 0-9 . _ -"
        return InvalidKafkaTopic(text, illegal.span(), reason, _VALIDATE)
    reason = f"it has {len(text):,} characters; at most {MAX_LENGTH} are allowed"
    return InvalidKafkaTopic(text, (MAX_LENGTH, len(text)), reason, _VALIDATE)


def collisions(names: Iterable[str]) -> tuple[tuple[KafkaTopic, ...], ...]:
    """The groups of names that differ only in ``.`` and ``_`` and cannot be in one cluster.

    The controller compares a new topic with existing topics, but not with others in the same
    request, so a batch must be checked before it is sent.

    Raises :class:`InvalidKafkaTopic`.

    >>> collisions(["cu4.curing", "cu4_curing", "cu4.packing"])
    (('cu4.curing', 'cu4_curing'),)
    """
    groups: dict[str, set[KafkaTopic]] = {}
    for name in map(KafkaTopic, names):
        groups.setdefault(name.collision_key, set()).add(name)
    return tuple(tuple(sorted(group)) for _, group in sorted(groups.items()) if len(group) > 1)


# -- Encoding topic levels ------------------------------------------------------------------------

#: The characters to escape; '-x' starts an escape, so its dash is escaped too.
_escape = re.compile(r"[^A-Za-z0-9/-]+").sub
_escape_with_dashes = re.compile(r"(?:[^A-Za-z0-9/-]++|-(?=x))++").sub
_not_in_level = re.compile("[/\0\ud800-\udfff]").search
_unescape = re.compile(r"-x([0-9a-f]*)-").sub
_plain = re.compile(r"[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)*").fullmatch


def encode_segment(level: str) -> str:
    """Encode a topic level as a segment of a Kafka name: ASCII letters, digits and ``-`` only.

    Letters, digits and dashes stay; each run of other characters becomes ``-x``, the hexadecimal
    digits of its UTF-8 and ``-``. So kebab-case is unchanged, different levels have different
    segments, and a segment never contains ``.`` or ``_``: joined by dots, segments cannot collide
    in Kafka. The empty level is ``-x-``.

    Raises :class:`~uns.topics.InvalidTopic` for a text that is not a topic level.

    >>> [encode_segment(level) for level in ("line-1", "line_1", "münchen", "10.0.0.1", "-x")]
    ['line-1', 'line-x5f-1', 'm-xc3bc-nchen', '10-x2e-0-x2e-0-x2e-1', '-x2d-x']
    """
    if (illegal := _not_in_level(level)) is not None:
        raise InvalidTopic(level, illegal.span(), f"a topic level cannot contain {illegal[0]!r}")
    return encode_levels(level)


def encode_levels(levels: str) -> str:
    """Encode valid topic levels joined by ``/`` as segments joined by ``.``.

    >>> encode_levels("acme/line 1//m-1")
    'acme.line-x20-1.-x-.m-1'
    """
    has_dashes = "-x" in levels
    # Most plants use kebab-case, which needs no escapes.
    if not has_dashes and _plain(levels):
        return levels.replace("/", ".")
    escaped = (_escape_with_dashes if has_dashes else _escape)(_escaped, levels)
    if "//" not in f"/{escaped}/":
        return escaped.replace("/", ".")
    return ".".join([segment or "-x-" for segment in escaped.split("/")])


def _hexadecimal(run: str) -> str:
    return f"-x{run.encode().hex()}-"


#: The escapes of common single characters.
_COMMON = {run: _hexadecimal(run) for run in map(chr, range(256))}


def _escaped(run: re.Match[str]) -> str:
    text = run[0]
    return _COMMON.get(text) or _hexadecimal(text)


def decode_segment(segment: str) -> str:
    """Decode a segment to its topic level.

    Raises :class:`InvalidSegment` for texts that :func:`encode_segment` never makes, so that each
    level has only one segment.

    >>> decode_segment("m-xc3bc-nchen")
    'münchen'
    >>> decode_segment("line-x31-")
    Traceback (most recent call last):
    uns.kafka.names.InvalidSegment: not a segment of a Kafka topic name: no topic level is encoded like this
      line-x31-
      ^^^^^^^^^
    """
    try:
        level = _unescape(_characters, segment)
        canonical = encode_segment(level) == segment
    except ValueError:  # half a byte, not UTF-8, or not a topic level
        canonical = False
    if not canonical:
        raise InvalidSegment(segment, (0, len(segment)), "no topic level is encoded like this")
    return level


def _characters(run: re.Match[str]) -> str:
    return bytes.fromhex(run[1]).decode()


# -- Subjects -------------------------------------------------------------------------------------

SubjectStrategy = Literal["TopicNameStrategy", "RecordNameStrategy", "TopicRecordNameStrategy"]


def subject_name(
    topic: str,
    record: str | None = None,
    *,
    strategy: SubjectStrategy = "TopicRecordNameStrategy",
    is_key: bool = False,
) -> str:
    """The subject for the schema of a record in a schema registry.

    A topic has many kinds of records with one schema each, so the default subject has both names.
    ``record`` is the schema's full name; only ``TopicNameStrategy`` does not need it. Keys are
    plain UTF-8 and need no subject.

    Raises :class:`InvalidKafkaTopic`, :class:`Untranslatable`.

    >>> subject_name("uns.acme.munich", "com.acme.State")
    'uns.acme.munich-com.acme.State'
    >>> subject_name("uns.acme.munich", strategy="TopicNameStrategy")
    'uns.acme.munich-value'
    """
    name = KafkaTopic(topic)
    if strategy == "TopicNameStrategy":
        return f"{name}-key" if is_key else f"{name}-value"
    if not record:
        raise Untranslatable(name, f"{strategy} needs the full name of the record's schema")
    return record if strategy == "RecordNameStrategy" else f"{name}-{record}"
