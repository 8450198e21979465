"""A real server believes its proxy, and nobody else, of who asks and over what."""

import urllib.request

import pytest

from tests.connections import Connection
from tests.people import OPENER, HTTPError

BELIEVED = {"trusted": ("1", True), "another": ("192.0.2.1", False), "none": ("0", False)}


@pytest.fixture(params=["uvicorn", "daphne"])
def kind(request):
    return request.param


@pytest.mark.parametrize("value, is_believed", BELIEVED.values(), ids=BELIEVED.keys())
async def test_what_a_proxy_says_counts_where_it_is_ours(sites, kind, value, is_believed):
    site = sites(kind=kind, environment={"BEHIND_PROXY": value, "SECURE_HTTPS": 1})
    staff = await site.person("staff", is_staff=True, is_superuser=True)
    headers = {"Cookie": f"sessionid={staff.session_key}", "X-Forwarded-For": "198.51.100.9, 192.0.2.7"}
    headers["X-Forwarded-Proto"] = "https"
    answer = status_of(f"{site.url}/accounts/login/", headers)
    assert answer == (302 if is_believed else 301)  # they are signed in; who comes by http is sent to https
    scheme = "https" if is_believed else "http"
    origin = f"{scheme}://{site.url.partition('://')[2]}"
    async with Connection(site.ws_url, headers, origin=origin) as connection:
        await connection.subscribe("connections.0")
        await connection.does("connections.list", "connections.0")
        [connection_facts] = (await connection.hears("connections"))["data"]["connections"]
        assert connection_facts["address"] == ("192.0.2.7" if is_believed else "127.0.0.1")


def status_of(url, headers):
    try:
        with OPENER.open(urllib.request.Request(url, headers=headers), timeout=20) as response:  # noqa: S310 our own
            return response.status
    except HTTPError as error:
        with error:
            return error.code
