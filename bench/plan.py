"""How long and how large a run is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    rounds: int
    warm: float  # seconds before what is counted
    seconds: float  # that are counted
    paced_seconds: float  # where the posts come by the clock
    stalled_seconds: float  # until what one does not read is more than Hubbub keeps
    rooms: int  # of ten links each
    links: int  # idle ones, and those that come at once
    settle: float  # seconds before memory is looked at
    messages: int  # in the large room
    requests: int  # to each of the two rooms
    attack_seconds: float


WHOLE = Plan(
    rounds=3,
    warm=0.5,
    seconds=2.5,
    paced_seconds=6,
    stalled_seconds=6,
    rooms=200,
    links=5000,
    settle=6,
    messages=1_000_000,
    requests=30,
    attack_seconds=5,
)
QUICK = Plan(
    rounds=1,
    warm=0.2,
    seconds=0.4,
    paced_seconds=1.5,
    stalled_seconds=2.5,
    rooms=30,
    links=500,
    settle=1,
    messages=20_000,
    requests=6,
    attack_seconds=1.5,
)
