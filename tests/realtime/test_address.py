"""A link comes from the address that our proxy saw, and not from one that its client names."""

import pytest

from realtime.address import client_address

PROXY = ("10.0.0.1", 50000)


def scope(*forwarded):
    return {"client": PROXY, "headers": [(b"x-forwarded-for", value) for value in forwarded]}


@pytest.mark.parametrize("forwarded", [[b"192.0.2.7"], [b"198.51.100.9, 192.0.2.7"], [b"198.51.100.9", b"192.0.2.7"]])
def test_behind_a_proxy_it_is_what_the_proxy_saw(settings, forwarded):
    settings.BEHIND_PROXY = True
    assert client_address(scope(*forwarded)) == "192.0.2.7"


def test_a_proxy_that_says_nothing_is_the_address_itself(settings):
    settings.BEHIND_PROXY = True
    assert client_address(scope()) == "10.0.0.1"


def test_without_a_proxy_nobody_is_believed(settings):
    settings.BEHIND_PROXY = False
    assert client_address(scope(b"192.0.2.7")) == "10.0.0.1"
