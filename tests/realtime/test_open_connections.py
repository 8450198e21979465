"""The number of open connections is limited, and one address has at most half of them."""

import pytest

from config.proxies import Proxies
from realtime.serving import open_connections
from realtime.serving.open_connections import OpenConnections
from tests.realtime.visits import GET, serving

HERE, THERE, PROXY = ("192.0.2.1", 5), ("192.0.2.2", 5), ("127.0.0.1", 5)


@pytest.fixture(autouse=True)
def _most(monkeypatch):
    monkeypatch.setattr(open_connections, "most_connections", lambda: 20)


@pytest.fixture
def connections():
    return OpenConnections()


def test_an_address_has_half_of_them_at_most(connections):
    assert [connections.admit(HERE) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [connections.admit(THERE) for _ in range(12)] == [True] * 10 + [False] * 2
    connections.release(HERE)
    assert connections.admit(HERE)


def test_an_address_has_twice_the_limit_of_websockets(connections, monkeypatch):
    monkeypatch.setattr(open_connections.limits, "CONNECTIONS_PER_ADDRESS", 2)
    assert [connections.admit(HERE) for _ in range(5)] == [True] * 4 + [False]


def test_a_network_of_ipv6_counts_as_one_address(connections):
    assert [connections.admit((f"2001:db8::{n}", 5, 0, 0)) for n in range(11)] == [True] * 10 + [False]
    assert connections.admit(("2001:db8:0:1::1", 5, 0, 0))


def test_clients_behind_a_proxy_do_not_count_as_one(connections, settings):
    settings.TRUSTED_PROXIES = Proxies(is_private=True)
    for proxy in (PROXY, None):
        for _ in range(10):
            assert connections.admit(proxy)
    assert not connections.admit(PROXY)
    assert not connections.by_network


def test_the_log_has_a_line_when_all_are_in_use_and_one_when_it_is_over(connections, caplog):
    clients = [(f"192.0.2.{number}", 5) for number in range(20)]
    for client in clients:
        assert connections.admit(client)
    assert not caplog.records
    assert not any(connections.admit(client) for client in clients)
    connections.release(clients[0])
    assert connections.admit(clients[0])
    assert not connections.admit(clients[0])
    assert [record.message for record in caplog.records] == [
        "All 20 connections are in use; new ones are refused. Raise the limit (`ulimit -n`) or add processes."
    ]
    for client in clients:
        connections.release(client)
    assert [record.message for record in caplog.records[1:]] == [
        "Connections are accepted again; 21 were refused meanwhile."
    ]
    assert not connections.by_network


async def test_one_more_is_closed_at_once_and_others_are_served(monkeypatch):
    monkeypatch.setattr(open_connections, "most_connections", lambda: 4)
    async with serving() as served:
        served.application.may_answer.set()
        first = [await served.visit("127.0.0.2") for _ in range(2)]
        assert await (await served.visit("127.0.0.2")).ends() == b""
        other = await served.visit("127.0.0.3")
        other.sends(GET)
        await other.reads(b"hi")
        first[0].sends(GET)
        await first[0].reads(b"hi")
