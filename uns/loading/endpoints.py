"""Makes the endpoints of a node into places of the tree."""

from __future__ import annotations

from dataclasses import dataclass

from uns.loading.faults import Faults
from uns.loading.finisher import INFO_PAYLOAD, Finisher
from uns.loading.inheritance import Drafts, FacetValue
from uns.loading.scopes import Scope
from uns.loading.segments import INFO_LEAF, NamePolicy, SegmentReader
from uns.loading.tree_checks import MAX_LEVELS, report_clash
from uns.model.tree import NO_MEMBERS, NO_NOTES, Endpoint, Kind, Members, Origin, Place, PlaceKind
from uns.topics.templates import Segment


@dataclass(slots=True)
class EndpointPlacer:
    """Makes the endpoints of nodes."""

    finisher: Finisher
    segments: SegmentReader
    faults: Faults

    def of_node(self, payload: FacetValue | None) -> Endpoint | None:
        """The endpoint of a node whose own topic carries a payload."""
        if payload is None:
            return None
        type_ = self.finisher.payload(payload.value, lambda: payload.span)
        if type_ is None:
            return None
        if type_.carries_metric:
            message = f"{payload.value} needs the value of a metric, and a node has none"
            help_ = "declare a metric below the node instead"
            self.faults.add("M505", message, payload.span, help=help_)
            return None
        contract, defaults = self.finisher.contract(type_), self.finisher.defaults
        by = (payload.by,)
        return Endpoint(
            "", contract, Kind.STATE, defaults.retain_state, defaults.qos, declared_by=by
        )

    def places(self, drafts: Drafts, scope: Scope) -> list[Place]:
        """The places of endpoints: one level for the aspect, and one for each level of the leaf.

        Their names are bound by ``scope``, and with its ``info`` there is a topic that describes the node.
        """
        tree = _EndpointTree()
        is_described = False
        for endpoint in self.finisher.endpoints(drafts).values():
            origin = endpoint.origin
            segments = self._segments(endpoint, origin, scope.policy) if origin else None
            if origin is None or segments is None:
                continue
            if endpoint.aspect is None and endpoint.leaf == INFO_LEAF:
                is_described = True
            taken = tree.put(segments, endpoint, aspect=endpoint.aspect is not None)
            if taken is not None and taken.origin is not None:
                this, other = f"topic {origin.key!r}", f"topic {taken.origin.key!r}"
                report_clash(this, origin, other, taken.origin, self.faults)
        if scope.info and not is_described:
            info = self._info(scope.info)
            if info is not None:
                tree.put([Segment.fixed(INFO_LEAF)], info, aspect=False)
        return tree.places()

    def _info(self, said: Origin | bool) -> Endpoint | None:
        payload = self.finisher.payloads[INFO_PAYLOAD]
        if payload is None:
            return None
        contract, qos = self.finisher.contract(payload), self.finisher.defaults.qos
        by, origins = (("info",), (said,)) if isinstance(said, Origin) else (("defaults",), ())
        return Endpoint(INFO_LEAF, contract, retain=True, qos=qos, declared_by=by, origins=origins)

    def _segments(
        self, endpoint: Endpoint, origin: Origin, policy: NamePolicy | None
    ) -> list[Segment] | None:
        """The levels of a leaf, with the segment of its aspect in front."""
        if endpoint.leaf.count("/") >= MAX_LEVELS:
            self.faults.add("M407", f"the topic has more than {MAX_LEVELS} levels", origin.span)
            return None
        if endpoint.aspect is None:
            return self.segments.leaf(endpoint, origin, policy)
        aspect = self.finisher.aspects[endpoint.aspect]
        leaf = self.segments.leaf(endpoint, origin, policy) if aspect is not None else None
        return [Segment.fixed(aspect), *leaf] if aspect is not None and leaf is not None else None


class _EndpointTree:
    """The endpoints of one node by the levels of their leaves."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[Segment, PlaceKind, _EndpointTree]] = {}
        self.endpoint: Endpoint | None = None

    def put(self, segments: list[Segment], endpoint: Endpoint, *, aspect: bool) -> Endpoint | None:
        """Add an endpoint; returns the endpoint that already has its topic, if there is one.

        Leaves may share levels with each other, but not with the segment of an aspect.
        """
        current = self
        for index, segment in enumerate(segments):
            kind = PlaceKind.ASPECT if aspect and index == 0 else PlaceKind.LEVEL
            name = segment.text
            if name not in current._levels:
                current._levels[name] = (segment, kind, _EndpointTree())
            _, known_kind, below = current._levels[name]
            if kind is not known_kind:
                return below.first()
            current = below
        if current.endpoint is not None:
            return current.endpoint
        current.endpoint = endpoint
        return None

    def places(self) -> list[Place]:
        """The places of all endpoints."""
        return [
            Place(
                PlaceKind.ENDPOINT if below.endpoint is not None else kind,
                segment,
                Members(below.places()) if below._levels else NO_MEMBERS,
                endpoint=below.endpoint,
                notes=below.endpoint.notes if below.endpoint is not None else NO_NOTES,
                origin=below.first().origin,
            )
            for segment, kind, below in self._levels.values()
        ]

    def first(self) -> Endpoint:
        """The first endpoint at or below this level; every level has one."""
        current = self
        while current.endpoint is None:
            current = next(iter(current._levels.values()))[2]
        return current.endpoint
