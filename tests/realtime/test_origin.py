"""A page's own scheme is what our proxy says it is; without its word, what the line itself is."""

import pytest

from realtime.origin import is_trusted

PROXY = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "setting, said, scheme, origin, trusts",
    [
        (PROXY, b"https", "ws", "https", True),
        (PROXY, b"https, http", "ws", "https", True),
        (PROXY, b"https", "ws", "http", False),
        (PROXY, b"http", "wss", "https", False),
        (PROXY, None, "wss", "https", True),
        (PROXY, None, "ws", "https", False),
        (None, b"https", "ws", "https", False),
        (None, None, "wss", "https", True),
        (None, None, "wss", "http", False),
    ],
)
def test_a_page_is_our_own_by_its_scheme_too(settings, setting, said, scheme, origin, trusts):
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLOWED_HOSTS = setting, ["chat.example.org"]
    headers = {b"host": b"chat.example.org", b"origin": f"{origin}://chat.example.org".encode()}
    if said is not None:
        headers[b"x-forwarded-proto"] = said
    assert is_trusted(headers, scheme) is trusts
