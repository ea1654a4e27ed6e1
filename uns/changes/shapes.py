"""What places carry at and below them, so that two can be told to carry the same."""

from __future__ import annotations

from collections.abc import Generator

from uns.model.tree import Members, Place, fold

__all__ = ["Shapes"]


class Shapes:
    """What places carry at and below them, as a number: equal numbers, equal topics."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._contracts: dict[int, int] = {}
        self._members: dict[Members, int] = {}

    def of(self, place: Place) -> int:
        """The shape of a place, whatever its name."""
        return self._of(place, fold(place.members, self._below, self._members))

    def _of(self, place: Place, below: int) -> int:
        carried = None
        if place.endpoint is not None:
            contract = place.endpoint.contract
            if id(contract) not in self._contracts:
                self._contracts[id(contract)] = self._number(contract)
            carried = (self._contracts[id(contract)], place.endpoint.kind)
        return self._number((carried, place.open, below))

    def _below(self, members: Members) -> Generator[Members, int, int]:
        shapes = set()
        for place in members:
            shapes.add((place.segment.text, self._of(place, (yield place.members))))
        return self._number(frozenset(shapes))

    def _number(self, thing: object) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))
