"""The plans of a run: how long and how large its parts are."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Plan:
    rounds: int
    start_seconds: float  # of posts to a server that was just started
    warm: float  # seconds before the measurement
    seconds: float  # of the measurement, where a post is done when everybody has it
    author_seconds: float  # of the measurement, where a post is done when its author is answered
    paced_seconds: float  # at least, at a fixed rate of posts
    paced_posts: int  # at least, at each fixed rate
    probe_seconds: float  # at each rate in the search for the capacity
    probes: int  # rates that are tried in that search
    stalled_seconds: float  # until the unread bytes of one client exceed Hubbub's limit
    rooms: int  # of ten connections each
    connections: int  # idle connections, and connections that open at the same time
    settle: float  # seconds before memory is measured
    messages: int  # in the large room
    requests: int  # to each of the two rooms
    attack_seconds: float
    cases: tuple[str, ...] = ()  # only cases whose names contain one of these

    def includes(self, case: str) -> bool:
        return not self.cases or any(part in case for part in self.cases)

    def of(self, *, rounds: int | None, cases: tuple[str, ...]) -> Self:
        """Return the plan for some of the cases, with its own number of rounds or another one."""
        return replace(self, rounds=rounds or self.rounds, cases=cases)


WHOLE = Plan(
    rounds=3,
    start_seconds=3,
    warm=0.4,
    seconds=1.5,
    author_seconds=1,
    paced_seconds=2.5,
    paced_posts=150,
    probe_seconds=1,
    probes=9,
    stalled_seconds=6,
    rooms=200,
    connections=5000,
    settle=4,
    messages=1_000_000,
    requests=30,
    attack_seconds=4,
)
QUICK = Plan(
    rounds=1,
    start_seconds=0.2,
    warm=0.2,
    seconds=0.5,
    author_seconds=0.3,
    paced_seconds=0.6,
    paced_posts=20,
    probe_seconds=0.4,
    probes=5,
    stalled_seconds=2.5,
    rooms=30,
    connections=500,
    settle=1,
    messages=20_000,
    requests=6,
    attack_seconds=1.5,
)
