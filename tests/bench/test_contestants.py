"""Every contestant starts, brings each post to everybody once, and stops; the load notices what does not."""

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.server import serve

from bench.clients import Clients, long_text
from bench.contestants import ALL, FLOOR, HUBBUB, SOCKETIO
from bench.dialects import Dialect, describe
from bench.load import Load, LoadFailed, LoadRefused, first_numbers
from bench.scenarios import open_load
from tests.services.ports import answers

CLIENTS = Clients(6)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("contestant", ALL, ids=lambda contestant: contestant.name)
def test_a_contestant_delivers_to_everybody_and_stops(contestant):
    with contestant.start(CLIENTS) as target:
        with open_load(target, CLIENTS, done="everybody", in_flight=3, seconds=0.3) as load:
            counted = load.run()
        assert counted.posts > 0
        assert counted.server_cpu > 0
    assert not any(answers(port) for port in target.ports)
    assert not any(Path(f"/proc/{pid}").exists() for pid in target.pids)


@pytest.mark.parametrize("done", ["author", "everybody"])
async def test_a_post_is_done_for_its_author_or_for_everybody(done):
    """The third connection gets a post when the next one comes: who waits for everybody never writes that."""
    waiting = []

    async def broadcast(connection):
        connections.append(connection)
        async for text in connection:
            for other in waiting:
                await other[0].send(other[1])
            waiting[:] = [(connections[2], text)]
            for other in connections[:2]:
                await other.send(text)

    connections = []
    async with serve(broadcast, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LoadFailed, match=r"something was lost: 1 of (\d+) posts") as failure:
            await asyncio.to_thread(run, port, done=done)
    posts = int(str(failure.value).split(" of ")[1].split()[0])
    assert posts == 1 if done == "everybody" else posts > 1


async def test_the_load_tells_a_refusal_from_a_fault():
    async def close(connection):
        await connection.recv()
        await connection.close(4008)

    async with serve(close, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LoadRefused, match="was closed with 4008"):
            await asyncio.to_thread(run, port)


@pytest.mark.parametrize("contestant", [HUBBUB, SOCKETIO], ids=lambda contestant: contestant.name)
def test_a_post_stays_in_its_room(contestant):
    clients = Clients(8, rooms=4, each=2)
    assert [clients.rooms_of(connection) for connection in range(3)] == [[0, 1], [2, 3], [0, 1]]
    alone = Clients(6, rooms=3)
    with contestant.start(alone) as target, open_load(target, alone, in_flight=3, seconds=0.3) as load:
        counted = load.run()
    assert counted.deliveries == pytest.approx(2 * counted.posts, abs=12)


def test_posts_come_by_the_clock():
    with FLOOR.start(CLIENTS) as target:
        text = long_text(3000)
        assert len(text.replace("@NUMBER@", "10000000")) == 3000
        with open_load(target, CLIENTS, text=text, in_flight=0, rate=100, seconds=0.5) as load:
            counted = load.run()
    assert 45 <= counted.posted <= 51
    assert counted.bytes > 3000 * counted.deliveries > 0


def test_a_connection_that_does_not_read_is_left_out():
    with FLOOR.start(CLIENTS) as target, open_load(target, CLIENTS, in_flight=2, seconds=0.2, stalled=1) as load:
        counted = load.run()
    assert counted.posts > 0
    assert counted.stalled_end == 0


# -- servers that do not deliver what they should


def all_but_one(connections):
    return list(connections)[1:]


def one_twice(connections):
    return [*connections, next(iter(connections))]


@pytest.mark.parametrize(
    "whom, becomes, complaint",
    [
        (all_but_one, "{}", "something was lost: "),
        (one_twice, "{}", "came twice to connection"),
        (list, "post-99999999", "a post came that nobody wrote: 99999999"),
        (list, "post-?", "was told half a number"),
    ],
    ids=["lost", "twice", "invented", "broken"],
)
async def test_the_load_notices(whom, becomes, complaint):
    connections = set()

    async def broadcast(connection):
        connections.add(connection)
        async for text in connection:
            for other in whom(connections):
                await other.send(becomes.format(text))

    async with serve(broadcast, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LoadFailed, match=complaint):
            await asyncio.to_thread(run, port)


def run(port, **options):
    with Load(describe(Dialect(), Clients(3), [port]), in_flight=1, seconds=0.2, give_up=1, **options) as load:
        load.run()


async def test_what_an_earlier_load_left_behind_is_passed_over():
    connections = set()

    async def broadcast(connection):
        connections.add(connection)
        async for text in connection:
            for other in connections:
                await other.send("post-10000000")
                await other.send(text)

    next(first_numbers)
    async with serve(broadcast, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        await asyncio.to_thread(run, port)


async def test_the_load_says_who_was_not_let_in():
    def refuse(connection, request):
        return connection.respond(403, "no")

    async with serve(None, "127.0.0.1", 0, process_request=refuse) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LoadFailed, match=r"was not let in: HTTP/1\.1 403"):
            await asyncio.to_thread(run, port)
