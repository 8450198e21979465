"""The scenarios. Each yields (case, figures) for one contestant, started fresh, in one round."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bench import capacity, contestants, history, hostile
from bench.clients import Clients, long_text
from bench.contestants import Contestant, Target
from bench.dialects import describe
from bench.goals import AUTHOR, EVERYBODY, PACES
from bench.load import Counted, Load, LoadFailed
from bench.plan import Plan
from bench.server import memory

type Figures = dict[str, float]
type Case = tuple[str, Figures]

DONE = {EVERYBODY: "everybody", AUTHOR: "author"}  # the generator's names
ONE_ROOM = Clients(200)
AT_ONCE = 2000  # handshakes at the same time: as many as every server's listen queue holds
STALLED_PACE, STALLED_CHARACTERS, SMALL_BUFFER = 50, 7500, 4096
WARMING_CONNECTIONS = 20


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    contestants: tuple[Contestant, ...]
    measure: Callable[[Plan, Contestant], Iterator[Case]]
    columns: tuple[str, ...]

    @property
    def compares_trees(self) -> bool:
        """Return whether Hubbub of another working tree can run beside this one: where a peer can."""
        return contestants.SOCKETIO in self.contestants


def open_load(target: Target, clients: Clients, *, text: str | None = None, **options: object) -> Load:
    lines = describe(target.dialect, clients, target.ports, *([text] if text else []))
    return Load(lines, servers=target.pids, **options)


def closed_loop(
    plan: Plan,
    target: Target,
    clients: Clients,
    several: tuple[int, ...],
    where: str = "",
    until: tuple[str, ...] = (EVERYBODY, AUTHOR),
) -> Iterator[Case]:
    """Keep so many posts in flight.

    A post is done when everybody has it, or, for servers that acknowledge posts, when its author is answered.
    """
    seconds = {EVERYBODY: plan.seconds, AUTHOR: plan.author_seconds}
    for done in until if target.dialect.answer else (EVERYBODY,):
        for in_flight in several:
            if plan.includes(case := f"{done}, {in_flight} in flight{where}"):
                options = {"done": DONE[done], "in_flight": in_flight, "seconds": seconds[done]}
                yield case, count(target, clients, warm=plan.warm, **options).measures()


@contextlib.contextmanager
def start_warm(plan: Plan, contestant: Contestant, clients: Clients) -> Iterator[Target]:
    """Start a contestant, and post until what starts with the first posts has started, such as Hubbub's indexer."""
    with contestant.start(clients) as target:
        count(target, clients, done=DONE[EVERYBODY], in_flight=4, warm=0, seconds=plan.start_seconds)
        yield target


def count(target: Target, clients: Clients, **options: object) -> Counted:
    with open_load(target, clients, **options) as load:
        counted = load.run()
    if target.keeps_order and not counted.one_order:
        raise LoadFailed("Two connections received the posts of a room in different orders.")
    return counted


def paced(plan: Plan, target: Target, rate: float) -> Counted:
    """Write posts at a fixed rate, whether answers come or not."""
    seconds = max(plan.paced_seconds, plan.paced_posts / rate)
    return count(target, ONE_ROOM, in_flight=0, rate=rate, warm=plan.warm, seconds=seconds)


def room(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    several = (4,) if contestant in contestants.SLOW else (1, 4, 32)
    with start_warm(plan, contestant, ONE_ROOM) as target:
        yield from closed_loop(plan, target, ONE_ROOM, several)


def many_rooms(plan: Plan) -> Clients:
    return Clients(10 * plan.rooms, rooms=plan.rooms)


def rooms(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    clients = many_rooms(plan)
    with start_warm(plan, contestant, clients) as target:
        yield from closed_loop(plan, target, clients, (64,), f", {plan.rooms} rooms")


def latency(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    with start_warm(plan, contestant, ONE_ROOM) as target:
        for rate in PACES:
            if plan.includes(case := f"{rate} posts/s"):
                yield case, paced(plan, target, rate).measures()


def find_capacity(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    """Find the highest rate at which nearly all deliveries are fast, and measure at 80 % of it."""
    with start_warm(plan, contestant, ONE_ROOM) as target:

        def probe(rate: float) -> float:
            probed = count(target, ONE_ROOM, in_flight=0, rate=rate, warm=plan.warm, seconds=plan.probe_seconds)
            return probed.p99_ms

        found = capacity.find(probe, probes=plan.probes)
        measures = paced(plan, target, capacity.SHARE * found).measures()
    yield f"p99 under {capacity.MOST_P99_MS} ms", measures | {"capacity": found}


def idle(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    """Measure the server's memory before and after the connections have opened, while nothing happens."""
    clients = Clients(plan.connections, rooms=plan.connections // 20, each=5)
    with contestant.start(clients) as target:
        with open_load(target, replace(clients, connections=WARMING_CONNECTIONS), mode="hold"):
            time.sleep(0.5)  # so that the memory of the code loaded by the first connection is not counted
        before = memory(target.pids)
        with open_load(target, clients, mode="hold", at_once=200, give_up=120):
            time.sleep(plan.settle)
            after = memory(target.pids)
    yield (
        f"{plan.connections} connections",
        {"kib_a_connection": (after - before) / plan.connections / 1024, "mib_before": before / 2**20},
    )


def handshakes(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    clients = Clients(plan.connections, rooms=plan.connections // 100)
    with (
        contestant.start(clients) as target,
        open_load(target, clients, mode="hold", at_once=AT_ONCE, give_up=120) as load,
    ):
        opened = load.opened
    yield (
        f"{plan.connections} connections",
        {
            "handshakes": plan.connections / opened.seconds,
            "server_us_a_connection": opened.server_cpu / plan.connections * 1e6,
            "generator_busy": opened.generator_cpu / opened.seconds,
        },
    )


def processes(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    with start_warm(plan, contestant, ONE_ROOM) as target:
        yield from closed_loop(plan, target, ONE_ROOM, (4, 32), ", one room", (EVERYBODY,))
    clients = many_rooms(plan)
    with start_warm(plan, contestant, clients) as target:
        yield from closed_loop(plan, target, clients, (64,), f", {plan.rooms} rooms", (EVERYBODY,))


def stalled(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    """Post long texts while all clients read, and then while one does not; measure the server's memory."""
    with contestant.start(ONE_ROOM) as target:
        watched(plan, target, 0)  # so that the memory of the first texts is not attributed to the stalled client
        yield "all read", watched(plan, target, 0)
        yield "one does not", watched(plan, target, 1)


def watched(plan: Plan, target: Target, number: int) -> Figures:
    with open_load(
        target,
        ONE_ROOM,
        text=long_text(STALLED_CHARACTERS),
        in_flight=0,
        rate=STALLED_PACE,
        warm=1,
        seconds=plan.stalled_seconds,
        stalled=number,
        receive_buffer=SMALL_BUFFER,
    ) as load:
        before = most = memory(target.pids, "Pss_Anon")
        load.begin()
        end = time.monotonic() + plan.stalled_seconds
        while time.monotonic() < end:
            time.sleep(0.25)
            most = max(most, memory(target.pids, "Pss_Anon"))
        counted = load.end()
    return counted.measures() | {"mib_grown": (most - before) / 2**20, "end": counted.stalled_end}


PEERS = (contestants.HUBBUB, contestants.SOCKETIO, contestants.SOCKETIO_NO_ACKS)
THROUGHPUT = ("deliveries", "posts", "server_us", "server_busy", "generator_busy", "bytes")
SCENARIOS = (
    Scenario("room", "One room, 200 connections", contestants.ALL, room, THROUGHPUT),
    Scenario("rooms", "Many rooms of 10 connections, all of which post", PEERS, rooms, ("posts", *THROUGHPUT[2:5])),
    Scenario(
        "latency",
        "One room, 200 connections: from a post to each of its deliveries",
        PEERS,
        latency,
        ("p50_ms", "p99_ms", "server_us", "generator_busy"),
    ),
    Scenario(
        "capacity",
        "One room, 200 connections: how many posts a second, and their times at 80 % of that",
        PEERS,
        find_capacity,
        ("capacity", "p50_ms", "p99_ms", "server_us", "generator_busy"),
    ),
    Scenario(
        "idle",
        "Idle connections, each in 5 rooms",
        (contestants.HUBBUB, contestants.SOCKETIO),
        idle,
        ("kib_a_connection", "mib_before"),
    ),
    Scenario(
        "handshakes",
        "All connections open at once and join a room",
        (contestants.HUBBUB, contestants.TUTORIAL, contestants.SOCKETIO),
        handshakes,
        ("handshakes", "server_us_a_connection", "generator_busy"),
    ),
    Scenario(
        "history",
        "A large room and a small one",
        (contestants.HUBBUB,),
        history.measure,
        ("open_ms", "middle_ms", "catch_up_ms"),
    ),
    Scenario(
        "processes",
        "SQLite, and PostgreSQL and Redis with one process and two",
        (contestants.HUBBUB, contestants.HUBBUB_POSTGRES, contestants.HUBBUB_TWO),
        processes,
        THROUGHPUT[:5],
    ),
    Scenario(
        "stalled",
        f"One of 200 connections does not read; {STALLED_PACE} posts/s of {STALLED_CHARACTERS:,} characters",
        (contestants.HUBBUB,),
        stalled,
        ("p50_ms", "p99_ms", "mib_grown", "end", "generator_busy"),
    ),
    Scenario(
        "hostile",
        f"{hostile.PEOPLE.connections} people, {hostile.PACE} posts/s, the default limits, and an attack",
        (hostile.HUBBUB,),
        hostile.measure,
        ("p50_ms", "p99_ms", "max_ms", "mib_grown", "mib_a_connection"),
    ),
)
