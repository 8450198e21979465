"""Other times, time zones and orders for the tests that need no other process.

    python -m tests.clocks                            `make test-clock`: every clock, one after the other
    pytest -p tests.clocks --clock=leap-day tests/…   one of them, for some tests

Each test begins at the moment of its clock, and time goes on from there: midnight passes in every one of them.
Servers, databases and browsers use the machine's clock, so tests that start one are left out.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

ROOT = Path(__file__).resolve().parent.parent
NODE = [sys.executable, "scripts/node.py", "node"]
OTHER_PROCESSES = {"templates", "chromium"}  # the fixtures behind every server, database and browser
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Clock:
    """The moment at which each test begins, the machine's time zone, and the seed for the order of the tests."""

    moment: datetime | timedelta  # a timedelta is counted from now
    zone: str
    seed: int

    @property
    def destination(self) -> datetime:
        moment = datetime.now(UTC) + self.moment if isinstance(self.moment, timedelta) else self.moment
        return moment.astimezone(ZoneInfo(self.zone))


def just_before(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(milliseconds=20)


CLOCKS = {
    "next-year": Clock(A_YEAR, "Pacific/Kiritimati", 1),
    "leap-day": Clock(just_before(2028, 2, 29), "America/Los_Angeles", 2),
    "after-leap-day": Clock(just_before(2028, 3, 1), "UTC", 3),
    # In Berlin it is 02:59:59.98 for the first time; 20 ms later it is 02:00 again. In the future, because several
    # tests move to a day of 2026, on which a session that began long before would have ended.
    "hour-twice": Clock(just_before(2027, 10, 31, hour=1), "Europe/Berlin", 4),
}


# -- a plugin of pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clock", choices=CLOCKS, required=True, help="the clock under which each test begins")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that start other processes, and slow ones."""
    left_out = [
        item
        for item in items
        if OTHER_PROCESSES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("slow")
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with time_machine.travel(CLOCKS[item.config.getoption("clock")].destination):
        return (yield)


# -- a program


def run_all() -> int:
    """Run the tests under every clock, and print the clocks under which they failed."""
    failed = [name for name, clock in CLOCKS.items() if not run(name, clock)]
    print(f"{len(CLOCKS) - len(failed)} of {len(CLOCKS)} clocks passed. {' '.join(failed)}".rstrip())
    return 1 if failed else 0


def run(name: str, clock: Clock) -> bool:
    print(f"--- {name}: {clock.destination:%Y-%m-%d %H:%M:%S} in {clock.zone}, seed {clock.seed}", flush=True)
    shift = clock.destination - datetime.now(UTC)
    environment = os.environ | {"TZ": clock.zone, "CLOCK_SHIFT_MILLISECONDS": f"{shift.total_seconds() * 1000:.0f}"}
    node = [*NODE, "--import", "./tests/js/clock.js", "--test", "--test-reporter=dot", "tests/js/**/*.test.js"]
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "tests.clocks", f"--clock={name}"]
    tests += [f"--randomly-seed={clock.seed}", "--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal"]
    commands = [node, [*tests, *sys.argv[1:]]]
    failures = [subprocess.run(command, cwd=ROOT, env=environment).returncode for command in commands]
    return not any(failures)


if __name__ == "__main__":
    sys.exit(run_all())
