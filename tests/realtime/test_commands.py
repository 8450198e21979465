"""One client's connection: its `hello`, its commands, and the reasons for which it is closed."""

from realtime.conf import limits
from realtime.engine import commands, topics
from realtime.engine.protocol import ABUSE, SIGNED_OUT, SILENT, TOO_MANY_CONNECTIONS, TOO_SLOW
from realtime.shared.rate_limit import ProcessRateLimit
from tests.realtime.conftest import NoteTopic


async def test_hello_comes_first(hub, client):
    hello = await client(1).transport.until(lambda line: line.get("type") == "hello")
    assert hello["data"]["protocol"] == 2
    assert hello["data"]["epoch"] == hub.epoch
    assert hello["data"]["user"] == {"id": 1}


async def test_hello_names_the_limits_of_the_topics_that_the_site_has(client, monkeypatch):
    async def limits_in_hello():
        hello = await client(1).transport.until(lambda line: line.get("type") == "hello")
        return hello["data"]["limits"].keys()

    monkeypatch.setattr(topics, "_kinds", {"note": NoteTopic})
    assert await limits_in_hello() == {"frame_bytes", "topics"}
    monkeypatch.setattr(NoteTopic, "client_limits", {"note_characters": 80})
    assert await limits_in_hello() == {"frame_bytes", "topics", "note_characters"}


async def test_a_burst_is_one_frame(hub, client, writes):
    ada = client(1)
    await ada.subscribes()
    events = [await writes(f"note {number}", is_published=False) for number in range(50)]
    frames = ada.transport.writes
    hub.publish(events)
    await ada.hears(50)
    assert ada.transport.writes == frames + 1


async def test_wrong_commands_get_error_codes_and_the_connection_stays(client):
    ada = client(1)
    for type, data, code in [
        ("nothing", {}, "unknown_type"),
        ("ping", {"more": 1}, "bad_command"),
        ("subscribe", {"topics": {"note.1": "1"}}, "bad_command"),
        ("subscribe", {"topics": {"note.1": 2**70}}, "bad_command"),
        ("subscribe", {}, "bad_command"),
        ("presence", {"state": "asleep"}, "bad_command"),
    ]:
        assert (await ada.asks(type, **data))["error"]["code"] == code, type
    assert (await ada.asks("ping"))["ok"] == {}
    assert ada.transport.closed_with is None


async def test_an_error_is_in_the_language_of_the_connection(client):
    ada, bob = client(1), client(2)
    bob.connection.language = "de"
    assert (await ada.asks("nothing"))["error"]["message"] == "There is no such command here."
    assert (await bob.asks("nothing"))["error"]["message"] == "Diesen Befehl gibt es hier nicht."


async def test_going_on_through_refusals_is_abuse(client, monkeypatch):
    monkeypatch.setattr(commands, "refusal_limit", ProcessRateLimit(20, 60))
    ada, bob = client(1), client(2)
    for _ in range(25):
        await ada.commands.receive("nonsense")
    assert ada.transport.closed_with == ABUSE
    assert (await bob.asks("ping"))["ok"] == {}


async def test_commands_are_limited_and_the_wait_is_named(client, monkeypatch):
    monkeypatch.setattr(commands, "command_limit", ProcessRateLimit(3, 1, burst=5))
    ada = client(1)
    replies = [await ada.asks("ping") for _ in range(6)]
    error = replies[-1]["error"]
    assert (error["code"], error["retry"]) == ("rate_limited", True)
    assert 0 < error["retry_after"] <= 1


async def test_topics_of_a_connection_are_limited_and_the_others_are_subscribed(client, monkeypatch):
    monkeypatch.setattr(limits, "TOPICS_PER_CONNECTION", 3)
    ada = client(1)

    async def refused(*ids):
        reply = await ada.asks("subscribe", topics={f"note.{id}": None for id in ids})
        return [name for name, answer in reply["ok"]["topics"].items() if answer.get("error", {}).get("code")]

    first = await ada.asks("subscribe", topics={f"note.{id}": None for id in range(1, 5)})
    assert [("head" in answer) for answer in first["ok"]["topics"].values()] == [True, True, True, False]
    assert first["ok"]["topics"]["note.4"]["error"]["code"] == "too_many_topics"
    assert await refused(4, 2, 1) == ["note.4"]
    await ada.asks("unsubscribe", topics=["note.2"])
    assert await refused(4, 1, 2) == ["note.2"]


async def test_connections_of_one_user_are_limited(client, monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS_PER_USER", 2)
    assert [client(1).transport.closed_with for _ in range(3)] == [None, None, TOO_MANY_CONNECTIONS]


async def test_a_silent_connection_is_closed(client, monkeypatch):
    monkeypatch.setattr(limits, "SILENT_SECONDS", 0)
    ada = client(1)
    await ada.transport.until(lambda _: ada.transport.closed_with == SILENT)


async def test_a_slow_reader_is_closed_and_the_others_notice_nothing(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "BUFFER_HARD_BYTES", 2000)
    ada, slow = client(1), client(2)
    await ada.subscribes()
    await slow.subscribes()
    slow.transport.stalled = True
    for number in range(30):
        await writes(f"note {number} " + "x" * 200)
    await ada.hears(30)
    assert slow.transport.closed_with == TOO_SLOW
    assert slow.transport.buffered < 5000
    assert ada.transport.seqs() == list(range(1, 31))


async def test_signing_out_closes_only_the_connections_of_that_session(hub, client):
    here, there, bob = client(1), client(1, session_key="another"), client(2)
    hub.end_connections({"user_id": 1, "session_key": "key-1", "token_id": None})
    assert [each.transport.closed_with for each in (here, there, bob)] == [SIGNED_OUT, None, None]
    hub.end_connections({"user_id": 1, "session_key": None, "token_id": None})
    assert [each.transport.closed_with for each in (there, bob)] == [SIGNED_OUT, None]


async def test_heartbeats_tell_the_heads(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "HEARTBEAT_SECONDS", 1)
    await writes("a")
    ada = client(1)
    await ada.subscribes()
    heartbeat = await ada.transport.until(lambda line: line.get("type") == "heartbeat")
    assert heartbeat["data"]["heads"] == {"note.1": 1}


async def test_presence_covers_all_connections_of_a_user(client):
    ada, bob, bobs_phone = client(1), client(2), client(2)
    for each in (ada, bob, bobs_phone):
        await each.subscribes()
    await ada.transport.until(lambda line: _state(line, 2) == "online")
    await bob.asks("presence", state="away")
    assert (await bobs_phone.asks("presence", state="away"))["ok"] == {}
    await ada.transport.until(lambda line: _state(line, 2) == "away")
    bob.connection.end()
    bobs_phone.connection.end()
    await ada.transport.until(lambda line: _state(line, 2) == "offline")


def _state(line, user_id):
    return line["data"]["users"].get(str(user_id)) if line.get("type") == "presence" else None
