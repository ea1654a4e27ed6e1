"""The filters of clients, with their places in the model."""

from __future__ import annotations

from typing import NamedTuple

from uns.diagnostics import Span
from uns.model.clients import Client
from uns.model.namespace import Namespace
from uns.topics.names_and_filters import SharedSubscription, TopicFilter

_DOES = {"publish": "may publish to", "subscribe": "subscribes to"}

#: The keys of a client that hold filters.
SIDES = tuple(_DOES)


class ClientFilter(NamedTuple):
    """One filter of a client; ``side`` is its key, ``group`` its share name."""

    client: str
    side: str
    number: int
    text: str
    filter: TopicFilter
    group: str

    def __str__(self) -> str:
        return f"client {self.client!r} {_DOES[self.side]} {self.text!r}"

    @property
    def path(self) -> str:
        """The path of findings on it."""
        return f"client {self.client} {self.side} {self.text}"

    def span(self, namespace: Namespace) -> Span | None:
        """Its span in the model; a list with one item may be written as a text."""
        where = "clients", self.client, self.side
        return namespace.locate(*where, self.number) or namespace.locate(*where)


def filters_of(client: Client, *sides: str) -> list[ClientFilter]:
    """The filters of a client under the keys ``sides``, or else under all."""
    found = []
    for side in sides or SIDES:
        for number, said in enumerate(client.publish if side == "publish" else client.subscribe):
            if isinstance(said, SharedSubscription):
                plain, group = said.filter, said.share_name
            else:
                plain, group = said, ""
            found.append(ClientFilter(client.name, side, number, str(said), plain, group))
    return found


def client_filters(namespace: Namespace, *sides: str) -> list[ClientFilter]:
    """The filters of all clients."""
    return [each for client in namespace.clients.values() for each in filters_of(client, *sides)]
