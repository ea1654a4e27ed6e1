"""Clients: what their filters let them read and write."""

from __future__ import annotations

import pytest

from uns.model.clients import Client, Via
from uns.topics.names_and_filters import SharedSubscription, TopicFilter

HISTORIAN = Client(
    "historian",
    publish=(TopicFilter("acme/+/report"), TopicFilter("status/historian")),
    subscribe=(TopicFilter("acme/#"), SharedSubscription("$share/h/erp/+")),
)


@pytest.mark.parametrize(
    ("topic", "reads", "writes"),
    [
        pytest.param("acme/lyon/report", True, True, id="both"),
        pytest.param("acme/lyon", True, False, id="reads"),
        pytest.param("status/historian", False, True, id="writes"),
        pytest.param("erp/order", True, False, id="shared"),
        pytest.param("erp/order/1", False, False, id="neither"),
        pytest.param("$share/h/erp/order", False, False, id="the-group-is-no-topic"),
    ],
)
def test_grants(topic: str, reads: bool, writes: bool) -> None:
    assert (HISTORIAN.reads(topic), HISTORIAN.writes(topic)) == (reads, writes)


def test_a_client_of_no_filters() -> None:
    client = Client("idle")
    assert not client.reads("a")
    assert not client.writes("a")
    assert client == Client("idle")


@pytest.mark.parametrize(
    ("client", "user", "group"),
    [
        pytest.param(Client("a"), "a", None, id="over MQTT"),
        pytest.param(Client("a", user="svc"), "svc", None, id="with a user"),
        pytest.param(Client("a", via=Via.KAFKA), "a", "a", id="over Kafka"),
        pytest.param(
            Client("a", via=Via.KAFKA, user="svc", group="g"), "svc", "g", id="in a group"
        ),
    ],
)
def test_a_client_has_its_name_as_user_and_as_group(client: Client, user: str, group: str | None):
    assert (client.user, client.group) == (user, group)
