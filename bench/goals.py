"""The goals of Hubbub's speed, each a comparison within one round."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.attacks import ATTACKS

type Key = tuple[
    str, str, str
]  # scenario, case, contestant; a case that ends in … stands for the one with that beginning
type Results = dict[Key, dict[str, list[float]]]


@dataclass(frozen=True)
class Goal:
    """`ours` divided by `theirs` (or minus, with `difference`) is at least, or at most, a bound.

    Where there are several of `theirs`, the best of each round counts.
    """

    title: str
    measure: str
    ours: Key
    theirs: tuple[Key, ...]
    at_least: float | None = None
    at_most: float | None = None
    aim: str = ""
    difference: bool = False

    def values(self, results: Results) -> list[float]:
        """Return the comparison in each round; empty where one of the two was not measured."""
        ours, theirs = self.figures(results)
        if self.difference:
            return [mine - other for mine, other in zip(ours, theirs, strict=False)]
        return [mine / other for mine, other in zip(ours, theirs, strict=False) if other]

    def figures(self, results: Results) -> tuple[list[float], list[float]]:
        """Return the figures of ours and of theirs in each round."""
        several = [values for key in self.theirs if (values := find(results, key).get(self.measure))]
        best = max if self.at_least is not None else min
        return find(results, self.ours).get(self.measure, []), [best(each) for each in zip(*several, strict=False)]

    def is_reached(self, values: list[float]) -> bool | None:
        """Return whether the median reaches the bound; None where there is no bound."""
        if self.at_least is not None:
            return median(values) >= self.at_least
        return median(values) <= self.at_most if self.at_most is not None else None

    @property
    def wanted(self) -> str:
        unit = " MiB" if self.difference else " ×"
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{unit}{self.aim}"
        return f"≤ {self.at_most:g}{unit}{self.aim}" if self.at_most is not None else "stated"


def find(results: Results, key: Key) -> dict[str, list[float]]:
    scenario, case, contestant = key
    for (one, other, name), measures in results.items():
        is_case = other.startswith(case[:-1]) if case.endswith("…") else other == case
        if (one, name) == (scenario, contestant) and is_case:
            return measures
    return {}


def against(scenario: str, case: str, *theirs: str, ours: str = "hubbub") -> dict[str, Any]:
    return {"ours": (scenario, case, ours), "theirs": tuple((scenario, case, name) for name in theirs)}


def within(scenario: str, ours: str, theirs: str, contestant: str = "hubbub") -> dict[str, Any]:
    return {"ours": (scenario, ours, contestant), "theirs": ((scenario, theirs, contestant),)}


def between(case: str, ours: str = "hubbub-two", theirs: str = "hubbub-one") -> dict[str, Any]:
    return against("processes", f"{EVERYBODY}, {case}", theirs, ours=ours)


EVERYBODY, AUTHOR = "everybody served", "author answered"  # when a post is done
PACES = (25, 100, 200, 400)  # posts a second
CALM = "calm, before "  # an attack
SOCKETIO = ("socketio", "socketio-no-acks")
LARGE = within("history", "large…", "small…")

# The goals that are also in the README.
LEADING = (
    *(
        Goal(
            f"{EVERYBODY}, {in_flight} in flight, against Socket.IO",
            "deliveries",
            **against("room", f"{EVERYBODY}, {in_flight} in flight", *SOCKETIO),
            at_least=bound,
            aim=aim,
        )
        for in_flight, bound, aim in ((1, 1, ", aim 1.3"), (4, 1.6, ", aim 2"), (32, 6, ", aim 8"))
    ),
    Goal(
        f"{EVERYBODY}, many rooms, against Socket.IO",
        "posts",
        **against("rooms", f"{EVERYBODY}, 64 in flight…", *SOCKETIO),
        at_least=0.75,
        aim=", aim 1",
    ),
    Goal(
        "capacity, against Socket.IO's",
        "capacity",
        **against("capacity", "…", *SOCKETIO),
        at_least=4,
    ),
    *(
        Goal(
            f"{name} at {pace} posts/s, against Socket.IO",
            measure,
            **against("latency", f"{pace} posts/s", *SOCKETIO),
            at_most=bound,
        )
        for pace in PACES
        for name, measure, bound in (("p50", "p50_ms", 1.25), ("p99", "p99_ms", 1))
    ),
)
GOALS = (
    *LEADING,
    *(
        Goal(
            f"{AUTHOR}, {in_flight} in flight, against Socket.IO",
            "deliveries",
            **against("room", f"{AUTHOR}, {in_flight} in flight", "socketio"),
        )
        for in_flight in (1, 4, 32)
    ),
    Goal(f"{AUTHOR}, many rooms, against Socket.IO", "posts", **against("rooms", f"{AUTHOR}…", "socketio")),
    Goal(
        f"{EVERYBODY}, 4 in flight, against the tutorial",
        "deliveries",
        **against("room", f"{EVERYBODY}, 4 in flight", "tutorial"),
        at_least=20,
    ),
    Goal(
        "the same under Daphne",
        "deliveries",
        **against("room", f"{EVERYBODY}, 4 in flight", "tutorial", ours="hubbub-daphne"),
        at_least=5,
    ),
    Goal(
        "memory of an idle connection, against Socket.IO",
        "kib_a_connection",
        **against("idle", "…", "socketio"),
        at_most=1,
        aim=", aim 0.7",
    ),
    Goal("handshakes, against the tutorial", "handshakes", **against("handshakes", "…", "tutorial"), at_least=2.5),
    Goal("a large room, opened", "open_ms", **LARGE, at_most=2),
    Goal("a large room, paged to its middle", "middle_ms", **LARGE, at_most=2),
    Goal("a large room, 500 caught up", "catch_up_ms", **LARGE, at_most=2),
    Goal(
        "PostgreSQL, deliveries, 4 in flight, against SQLite",
        "deliveries",
        **between("4 in flight…", "hubbub-one", "hubbub"),
        at_least=0.7,
    ),
    Goal("2 processes, deliveries, 4 in flight", "deliveries", **between("4 in flight…")),
    Goal("2 processes, deliveries, 32 in flight", "deliveries", **between("32 in flight…")),
    Goal("2 processes, posts in many rooms", "posts", **between("64 in flight…")),
    Goal(
        "2 processes, processor time a delivery in many rooms",
        "server_us",
        **between("64 in flight…"),
        at_most=1.5,
    ),
    Goal(
        "a stalled reader, memory",
        "mib_grown",
        **within("stalled", "one does not", "all read"),
        at_most=2,
        difference=True,
    ),
    Goal("a stalled reader, the others' p99", "p99_ms", **within("stalled", "one does not", "all read"), at_most=1.5),
    *(Goal(f"{name}: others' p99", "p99_ms", **within("hostile", name, CALM + name), at_most=2) for name in ATTACKS),
    *(
        Goal(
            f"{name}: memory of a connection",
            "mib_a_connection",
            **within("hostile", name, CALM + name),
            at_most=2,
            difference=True,
        )
        for name in ATTACKS
    ),
)
