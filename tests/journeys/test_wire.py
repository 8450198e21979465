"""What a WebSocket client may do below the protocol, on both servers: pieces, pings, bytes that are no text."""

import asyncio
import json

import pytest

pytestmark = pytest.mark.shares_site

SERVERS = [{"kind": "uvicorn"}, {"kind": "daphne"}]
both = pytest.mark.parametrize("site", SERVERS, ids=["uvicorn", "daphne"], indirect=True)
ours = pytest.mark.parametrize("site", SERVERS[:1], ids=["uvicorn"], indirect=True)


@both
async def test_a_message_in_pieces_is_one(site, ada):
    async with ada.connect() as connection:
        command = json.dumps({"ref": 77, "type": "ping"})
        await connection._socket.send([command[:9], command[9:30], command[30:]])
        assert "ok" in await connection.replies(77)


@both
async def test_a_ping_of_the_client_is_answered_between_commands(site, ada):
    async with ada.connect() as connection:
        refs = [await connection.sends("ping") for _ in range(3)]
        async with asyncio.timeout(8):
            await (await connection._socket.ping())
        assert all(["ok" in await connection.replies(ref) for ref in refs])


@both
async def test_bytes_are_refused_by_name_and_the_connection_lives_on(site, ada, room):
    async with ada.connect() as connection:
        await connection.sends_raw(b"\x00\xff")
        assert (await connection.replies(None))["error"]["code"] == "binary"
        await connection.subscribe(room)
        await connection.posts("still here")


@ours
async def test_a_text_that_is_no_utf_8_closes_the_connection_and_no_other(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect() as his:
        await his.subscribe(room)
        await hers._socket.send(b'{"ref": 1, "type": "\xff"}', text=True)
        assert await hers.closes() == 1007
        await his.posts("nothing happened")


@both
async def test_commands_are_answered_in_their_order(site, ada, room):
    """A subscribe waits for the database; what was sent behind it must find its topic open."""
    async with ada.connect() as connection:
        refs = [
            await connection.sends("subscribe", topics={room: None}),
            await connection.sends("message.post", room, key="00000000-0000-4000-8000-000000000001", text="at once"),
            await connection.sends("ping"),
        ]
        assert ["ok" in await connection.replies(ref) for ref in refs] == [True, True, True]


@both
async def test_the_longest_message_is_taken_as_escapes(site, ada, room):
    async with ada.connect() as connection:
        await connection.subscribe(room)
        data = {"key": "00000000-0000-4000-8000-000000000002", "text": "😀" * 8000}
        await connection.sends_raw(json.dumps({"ref": 77, "type": "message.post", "topic": room, "data": data}))
        assert "ok" in await connection.replies(77)


@ours
async def test_a_frame_without_end_closes_the_connection(site, ada):
    async with ada.connect() as connection:
        await connection.sends_raw("x" * (2 * 1024 * 1024))
        assert await connection.closes() == 1009
