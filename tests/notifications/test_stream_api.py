"""Programs publish to a stream with its token; whatever else comes gets one clear error, in JSON."""

import asyncio
import json
import sqlite3
import string
from collections import Counter

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import Notification, Stream
from notifications.streams import api, tokens, value_throttle
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.threads import read
from tests.notifications.newsroom import news, rate, stream, titles, with_token  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("news", "no_known_tokens")]


@pytest.fixture
def no_known_tokens():
    """No token is known to be right from another test."""
    tokens.known.clear()


@pytest.fixture
def deploys(db):
    return with_token(stream(rule="everybody"))


@pytest.fixture
def eur_usd(db):
    return with_token(rate())


async def post(slug: str, key: str | None, body: object, **headers):
    """Send a body as a program does: JSON, and no cookies."""
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return await AsyncClient(enforce_csrf_checks=True).post(
        f"/api/streams/{slug}/", text, content_type="application/json", headers=headers
    )


async def is_refused(answer, status: int, code: str, words: str = "") -> None:
    assert answer["Content-Type"] == "application/json", answer.content
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), error
    assert words in error["message"], error
    assert error["message"].endswith((".", "<token>")), error


# -- what it is for


async def test_news_reach_the_subscribers(ada, bob, deploys, published):
    made, key = deploys
    answer = await post(made.slug, key, {"title": "v2 is live", "body": "All green.", "url": "/rooms/"})
    assert (answer.status_code, answer.json()) == (200, {"reached": 2})
    assert len(published) == 2
    assert await read(titles, ada) == ["v2 is live"]


async def test_text_is_another_name_and_a_key_makes_a_repeat_harmless(ada, deploys):
    made, key = deploys
    for _ in range(2):
        answer = await post(made.slug, key, {"text": "v2 is live", "key": "v2"})
        assert answer.json() == {"reached": 1}
    assert await read(titles, ada) == ["v2 is live"]


async def test_a_value_is_kept(eur_usd, published):
    made, key = eur_usd
    answer = await post(made.slug, key, {"value": 1.0843, "label": "EUR/USD"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    await made.arefresh_from_db()
    assert made.value == {"value": 1.0843, "label": "EUR/USD"}
    assert not await Notification.objects.aexists()


async def test_the_address_may_lack_its_last_slash_and_the_body_its_type(ada, deploys):
    made, key = deploys
    answer = await AsyncClient().post(
        f"/api/streams/{made.slug}",
        '{"title": "hi"}',
        content_type="application/x-www-form-urlencoded",  # as curl -d says
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.json() == {"reached": 1}


# -- who


@pytest.mark.parametrize("key", [None, "", "hubs_wrong", "ü", "x" * 10_000])
@pytest.mark.parametrize("slug", ["deploys", "nope", "no%20slug", "a%00b", "x" * 300])
async def test_a_wrong_token_and_an_unknown_stream_get_the_same_answer(deploys, slug, key):
    answer = await post(slug, key, {"title": "hi"})
    await is_refused(answer, 401, "unauthorized", "The stream does not exist, or the token is wrong.")
    assert answer["WWW-Authenticate"] == "Bearer"


async def test_an_address_may_try_few_wrong_tokens(deploys, eur_usd, monkeypatch):
    monkeypatch.setattr(tokens, "wrong_tokens", ProcessRateLimit(0.1, 1, "Too many wrong tokens.", burst=3))
    for _ in range(5):
        assert (await post(deploys[0].slug, deploys[1], {"title": "hi"})).status_code == 200
    for _ in range(3):
        await is_refused(await post("deploys", "hubs_wrong", {"title": "hi"}), 401, "unauthorized")
    refused = await post("deploys", "hubs_wrong", {"title": "hi"})
    await is_refused(refused, 429, "rate_limited", "wrong tokens")
    assert int(refused["Retry-After"]) > 5
    assert (await post(deploys[0].slug, deploys[1], {"title": "hi"})).status_code == 200, "known to be right"
    await is_refused(await post("eur-usd", eur_usd[1], {"value": 1}), 429, "rate_limited")


async def test_a_token_that_was_right_and_is_replaced_ends_at_once(deploys):
    made, key = deploys
    assert (await post(made.slug, key, {"title": "hi"})).status_code == 200
    await sync_to_async(with_token)(made)
    await is_refused(await post(made.slug, key, {"title": "hi"}), 401, "unauthorized")


async def test_the_token_of_another_stream_is_none(deploys, eur_usd):
    await is_refused(await post("eur-usd", deploys[1], {"value": 1}), 401, "unauthorized")


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "bearer"])
async def test_only_a_bearer_is_one(deploys, scheme):
    made, key = deploys
    answer = await post(made.slug, None, {"title": "hi"}, Authorization=f"{scheme} {key}")
    assert answer.status_code == (200 if scheme == "bearer" else 401)


async def test_a_session_counts_for_nothing(ada, deploys):
    client = AsyncClient()
    await client.aforce_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    answer = await client.post("/api/streams/deploys/", '{"title": "hi"}', content_type="application/json")
    await is_refused(answer, 401, "unauthorized")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
async def test_only_a_post_is_taken(deploys, method):
    answer = await getattr(AsyncClient(), method)("/api/streams/deploys/")
    await is_refused(answer, 405, "method_not_allowed", "Send a POST.")
    assert answer["Allow"] == "POST"


# -- what


@pytest.mark.parametrize(
    "body, code, words",
    [
        (b"", "bad_command", "Send one JSON object."),
        (b"title=hi", "bad_command", "Send one JSON object."),
        (b'{"title": "\xff"}', "bad_command", "Send one JSON object."),
        (b'{"title": "\\ud800"}', "bad_command", "Send one JSON object."),
        (b"[" * 60_000, "bad_command", "Expected `object`"),
        (b'{"value": ' + b"[" * 60_000, "bad_command", "Expected `float`, got `array` - at `$.value`"),
        ([], "bad_command", "Expected `object`"),
        ({"titel": "hi"}, "bad_command", "unknown field `titel`"),
        ({"title": 7}, "bad_command", "Expected `str`, got `int` - at `$.title`"),
        ({"title": None}, "bad_command", "at `$.title`"),
        ({"title": "hi", "key": 7}, "bad_command", "at `$.key`"),
        ({"title": "hi", "text": "hi"}, "bad_command", "Send one"),
        ({"title": "hi", "value": 1}, "bad_command", "not both"),
        ({"title": "hi", "label": "x"}, "bad_command", "A label is for a value"),
        ({"value": "1"}, "bad_command", "at `$.value`"),
        ({"value": True}, "bad_command", "at `$.value`"),
        ({"value": None}, "bad_command", "at `$.value`"),
        (b'{"value": 1e999}', "bad_command", "."),
        (b'{"value": NaN}', "bad_command", "Send one JSON object."),
        ({}, "invalid", "The title must not be empty"),
        ({"title": "  "}, "invalid", "The title must not be empty"),
        ({"title": "a\0b"}, "invalid", "The title must not contain a NUL"),
        ({"title": "hi", "url": "javascript:alert(1)"}, "invalid", "a path or an http(s) address"),
        ({"title": "hi", "url": "/" * 501}, "invalid", "501 characters"),
        ({"title": "hi", "key": "k" * 151}, "invalid", "151 characters"),
        ({"value": 1}, "invalid", "The stream deploys has no value."),
    ],
)
async def test_what_cannot_be_says_which_field_and_why(deploys, body, code, words):
    await is_refused(await post("deploys", deploys[1], body), 400, code, words)
    assert not await Notification.objects.aexists()


async def test_a_long_label_is_refused(eur_usd):
    answer = await post("eur-usd", eur_usd[1], {"value": 1, "label": "x" * 81})
    await is_refused(answer, 400, "invalid", "81 characters; the limit is 80")


async def test_a_body_has_64_kib(ada, deploys):
    made, key = deploys
    shell = len(json.dumps({"title": "hi", "body": ""}))
    assert (await post(made.slug, key, {"title": "hi", "body": "x" * (64 * 1024 - shell)})).status_code == 200
    answer = await post(made.slug, key, {"title": "hi", "body": "x" * (64 * 1024 - shell + 1)})
    await is_refused(answer, 413, "too_large", "at most 64 KiB")
    await is_refused(await post(made.slug, key, b"x" * 3_000_000), 413, "too_large")


# -- how much


async def test_a_flood_of_news_is_told_when_to_come_again(ada, deploys, eur_usd, monkeypatch):
    monkeypatch.setattr(api, "news_limit", ProcessRateLimit(0.001, 1, api.news_limit.sentence, burst=3))
    made, key = deploys
    answers = [await post(made.slug, key, {"title": "hi"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    await is_refused(
        answers[-1], 429, "rate_limited", "This stream can publish 60 notifications a minute. Try again in 17 min."
    )
    assert 900 < int(answers[-1]["Retry-After"]) <= 1000
    assert (await post("eur-usd", eur_usd[1], {"value": 1})).status_code == 200


async def test_a_flood_of_values_too(eur_usd, monkeypatch):
    monkeypatch.setattr(api, "value_limit", ProcessRateLimit(0.001, 1, burst=10))
    answers = await asyncio.gather(*(post("eur-usd", eur_usd[1], {"value": number}) for number in range(30)))
    assert Counter(answer.status_code for answer in answers) == {200: 10, 429: 20}


async def test_what_is_refused_leaves_a_full_bucket(deploys, monkeypatch):
    monkeypatch.setattr(api, "news_limit", ProcessRateLimit(0.001, 1, burst=1))
    for _ in range(3):
        await is_refused(await post("deploys", deploys[1], {"titel": "hi"}), 400, "bad_command")
        await is_refused(await post("deploys", "wrong", {"title": "hi"}), 401, "unauthorized")
    assert (await post("deploys", deploys[1], {"title": "hi"})).status_code == 200


# -- trouble


@pytest.mark.parametrize(
    "error, status, code", [(OperationalError("gone"), 503, "unavailable"), (RuntimeError("bug"), 500, "internal")]
)
async def test_trouble_is_said_in_json_as_well(deploys, monkeypatch, error, status, code):
    def fail(*_):
        raise error

    monkeypatch.setattr(api, "publish_to_stream", fail)
    await is_refused(await post("deploys", deploys[1], {"title": "hi"}), status, code)


async def test_a_value_that_was_not_stored_is_never_an_ok(eur_usd, monkeypatch):
    def fail(_):
        cause = sqlite3.OperationalError("database is locked")
        cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError("database is locked") from cause

    monkeypatch.setattr(value_throttle, "store_values", fail)
    await is_refused(await post("eur-usd", eur_usd[1], {"value": 1}), 503, "unavailable", "Nothing was stored")


# -- anything

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["title", "text", "body", "url", "key", "value", "label", "titel"])
BODIES = st.one_of(
    st.dictionaries(FIELDS, ANYTHING, max_size=4).map(lambda body: json.dumps(body).encode()),
    st.dictionaries(FIELDS, st.text(alphabet=string.printable + "\0ü😀", max_size=300), max_size=4).map(
        lambda body: json.dumps(body, ensure_ascii=False).encode()
    ),
    st.binary(max_size=200),
)


@pytest.mark.timeout(120)
def test_whatever_is_sent_the_answer_is_json_and_no_accident(transactional_db, monkeypatch, caplog):
    monkeypatch.setattr(api, "news_limit", ProcessRateLimit(10**6, 1))
    (made, key), other = with_token(stream(rule="everybody")), with_token(rate())
    requests = {"bodies": 0}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=BODIES, target=st.sampled_from([(made.slug, key), (other[0].slug, other[1])]))
    def send(body, target):
        answer = asyncio.run(post(*target, body))
        assert answer.status_code in (200, 400), (answer.status_code, body)
        said = answer.json()
        if answer.status_code == 200:
            assert said in ({"ok": True}, {"reached": 0}), said
        else:
            assert said["error"]["code"] in ("bad_command", "invalid")
            assert said["error"]["message"]
        requests["bodies"] += 1

    send()
    assert requests["bodies"] >= 150
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert Stream.objects.count() == 2
