"""A room with a million messages beside one with a thousand: opening, paging and catching up."""

import functools
import http.client
import json
import time
from collections.abc import Callable, Iterator
from statistics import median

from websockets.sync.client import connect

from bench.clients import Clients
from bench.contestants import Contestant, Target
from bench.hubbub import MANAGE, environment, filled, run
from bench.plan import Plan
from bench.server import ROOT

CLIENTS = Clients(20, rooms=2, each=2)
SMALL = 1000
CAUGHT_UP = 500


@functools.cache
def flood(messages: int) -> None:
    """Write the messages into the database from which every site of these clients starts."""
    template, people = filled(CLIENTS, ROOT)
    for room, count in zip(people["rooms"], (SMALL, messages), strict=True):
        run([*MANAGE, "flood_room", str(room), "--messages", str(count)], environment(template.parent))


def measure(plan: Plan, contestant: Contestant) -> Iterator[tuple[str, dict[str, float]]]:
    flood(plan.messages)
    with contestant.start(CLIENTS) as target:
        sizes = dict(zip((SMALL, plan.messages), target.dialect.rooms, strict=True))
        visitors = {size: Visitor(target, room) for size, room in sizes.items()}
        seconds: dict[int, dict[str, list[float]]] = {size: {} for size in sizes}
        for _ in range(plan.requests):
            for size, visitor in visitors.items():
                for name, ask in visitor.questions():
                    seconds[size].setdefault(name, []).append(timed(ask))
    for size, found in seconds.items():
        case = f"{'small' if size == SMALL else 'large'}: {size:,} messages"
        # The first request of each kind fills the caches for the others, and is left out.
        yield case, {name: median(each[1:]) * 1000 for name, each in found.items()}


def timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Visitor:
    """A person with a browser who opens one room."""

    def __init__(self, target: Target, room: int) -> None:
        self.port, self.room = target.ports[0], room
        self.cookie = f"sessionid={target.dialect.sessions[0]}"
        self.http = http.client.HTTPConnection("127.0.0.1", self.port)
        self.head = json.loads(self.get(f"/rooms/{room}/messages.json?limit=1"))["seq"]

    def questions(self) -> list[tuple[str, Callable[[], None]]]:
        return [("open_ms", self.open), ("middle_ms", self.page_to_middle), ("catch_up_ms", self.catch_up)]

    def get(self, path: str) -> bytes:
        self.http.request("GET", path, headers={"Host": f"localhost:{self.port}", "Cookie": self.cookie})
        response = self.http.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with status {response.status}.")
        return body

    def open(self) -> None:
        """Load the page of the room."""
        self.get(f"/rooms/{self.room}/")

    def page_to_middle(self) -> None:
        page = json.loads(self.get(f"/rooms/{self.room}/messages.json?around={self.head // 2}"))
        if not page["messages"]:
            raise RuntimeError("The middle of the room is empty.")

    def catch_up(self) -> None:
        """Reconnect after 500 messages: from the connect to the reply."""
        origin = f"http://localhost:{self.port}"
        address = f"ws://localhost:{self.port}/ws/"
        headers = {"Cookie": self.cookie}
        with connect(address, origin=origin, additional_headers=headers, compression=None, proxy=None) as connection:
            hello = json.loads(connection.recv().split("\n")[0])
            topics = {f"room.{self.room}": self.head - CAUGHT_UP}
            ask = {"ref": 1, "type": "subscribe", "data": {"epoch": hello["data"]["epoch"], "topics": topics}}
            connection.send(json.dumps(ask))
            came = 0
            while True:
                for line in connection.recv().split("\n"):
                    came += '"type":"message"' in line
                    if '"ref":1,' in line:
                        if came != CAUGHT_UP:
                            raise RuntimeError(f"{came} messages came, {CAUGHT_UP} were missed: {line[:200]}")
                        return
