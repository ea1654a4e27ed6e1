"""What places carry at and below them, so that two can be told to carry the same."""

from __future__ import annotations

from uns.model.tree import Members, Place

__all__ = ["Shapes"]


class Shapes:
    """What places carry at and below them, as a number: equal numbers, equal topics."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._contracts: dict[int, int] = {}
        self._members: dict[int, int] = {}

    def of(self, place: Place) -> int:
        """The shape of a place, whatever its name."""
        carried = None
        if place.endpoint is not None:
            contract = place.endpoint.contract
            if id(contract) not in self._contracts:
                self._contracts[id(contract)] = self._number(contract)
            carried = (self._contracts[id(contract)], place.endpoint.kind)
        return self._number((carried, place.open, self._below(place.members)))

    def _below(self, members: Members) -> int:
        if id(members) not in self._members:
            shapes = frozenset((place.segment.text, self.of(place)) for place in members)
            self._members[id(members)] = self._number(shapes)
        return self._members[id(members)]

    def _number(self, thing: object) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))
