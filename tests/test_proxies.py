"""Proxy headers are believed only from trusted proxies."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.proxies import BelieveProxies

SAID = [
    (b"x-forwarded-for", b"192.0.2.7"),
    (b"X-Forwarded-Proto", b"https"),
    (b"x_forwarded_host", b"chat.example.org"),
    (b"forwarded", b"for=192.0.2.7"),
    (b"x-real-ip", b"192.0.2.7"),
]
OWN = [(b"host", b"chat.example.org"), (b"x-csrftoken", b"a")]


def proxies(value):
    return Environment({"BEHIND_PROXY": value}).proxies("BEHIND_PROXY")


async def heard(value, client, kind="http"):
    """Return the headers that reach the site from `client` with this setting."""
    reached = []

    async def app(scope, receive, send):
        reached.extend(scope["headers"])

    scope = {"type": kind, "headers": [*SAID, *OWN], "client": client}
    await BelieveProxies(app, proxies(value))(scope, None, None)
    assert len(scope["headers"]) == len(SAID + OWN)
    return reached


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "value, address, is_believed",
    [
        ("1", "127.0.0.1", True),
        ("1", "127.1.2.3", True),
        ("1", "::1", True),
        ("1", "172.17.0.1", True),
        ("1", "fd00::5", True),
        ("1", "::ffff:10.0.0.5", True),
        ("1", "192.0.2.5", False),
        ("1", "172.32.0.1", False),
        ("1", "::ffff:203.0.113.5", False),
        ("1", "2001:db8::5", False),
        ("1", "nonsense", False),
        ("0", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("192.0.2.5", "192.0.2.5", True),
        ("192.0.2.5", "127.0.0.1", False),
        ("10.1.2.3, 192.0.2.0/24", "192.0.2.77", True),
        ("10.1.2.3, 192.0.2.0/24", "10.1.2.4", False),
        ("2001:DB8::/32", "2001:db8::5", True),
        ("1, 192.0.2.0/24", "10.1.2.3", True),
        ("192.0.2.0/24,1", "192.0.2.7", True),
        ("1, 192.0.2.0/24", "203.0.113.5", False),
    ],
)
async def test_only_those_that_are_ours_are_believed(value, address, is_believed, kind):
    assert await heard(value, (address, 50000), kind) == ([*SAID, *OWN] if is_believed else OWN)


@pytest.mark.parametrize("value, is_believed", [("1", True), ("127.0.0.1", False), ("0", False)])
async def test_a_unix_socket_is_this_machine(value, is_believed):
    assert (await heard(value, None) == OWN) is not is_believed


async def test_other_scopes_pass_unchanged():
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)

    await BelieveProxies(app, proxies("1"))({"type": "lifespan"}, None, None)
    assert scopes == [{"type": "lifespan"}]


@pytest.mark.parametrize(
    "value", ["maybe", "10.1.2.3/8", "10.1.2.3,", "proxy.example.org", "300.1.2.3", "10.1.2.3 ::1"]
)
def test_an_invalid_address_is_refused(value):
    with pytest.raises(ImproperlyConfigured) as refusal:
        proxies(value)
    assert str(refusal.value) == (
        f"BEHIND_PROXY must be 1, 0, or the addresses of proxies, as 10.1.2.3,192.0.2.0/24, not {value}."
    )


def test_behind_proxy_is_true_for_any_trusted_proxy():
    assert [bool(proxies(value)) for value in ("1", "on", "192.0.2.5", "0", "")] == [True, True, True, False, False]


@pytest.mark.parametrize(
    "host, proto, reaches",
    [
        (b"chat.example.org:443", b"https", b"chat.example.org"),
        (b"chat.example.org:443", b"wss", b"chat.example.org"),
        (b"chat.example.org:443", b"https, http", b"chat.example.org"),
        (b"chat.example.org:80", b"http", b"chat.example.org"),
        (b"chat.example.org:80", b"https", b"chat.example.org:80"),
        (b"chat.example.org:443", b"http", b"chat.example.org:443"),
        (b"chat.example.org:8443", b"https", b"chat.example.org:8443"),
    ],
)
async def test_the_usual_port_is_no_part_of_the_host(host, proto, reaches):
    """Django compares it with an Origin, in which browsers leave out the default port."""
    reached = []

    async def app(scope, receive, send):
        reached.extend(value for name, value in scope["headers"] if name == b"host")

    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 1)}
    scope["headers"] = [(b"host", host), (b"x-forwarded-proto", proto)]
    await BelieveProxies(app, proxies("1"))(scope, None, None)
    assert reached == [reaches]
