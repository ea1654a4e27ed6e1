"""The changes between two namespaces, as facts, for people and for the rules that judge them.

``facts``        :class:`Change`: one fact, with everything needed to report it
``contracts``    compares contracts, by who declares them
``pairing``      pairs the siblings of two trees by their topic levels
``trees``        compares two trees, shared parts once
``shapes``       numbers for what places carry, at and below them
``moves``        finds moves, declared or suggested
``settings``     changes outside the tree: payloads, clients, Kafka
``declarations`` changes of levels, aspects, classes and notes; what is not compared
``tiers``        changes of brokers, of what clients connect to, and of the homes of topics
``kafka_moves``  counts topics that go elsewhere in Kafka
``reach``        matches filters against changes; ``extents`` topic levels as sets
``differences``  :func:`diff`, which puts it together, and :class:`Changes`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.changes.differences import Changes, diff
    from uns.changes.facts import Change, ChangeKind, Subject, describe
    from uns.changes.reach import Reached

__all__ = ["Change", "ChangeKind", "Changes", "Reached", "Subject", "describe", "diff"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "differences": "Changes diff",
        "facts": "Change ChangeKind Subject describe",
        "reach": "Reached",
    },
)
