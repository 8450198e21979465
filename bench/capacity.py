"""The search for a server's capacity: the most posts a second at which nearly all deliveries are fast."""

import math
from collections.abc import Callable

from bench.load import LoadFailed, LoadRefused

MOST_P99_MS = 50
SHARE = 0.8  # of the capacity: the rate of the final measurement
FIRST = 400.0  # posts a second
PRECISION = 1.1
TRIES = 2  # because another program on the machine can disturb a second


def find(probe: Callable[[float], float], *, probes: int) -> float:
    """Return the highest rate with a low p99, as `probe` measures it: by doubling, then by bisection."""
    held, failed, rate = 0.0, math.inf, FIRST
    for _ in range(probes):
        if is_held(probe, rate):
            held = rate
        else:
            failed = rate
        if failed <= held * PRECISION:
            break
        rate = next_rate(held, failed)
    if not held:
        raise LoadFailed(f"The p99 is over {MOST_P99_MS} ms even at {failed:.0f} posts/s.")
    return held


def next_rate(held: float, failed: float) -> float:
    if math.isinf(failed):
        return held * 2
    return math.sqrt(held * failed) if held else failed / 2


def is_held(probe: Callable[[float], float], rate: float) -> bool:
    return any(p99_ms(probe, rate) < MOST_P99_MS for _ in range(TRIES))


def p99_ms(probe: Callable[[float], float], rate: float) -> float:
    try:
        return probe(rate)
    except LoadRefused:  # the expected reaction of an overloaded server
        return math.inf
