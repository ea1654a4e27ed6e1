"""The shapes of places: equal for places that carry the same, at and below them."""

from __future__ import annotations

from collections.abc import Generator

from uns.model.tree import Members, Place, fold


class Shapes:
    """Numbers the shapes of places: equal numbers mean equal topics with equal contracts."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._contracts: dict[int, int] = {}
        self._members: dict[Members, int] = {}

    def of(self, place: Place) -> int:
        """The shape of a place, without its name."""
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
