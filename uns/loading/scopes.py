"""What a node says for everything below it: the pattern of names, and `info`."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from uns.loading.segments import NamePolicy
from uns.model.tree import Origin
from uns.topics.patterns import Pattern

#: The parts of a scope that make a difference to what is below.
ScopeKey: TypeAlias = tuple[Pattern | None, Origin | bool]


class Scope(NamedTuple):
    """What holds for a node: the model says it, or the nearest node that does."""

    #: What binds the names below.
    policy: NamePolicy | None = None
    #: Whether nodes have a topic that describes them; the place, if a node says so.
    info: Origin | bool = False

    @property
    def key(self) -> ScopeKey:
        """Nodes with the same class share what it brings, if their scopes have the same key."""
        return (self.policy.pattern if self.policy is not None else None, self.info)
