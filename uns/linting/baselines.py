"""Baselines: findings that are known, so that only new ones count.

A baseline counts the findings of a rule at a node, a class, a client or a text in code. It
does not mention lines, so edits elsewhere in the file do not outdate it. Its file is sorted
YAML with one entry per line, which merges like code.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uns.diagnostics import Diagnostic, Span, UNSError, visible
from uns.loading.faults import Faults
from uns.loading.yaml_events import Map, Source, key_span, read, value_span

#: The keys of a baseline file.
_VERSION, _MODELS = "baseline", "models"

#: The message for a file that is not a baseline, and the help for any faulty one.
_NO_START, _AGAIN = "a baseline starts with `baseline: 1`", "write it again with `--add-baseline`"

_HEAD = """\
# Known findings: file, rule, place and number. They do not count; new ones do.
# Written with `--baseline FILE --add-baseline`.
baseline: 1
"""

#: The code of a finding, and its place: a node, a class, a client, or else the file.
Key: TypeAlias = tuple[str, str]


class InvalidBaseline(UNSError, ValueError):
    """A file that is not a valid baseline; ``diagnostics`` are its faults."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


class Entry(NamedTuple):
    """The number of known findings, and the span of the entry in the baseline."""

    number: int
    span: Span | None


@dataclass(frozen=True, slots=True)
class Known:
    """The part of a baseline for one model, whose main file is ``model``."""

    model: str
    entries: Mapping[Key, Entry]

    def key(self, found: Diagnostic) -> Key:
        """The key of a finding in the baseline: its rule and its place."""
        return found.code, visible(found.path or _beside(self.model, found.span))

    def new(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings beyond the known number for their key."""
        if not self.entries:
            return list(findings)
        seen: Counter[Key] = Counter()
        new = []
        for found in findings:
            key = self.key(found)
            seen[key] += 1
            if key not in self.entries or seen[key] > self.entries[key].number:
                new.append(found)
        return new


#: No baseline.
NO_BASELINE = Known("", {})


def _beside(model: str, span: Span | None) -> str:
    """The file of a finding without a path, relative to the folder of the model."""
    if span is None:
        return "."
    return posixpath.relpath(span.file, posixpath.dirname(model) or ".")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings of one or more models, by the model's path from the baseline.

    >>> text = "{baseline: 1, models: {m.yaml: {H201: {lyon/oven: 2}}}}"
    >>> baseline = Baseline.read("baseline.yaml", text)
    >>> [(key, entry.number) for key, entry in baseline.of("m.yaml", "m.yaml").entries.items()]
    [(('H201', 'lyon/oven'), 2)]
    """

    models: Mapping[str, Mapping[Key, Entry]] = field(default_factory=dict)

    def of(self, name: str, model: str) -> Known:
        """The known findings of the model ``name``, whose main file is read as ``model``."""
        return Known(model, self.models.get(visible(name), {}))

    def with_findings(
        self, name: str, model: str, findings: Iterable[Diagnostic], judged: Iterable[str]
    ) -> Baseline:
        """This baseline with new findings for one model; entries of rules not in ``judged`` stay."""
        codes = frozenset(judged)
        known = self.of(name, model)
        counts = Counter(known.key(found) for found in findings if found.code in codes)
        entries = {key: entry for key, entry in known.entries.items() if key[0] not in codes}
        entries |= {key: Entry(count, None) for key, count in counts.items()}
        return Baseline({**self.models, visible(name): entries})

    @property
    def text(self) -> str:
        """The text of the baseline file; the same findings make the same text."""
        lines = [_HEAD, f"{_MODELS}:" if any(self.models.values()) else f"{_MODELS}: {{}}"]
        for name, entries in sorted(self.models.items()):
            if entries:
                lines.append(f"\n  {_quoted(name)}:")
            above = None
            for (code, path), entry in sorted(entries.items()):
                if code != above:
                    lines.append(f"\n    {_quoted(code)}:")
                    above = code
                lines.append(f"\n      {_quoted(path)}: {entry.number}")
        return "".join([*lines, "\n"])

    @classmethod
    def read(cls, name: str, text: str) -> Baseline:
        """Read a baseline file.

        Raises:
            InvalidBaseline: the file is not a valid baseline.
        """
        faults = Faults()
        if not text.strip():
            faults.add("M202", _NO_START, Span(name, 1, 1, 1, 1), help=_AGAIN)
            raise InvalidBaseline(faults)
        root = read(Source(name, text), faults)
        models = _models(root, faults) if root is not None and not faults else {}
        if faults:
            raise InvalidBaseline(faults)
        return cls(models)


def _models(root: Map, faults: Faults) -> dict[str, dict[Key, Entry]]:
    version = root.get(_VERSION)
    if type(version) is not int or version != 1:
        where = value_span(root, _VERSION) if _VERSION in root else root.source.start()
        faults.add("M202", _NO_START, where, help=_AGAIN)
    for key in root:
        if key not in {_VERSION, _MODELS}:
            message = f"{key!r} is not a key of a baseline"
            faults.add("M201", message, key_span(root, key), help=_AGAIN)
    return {
        name: {
            (code, path): Entry(count, key_span(nodes, path))
            for code, nodes in _maps(rules, faults)
            for path, count in _counts(nodes, faults)
        }
        for _, models in _maps(root, faults, only=_MODELS)
        for name, rules in _maps(models, faults)
    }


def _maps(place: Map, faults: Faults, only: str | None = None) -> Iterator[tuple[str, Map]]:
    """The mappings within a mapping, by key; anything else in it is a fault."""
    for key, value in place.items():
        if only is not None and key != only:
            continue
        if isinstance(value, Map):
            yield key, value
        elif value is not None:
            message = f"{key!r} must be a mapping"
            faults.add("M202", message, value_span(place, key), help=_AGAIN)


def _counts(place: Map, faults: Faults) -> Iterator[tuple[str, int]]:
    for key, value in place.items():
        if type(value) is int and value > 0:
            yield key, value
        else:
            message = "this must be a number of findings"
            faults.add("M202", message, value_span(place, key), help=_AGAIN)


def _quoted(text: str) -> str:
    """A text in YAML's double quotes; ``visible`` escapes what YAML does not allow."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
