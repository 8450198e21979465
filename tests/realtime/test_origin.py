"""A page's scheme is the one in our proxy's header, or without that the scheme of the connection."""

import pytest

from realtime.engine.origin import is_trusted

PROXY = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "setting, said, scheme, origin, trusts",
    [
        (PROXY, b"https", "ws", "https", True),
        (PROXY, b"https, http", "ws", "https", True),
        (PROXY, b"https", "ws", "http", False),
        (PROXY, b"wss", "ws", "https", True),  # as Traefik sends it
        (PROXY, b"wss, https", "ws", "https", True),
        (PROXY, b"ws", "ws", "http", True),
        (PROXY, b"ws", "ws", "https", False),
        (PROXY, b"wss", "ws", "http", False),
        (PROXY, b"nonsense", "wss", "https", False),
        (PROXY, b"http", "wss", "https", False),
        (PROXY, None, "wss", "https", True),
        (PROXY, None, "ws", "https", False),
        (None, b"https", "ws", "https", False),
        (None, None, "wss", "https", True),
        (None, None, "wss", "http", False),
        (None, b"wss", "ws", "https", False),
    ],
)
def test_a_page_is_our_own_by_its_scheme_too(settings, setting, said, scheme, origin, trusts):
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLOWED_HOSTS = setting, ["chat.example.org"]
    headers = {b"host": b"chat.example.org", b"origin": f"{origin}://chat.example.org".encode()}
    if said is not None:
        headers[b"x-forwarded-proto"] = said
    assert is_trusted(headers, scheme) is trusts


@pytest.mark.parametrize(
    "host, origin, trusts",
    [
        ("chat.example.org:8443", "https://chat.example.org:8443", True),
        ("chat.example.org:443", "https://chat.example.org", True),  # nginx: proxy_set_header Host $host:$server_port
        ("chat.example.org", "https://chat.example.org:443", True),
        ("Chat.Example.org", "https://chat.example.org", True),
        ("[2001:db8::1]:443", "https://[2001:db8::1]", True),
        ("chat.example.org:80", "https://chat.example.org", False),
        ("chat.example.org:8443", "https://chat.example.org", False),
        ("chat.example.org", "https://chat.example.org:8443", False),
        ("chat.example.org", "https://intranet.example.org", True),
        ("chat.example.org", "https://intranet.example.org:444", False),
        ("evil.example", "https://evil.example", False),
    ],
)
def test_a_port_counts_unless_it_is_the_usual_one(settings, host, origin, trusts):
    settings.ALLOWED_HOSTS = ["chat.example.org", "[2001:db8::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://intranet.example.org:443"]
    assert is_trusted({b"host": host.encode(), b"origin": origin.encode()}, "wss") is trusts
