"""A connection that a real server refuses: its client knows whether to come back, its operator why."""

import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.connections import Connection


async def answer_to(site, headers, **options):
    """Return the response to a handshake that must be refused."""
    with pytest.raises(InvalidStatus) as refusal:
        await Connection(site.ws_url, headers, **options).opens()
    return refusal.value.response


async def test_a_client_can_tell_a_wrong_token_from_try_later(sites):
    site = sites(kind="uvicorn", postgres=True, proxied=True)
    ada = await site.person("ada")
    cookie = {"Cookie": f"sessionid={ada.session_key}"}
    async with ada.connect():
        assert (await answer_to(site, {})).status_code == 403
        wrong = await answer_to(site, {"Authorization": "Bearer hub_wrong"}, origin=None)
        assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
        assert (await answer_to(site, cookie, origin="https://evil.example")).status_code == 403
        site.database_proxy.refuses()
        away = await answer_to(site, cookie)
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")
        assert b'"unavailable"' in away.body
        site.database_proxy.works()
    async with ada.connect():
        pass
    refused = [line for line in site.log.splitlines() if " refused (" in line]
    assert len(refused) == 4, site.log
    assert "'https://evil.example', and this site is 'http://127.0.0.1:" in refused[2]
    assert "Traceback" not in site.log
    assert "without completing handshake" not in site.log


async def test_a_site_behind_traefik_lets_its_pages_in(sites):
    site = sites(kind="uvicorn", environment={"BEHIND_PROXY": "1", "SECURE_HTTPS": "1"})
    ada = await site.person("ada")
    headers = {"Cookie": f"sessionid={ada.session_key}", "X-Forwarded-Proto": "wss"}
    origin = site.url.replace("http", "https")
    async with Connection(site.ws_url, headers, origin=origin):
        pass
    refusal = await answer_to(site, headers | {"X-Forwarded-Proto": "ws"}, origin=origin)
    assert refusal.status_code == 403
    assert f"'{origin}', and this site is '{site.url}'" in site.log


async def test_the_whole_log_may_be_json(sites):
    site = sites(kind="uvicorn", environment={"LOG_FORMAT": "json"})
    response = await answer_to(site, {})
    ada = await site.person("ada")
    page = await ada.gets("/nope/")
    lines = [json.loads(line) for line in site.log.splitlines()]
    by_id = {line.get("request_id"): line["message"] for line in lines}
    assert "refused (403)" in by_id[response.headers["x-request-id"]]
    assert by_id[page.headers["x-request-id"]] == "Not Found: /nope/"
    assert lines[0]["message"].startswith("Hubbub listens on 127.0.0.1")
