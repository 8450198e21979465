"""A client that does not read is closed and comes back with its cursor; the others notice nothing."""

import random
import socket
from string import ascii_letters

import pytest
from websockets.exceptions import ConnectionClosed

QUICK = {"HUBBUB_POSTS_PER_10_SECONDS": 100000, "HUBBUB_POSTS_BURST": 100000, "HUBBUB_COMMANDS_BURST": 100000}
# Long messages: the kernel alone holds four megabytes for a reader on the same machine.
LONG = {"HUBBUB_MESSAGE_CHARACTERS": 30_000, "HUBBUB_BUFFER_HARD_BYTES": 200_000}


async def ask_over_and_over(connection):
    for _ in range(600):
        await connection.asks("ping")


def noise(seed):
    """Letters that deflate cannot shrink by much."""
    return "".join(random.Random(seed).choices(ascii_letters, k=30_000))


@pytest.mark.parametrize("site", [{"kind": "uvicorn", "environment": QUICK | LONG}], ids=["uvicorn"], indirect=True)
async def test_a_reader_that_stalls_is_sent_away_and_catches_up(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        transport = his._socket.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        transport.pause_reading()
        for number in range(300):
            last = (await hers.posts(noise(number)))["seq"]
        await hers.reaches(room, last)
        transport.resume_reading()
        assert await his.closes() == 4008
        his.cursors[room] = last - 10
        await his.reopens()
        await his.reaches(room, last)
        assert [event["seq"] for event in his.applied[room]][-10:] == list(range(last - 9, last + 1))


@pytest.mark.parametrize("site", [{"kind": "uvicorn"}, {"kind": "daphne"}], ids=["uvicorn", "daphne"], indirect=True)
@pytest.mark.shares_site
async def test_a_flood_is_refused_by_name_and_ends_as_abuse(site, ada, bob, room):
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        # One by one: a line that is closed on what was not read yet is reset, and the code is lost with it.
        with pytest.raises((AssertionError, ConnectionClosed), match="4508"):
            await ask_over_and_over(hers)
        posted = await his.posts("all is quiet here")
        assert posted["seq"]
