"""The address of a connection is the one that our proxy saw, and not one that its client claims."""

from ipaddress import ip_network

import pytest

from realtime.shared.address import client_address, network_of

PROXY = ("10.0.0.1", 50000)


def scope(*forwarded):
    return {"client": PROXY, "headers": [(b"x-forwarded-for", value) for value in forwarded]}


@pytest.mark.parametrize("forwarded", [[b"192.0.2.7"], [b"198.51.100.9, 192.0.2.7"], [b"198.51.100.9", b"192.0.2.7"]])
def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(settings, forwarded):
    settings.BEHIND_PROXY = True
    assert client_address(scope(*forwarded)) == "192.0.2.7"


def test_without_its_header_the_proxys_own_address_counts(settings):
    settings.BEHIND_PROXY = True
    assert client_address(scope()) == "10.0.0.1"


@pytest.mark.parametrize(
    "said, address",
    [
        (b"7.7.7.9:1234", "7.7.7.9"),
        (b"192.0.2.7, 7.7.7.9:1234", "7.7.7.9"),
        (b"[2001:db8::1]:1234", "2001:db8::1"),
        (b"[2001:db8::1]", "2001:db8::1"),
        (b"2001:DB8:0::1", "2001:db8::1"),
    ],
)
def test_a_port_is_no_part_of_it(settings, said, address):
    settings.BEHIND_PROXY = True
    assert client_address(scope(said)) == address


@pytest.mark.parametrize(
    "said, address",
    [
        (b"192.0.2.7, 198.51.100.9", "192.0.2.7"),
        (b"203.0.113.4, 192.0.2.7, 198.51.100.9, 198.51.100.8:443", "192.0.2.7"),
        (b"198.51.100.9", "198.51.100.9"),
        (b"unknown, 198.51.100.9", "198.51.100.9"),
        (b"192.0.2.7, 10.0.0.9", "10.0.0.9"),  # in the same private network but not named, so it may be a client
    ],
)
def test_a_proxy_that_is_named_is_no_client(settings, said, address):
    """As with Cloudflare in front of nginx."""
    settings.BEHIND_PROXY = True
    settings.NAMED_PROXIES = [ip_network("198.51.100.0/24")]
    assert client_address(scope(said)) == address


@pytest.mark.parametrize(
    "garbage", [b"", b",", b"unknown", b"_hidden", b"7.7.7.9:1:2", b"[", b"\xff\x00", b"7.7.7.9, x"]
)
def test_for_an_invalid_address_the_proxys_own_counts(settings, garbage):
    settings.BEHIND_PROXY = True
    assert client_address(scope(garbage)) == "10.0.0.1"


def test_without_a_proxy_the_header_is_ignored(settings):
    settings.BEHIND_PROXY = False
    assert client_address(scope(b"192.0.2.7")) == "10.0.0.1"


@pytest.mark.parametrize(
    "address, network",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_client_of_ipv6_has_a_whole_network(address, network):
    assert network_of(address) == network
