"""What Hubbub wants to reach, each as a comparison within one round."""

from dataclasses import dataclass
from statistics import median

from bench.attacks import ATTACKS

type Key = tuple[str, str, str]  # scenario, case, contestant; a case that ends in … stands for the one that begins so
type Results = dict[Key, dict[str, list[float]]]


@dataclass(frozen=True)
class Goal:
    """`ours` over `theirs` (or less `theirs`, where it is a difference) is at least, or at most, a bound."""

    what: str
    measure: str
    ours: Key
    theirs: Key
    at_least: float | None = None
    at_most: float | None = None
    aim: str = ""
    difference: bool = False

    def values(self, results: Results) -> list[float]:
        """Return the comparison in each round; none where one of the two was not measured."""
        ours, theirs = (find(results, key).get(self.measure, []) for key in (self.ours, self.theirs))
        if self.difference:
            return [mine - other for mine, other in zip(ours, theirs, strict=False)]
        return [mine / other for mine, other in zip(ours, theirs, strict=False) if other]

    def is_reached(self, values: list[float]) -> bool | None:
        """Say whether the median is; None where there is no bound."""
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


def against(scenario: str, case: str, theirs: str, ours: str = "hubbub") -> dict[str, Key]:
    return {"ours": (scenario, case, ours), "theirs": (scenario, case, theirs)}


def within(scenario: str, ours: str, theirs: str, contestant: str = "hubbub") -> dict[str, Key]:
    return {"ours": (scenario, ours, contestant), "theirs": (scenario, theirs, contestant)}


def between(case: str) -> dict[str, Key]:
    return {"ours": ("processes", case, "hubbub-two"), "theirs": ("processes", case, "hubbub-one")}


CALM = "calm, before "  # an attack
LARGE = {"ours": ("history", "large…", "hubbub"), "theirs": ("history", "small…", "hubbub")}

GOALS = (
    Goal("1 post in flight, against Socket.IO", "deliveries", **against("room", "1 in flight", "socketio"), at_least=1),
    Goal("4 in flight, against Socket.IO", "deliveries", **against("room", "4 in flight", "socketio"), at_least=1.5),
    Goal("32 in flight, against Socket.IO", "deliveries", **against("room", "32 in flight", "socketio"), at_least=5),
    Goal(
        "many rooms, posts, against Socket.IO",
        "posts",
        **against("rooms", "64 in flight…", "socketio"),
        at_least=0.6,
        aim=", aim 1",
    ),
    Goal("4 in flight, against the tutorial", "deliveries", **against("room", "4 in flight", "tutorial"), at_least=20),
    Goal(
        "the same under Daphne",
        "deliveries",
        **against("room", "4 in flight", "tutorial", "hubbub-daphne"),
        at_least=5,
    ),
    Goal(
        "100 posts/s, p99 against Socket.IO",
        "p99_ms",
        **against("latency", "100 posts/s", "socketio"),
        at_most=1.5,
    ),
    Goal(
        "memory of an idle link, against Socket.IO",
        "kib_a_link",
        **against("idle", "…", "socketio"),
        at_most=1.5,
        aim=", aim 1",
    ),
    Goal("handshakes, against the tutorial", "handshakes", **against("handshakes", "…", "tutorial"), at_least=2),
    Goal("a large room, opened", "open_ms", **LARGE, at_most=2),
    Goal("a large room, paged to its middle", "middle_ms", **LARGE, at_most=2),
    Goal("a large room, 500 caught up", "catch_up_ms", **LARGE, at_most=2),
    Goal("2 processes, deliveries, 4 in flight", "deliveries", **between("4 in flight…")),
    Goal("2 processes, deliveries, 32 in flight", "deliveries", **between("32 in flight…")),
    Goal("2 processes, posts in many rooms", "posts", **between("64 in flight…")),
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
