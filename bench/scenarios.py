"""What is measured. Each scenario yields (case, figures) for one contestant, started fresh, in one round."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bench import contestants as who
from bench import history, hostile
from bench.contestants import Contestant, Target
from bench.crowd import Crowd, long_text
from bench.dialects import describe
from bench.load import Load, LoadFailed
from bench.plan import Plan
from bench.server import memory

type Figures = dict[str, float]
type Case = tuple[str, Figures]

ONE_ROOM = Crowd(200)
AT_ONCE = 2000  # handshakes that are under way at a time: what every server's listen queue holds
PACE = 100  # posts a second
STALLED_PACE, STALLED_CHARACTERS, SMALL_BUFFER = 50, 7500, 4096
WARMING_LINKS = 20


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    contestants: tuple[Contestant, ...]
    measure: Callable[[Plan, Contestant], Iterator[Case]]
    columns: tuple[str, ...]


def open_load(target: Target, crowd: Crowd, *, text: str | None = None, **options: object) -> Load:
    lines = describe(target.dialect, crowd, target.ports, *([text] if text else []))
    return Load(lines, servers=target.pids, **options)


def burst(target: Target, crowd: Crowd, plan: Plan, in_flight: int) -> Figures:
    """Keep so many posts in flight; each is done when it is answered and has come back to its author."""
    with open_load(target, crowd, in_flight=in_flight, warm=plan.warm, seconds=plan.seconds) as load:
        counted = load.run()
    if target.keeps_order and not counted.one_order:
        raise LoadFailed("Two links heard the posts of a room in different orders.")
    return counted.measures()


def room(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    several = (1, 4, 32) if contestant in FAST else (4,)
    with contestant.start(ONE_ROOM) as target:
        for in_flight in several:
            yield f"{in_flight} in flight", burst(target, ONE_ROOM, plan, in_flight)


def rooms(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    crowd = Crowd(10 * plan.rooms, rooms=plan.rooms)
    with contestant.start(crowd) as target:
        yield f"64 in flight, {plan.rooms} rooms", burst(target, crowd, plan, 64)


def latency(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    with (
        contestant.start(ONE_ROOM) as target,
        open_load(target, ONE_ROOM, in_flight=0, rate=PACE, warm=1, seconds=plan.paced_seconds) as load,
    ):
        yield f"{PACE} posts/s", load.run().measures()


def idle(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    """Look at the server's memory before and after the links have come and nothing happens."""
    crowd = Crowd(plan.links, rooms=plan.links // 20, each=5)
    with contestant.start(crowd) as target:
        with open_load(target, replace(crowd, links=WARMING_LINKS), mode="hold"):
            time.sleep(0.5)  # what is loaded when the first comes is no link's
        before = memory(target.pids)
        with open_load(target, crowd, mode="hold", at_once=200, give_up=120):
            time.sleep(plan.settle)
            after = memory(target.pids)
    yield f"{plan.links} links", {"kib_a_link": (after - before) / plan.links / 1024, "mib_before": before / 2**20}


def handshakes(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    crowd = Crowd(plan.links, rooms=plan.links // 100)
    with (
        contestant.start(crowd) as target,
        open_load(target, crowd, mode="hold", at_once=AT_ONCE, give_up=120) as load,
    ):
        opened = load.opened
    yield (
        f"{plan.links} links",
        {
            "handshakes": plan.links / opened.seconds,
            "server_us_a_link": opened.server_cpu / plan.links * 1e6,
            "generator_busy": opened.generator_cpu / opened.seconds,
        },
    )


def processes(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    with contestant.start(ONE_ROOM) as target:
        for in_flight in (4, 32):
            yield f"{in_flight} in flight, one room", burst(target, ONE_ROOM, plan, in_flight)
    yield from rooms(plan, contestant)


def stalled(plan: Plan, contestant: Contestant) -> Iterator[Case]:
    """Post long texts while all read, and while one link reads nothing; watch the server's memory."""
    with contestant.start(ONE_ROOM) as target:
        watched(plan, target, 0)  # what the first texts make the server keep is no stalled link's
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


FAST = (who.HUBBUB, who.SOCKETIO, who.WS, who.FLOOR)
RATES = ("deliveries", "posts", "server_us", "server_busy", "generator_busy", "bytes")
SCENARIOS = (
    Scenario("room", "One room, 200 links", who.ALL, room, RATES),
    Scenario(
        "rooms", "Many rooms of 10 links, every link posts", (who.HUBBUB, who.SOCKETIO), rooms, ("posts", *RATES[2:5])
    ),
    Scenario(
        "latency",
        "One room, 200 links: from a post to a delivery",
        (who.HUBBUB, who.SOCKETIO),
        latency,
        ("p50_ms", "p99_ms", "server_us", "generator_busy"),
    ),
    Scenario("idle", "Idle links, each in 5 rooms", (who.HUBBUB, who.SOCKETIO), idle, ("kib_a_link", "mib_before")),
    Scenario(
        "handshakes",
        "Everybody comes at once and joins a room",
        (who.HUBBUB, who.TUTORIAL, who.SOCKETIO),
        handshakes,
        ("handshakes", "server_us_a_link", "generator_busy"),
    ),
    Scenario(
        "history",
        "A large room and a small one",
        (who.HUBBUB,),
        history.measure,
        ("open_ms", "middle_ms", "catch_up_ms"),
    ),
    Scenario(
        "processes",
        "PostgreSQL and Redis, one process and two",
        (who.HUBBUB_POSTGRES, who.HUBBUB_TWO),
        processes,
        RATES[:5],
    ),
    Scenario(
        "stalled",
        f"One of 200 links does not read; {STALLED_PACE} posts/s of {STALLED_CHARACTERS:,} characters",
        (who.HUBBUB,),
        stalled,
        ("p50_ms", "p99_ms", "mib_grown", "end", "generator_busy"),
    ),
    Scenario(
        "hostile",
        f"{hostile.PEOPLE.links} people, {hostile.PACE} posts/s, the limits as they come, and somebody who attacks",
        (hostile.HUBBUB,),
        hostile.measure,
        ("p50_ms", "p99_ms", "max_ms", "mib_grown", "mib_a_connection"),
    ),
)
