"""What a namespace holds, as the modules that describe it see it.

:class:`~uns.model.namespace.Namespace` imports them, so they cannot import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from uns.model.clients import Client
from uns.model.nodes import Node
from uns.model.queries import OnOpenSet
from uns.model.tiers import Tiers
from uns.model.translation import Translation
from uns.model.tree import EquipmentClass, Members


@dataclass(frozen=True, slots=True)
class Model:
    """The identity of the model that a namespace was made from; ``file`` is its main file.

    >>> import uns
    >>> uns.loads("{uns: 1, model: {id: acme, version: '1.4.0'}}").model.version
    '1.4.0'
    """

    id: str | None = None
    version: str | None = None
    owner: str | None = None
    label: str | None = None
    description: str | None = None
    file: str | None = field(default=None, compare=False)


class Facts(Protocol):
    """The members of a namespace that are described."""

    @property
    def model(self) -> Model:
        """The id, version and owner."""
        ...

    @property
    def root(self) -> Node:
        """The root of the tree."""
        ...

    @property
    def classes(self) -> Mapping[str, EquipmentClass]:
        """The equipment classes by name."""
        ...

    @property
    def class_members(self) -> Mapping[str, Members]:
        """What each class declares below its nodes."""
        ...

    @property
    def clients(self) -> Mapping[str, Client]:
        """The client programs by name."""
        ...

    @property
    def extensions(self) -> Mapping[tuple[str | int, ...], Mapping[str, Any]]:
        """The keys of other programs outside the tree."""
        ...

    @property
    def kafka(self) -> Translation:
        """The Kafka mapping."""
        ...

    @property
    def tiers(self) -> Tiers | None:
        """The brokers as a tree."""
        ...

    def endpoints(self) -> Iterator[Node]:
        """The endpoints; a family is one."""
        ...

    def find(self, *, expand: bool) -> Iterator[Node]:
        """The equipment; without ``expand`` a family is one."""
        ...

    def count(self, *, open: OnOpenSet) -> int:
        """The number of topics."""
        ...

    def allows_unmodelled(self) -> bool:
        """Whether there are topics that are not in the model."""
        ...
