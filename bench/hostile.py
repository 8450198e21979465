"""The effect of attacks: how slow the server becomes for others, and how much memory a hostile connection costs."""

import contextlib
import functools
import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import hubbub
from bench.attacks import ATTACKS
from bench.clients import Clients
from bench.contestants import Contestant, Target, ours
from bench.dialects import describe
from bench.goals import CALM
from bench.load import Load, LoadFailed
from bench.plan import Plan
from bench.server import ROOT, memory

PEOPLE = Clients(40, rooms=2, each=2)  # they post in the first room; the second has a history
ATTACKERS = 4
EVERYBODY = Clients(PEOPLE.connections + ATTACKERS, rooms=2, each=2)
PACE = 20  # posts a second: one in two seconds by each person, within the default limits
HISTORY = 2_000
WARM = 0.5


@functools.cache
def fill() -> int:
    """Write a history into the database from which every site starts, and return the head of its topic."""
    template, people = hubbub.filled(EVERYBODY, ROOT)
    variables = hubbub.environment(template.parent)
    hubbub.run([*hubbub.MANAGE, "flood_room", str(people["rooms"][1]), "--messages", str(HISTORY)], variables)
    ask = f"from chat.models import Message; print(Message.objects.filter(room={people['rooms'][1]}).latest('seq').seq)"
    output = hubbub.run([*hubbub.MANAGE, "shell", "-v0", "-c", ask], variables)
    return int(output.split()[-1])


def start(clients: Clients) -> contextlib.AbstractContextManager[Target]:
    """Serve with the default limits."""
    fill()
    return ours(clients, make_site=functools.partial(hubbub.site, is_limited=True))


HUBBUB = Contestant("hubbub", "Hubbub", True, start)


def measure(plan: Plan, contestant: Contestant) -> Iterator[tuple[str, dict[str, float]]]:
    for name in ATTACKS:
        with contestant.start(EVERYBODY) as target:
            watch(
                target, plan.attack_seconds / 2
            )  # so that the memory of the first posts is not attributed to the attack
            yield CALM + name, watch(target, plan.attack_seconds)
            yield name, watch(target, plan.attack_seconds, name)


def watch(target: Target, seconds: float, attack: str = "") -> dict[str, float]:
    """Let people post at a fixed rate, and watch the server's memory; meanwhile run an attack, if one is named."""
    lines = describe(target.dialect, PEOPLE, target.ports)
    with Load(lines, servers=target.pids, in_flight=0, rate=PACE, warm=WARM, seconds=seconds) as load:
        before = most = memory(target.pids, "Pss_Anon")
        with attacking(target, attack, WARM + seconds) as attackers:
            load.begin()
            end = time.monotonic() + WARM + seconds
            while time.monotonic() < end:
                time.sleep(0.1)
                most = max(most, memory(target.pids, "Pss_Anon"))
            counted = load.end()
            connections = finish(attackers)
    if "Traceback" in target.log:
        raise LoadFailed(f"{attack} left a traceback.")
    measures = counted.measures()
    per_connection = (most - before) / 2**20 / connections if connections else 0.0
    return {name: measures[name] for name in ("p50_ms", "p99_ms")} | {
        "max_ms": counted.max_ms,
        "mib_grown": (most - before) / 2**20,
        "mib_a_connection": per_connection,
    }


@contextlib.contextmanager
def attacking(target: Target, name: str, seconds: float) -> Iterator[subprocess.Popen | None]:
    if not name:
        yield None
        return
    room = f"room.{target.dialect.rooms[1]}"
    arguments = [
        name,
        str(target.ports[0]),
        str(seconds),
        room,
        str(fill()),
        *target.dialect.sessions[PEOPLE.connections :],
    ]
    # An attacker would have a machine of their own: here the attack gets only the processor time that is left over.
    command = ["nice", "-n", "19", sys.executable, "-m", "bench.attacks", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finish(attackers: subprocess.Popen | None) -> int:
    """Return how many hostile connections were open at the same time."""
    if attackers is None:
        return 0
    output, errors = attackers.communicate(timeout=30)
    if attackers.returncode:
        raise LoadFailed(f"The attack failed: {errors[-2000:]}")
    return json.loads(output)["most"]
