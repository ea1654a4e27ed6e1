"""Several earlier versions of a model: what breaks against which of them.

Steps that are each compatible may add up to a break: an optional field that goes, and later comes
back with another type. Kafka logs and retained messages hold messages of all versions, so a model
is compared with each that is still in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from uns.linting.engine import Settled
from uns.linting.verdicts import Audience, Effect, Hit, Judgement, joined, merged
from uns.model.namespace import Namespace


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict against one earlier version; ``is_allowed`` if the new version announces it."""

    name: str
    settled: Settled
    is_allowed: bool = False


@dataclass(frozen=True)
class History:
    """The verdicts against one or more earlier versions, and what they come to together."""

    versions: tuple[Compared, ...]

    @property
    def only(self) -> Compared | None:
        """The version, if there is only one."""
        return self.versions[0] if len(self.versions) == 1 else None

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """The judgements on all changes, each once with the versions it is about, breaking ones first."""
        return self._merged(self.versions)

    def of(self, effect: Effect) -> tuple[Judgement, ...]:
        """The judgements with one effect."""
        return tuple(found for found in self.judgements if found.effect is effect)

    def broken(self, *, allowed: bool) -> tuple[Judgement, ...]:
        """What breaks against versions for which that is ``allowed``, or is not."""
        found = self._merged(one for one in self.versions if one.is_allowed is allowed)
        return tuple(one for one in found if one.effect is Effect.BREAKING)

    def _merged(self, versions: Iterable[Compared]) -> tuple[Judgement, ...]:
        found = {one.name: one.settled.verdict.judgements for one in versions}
        if self.only is not None:
            return next(iter(found.values()), ())
        return tuple(sorted(merged(found), key=lambda one: -one.effect))

    @cached_property
    def effect(self) -> Effect:
        """The worst effect against any version."""
        return max(one.settled.verdict.effect for one in self.versions)

    @cached_property
    def audiences(self) -> Mapping[Audience, Effect]:
        """The worst effect on each audience."""
        verdicts = [one.settled.verdict for one in self.versions]
        return {who: max(one.audiences[who] for one in verdicts) for who in Audience}

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Every filter that breaking changes hit, each with the largest numbers of any version."""
        return joined(hit for one in self.versions for hit in one.settled.verdict.hits)

    @property
    def ignored(self) -> int:
        """The number of judgements that are ignored, for all versions."""
        return sum(len(one.settled.verdict.ignored) for one in self.versions)


def by_name(
    against: Namespace | Mapping[str, Namespace] | Iterable[Namespace] | None,
) -> dict[str, Namespace]:
    """Earlier versions by name; one without a name has that of `model.version`, or of its file."""
    if against is None or isinstance(against, Mapping):
        return dict(against or {})
    listed = [against] if isinstance(against, Namespace) else list(against)
    found: dict[str, Namespace] = {}
    for number, version in enumerate(listed, 1):
        name = version.model.version or version.model.file or f"version {number}"
        found[name if name not in found else f"{name} ({number})"] = version
    return found
