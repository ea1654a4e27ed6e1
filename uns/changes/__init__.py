"""What changed between two namespaces: facts, for people and for the rules that judge them.

``facts``        :class:`Change`: one fact, with everything that is needed to tell it
``contracts``    what differs in what two topics carry, and who declares it
``pairing``      which siblings of two trees stand for the same topic levels
``trees``        two trees side by side, what nodes share once
``shapes``       what places carry at and below them
``moves``        what moved, declared or by its looks
``settings``     what changed outside the tree: payloads, clients, Kafka
``records``      which topics go elsewhere in Kafka
``reach``        which of it a topic filter takes; ``extents`` topic levels as sets
``differences``  :func:`diff`, which puts it together, and :class:`Changes`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.changes.differences import (
        Changes,
        diff,
    )
    from uns.changes.facts import (
        Change,
        ChangeKind,
        Subject,
        describe,
    )
    from uns.changes.reach import (
        Reached,
    )

__all__ = ["Change", "ChangeKind", "Changes", "Reached", "Subject", "describe", "diff"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "differences": "Changes diff",
        "facts": "Change ChangeKind Subject describe",
        "reach": "Reached",
    },
)
