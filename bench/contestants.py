"""The contestants: Hubbub and other servers, each a real program of its own ecosystem, started fresh."""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench import dialects, hubbub, toolchain
from bench.clients import Clients
from bench.load import LoadFailed
from bench.server import Server, running
from tests.services.folders import make_folder, remove_folder
from tests.services.ports import free_port
from tests.services.redis import start_redis


@dataclass(frozen=True)
class Target:
    """A running contestant: its address, its processes, and its protocol."""

    ports: list[int]
    pids: list[int]
    dialect: dialects.Dialect
    folder: Path  # with its output, in files named log or server-N.log
    keeps_order: bool = False  # it promises one order of a room's posts for all connections

    @property
    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*log")))


@dataclass(frozen=True)
class Contestant:
    name: str
    label: str
    stores: bool
    launch: Callable[[Clients], AbstractContextManager[Target]]

    @contextlib.contextmanager
    def start(self, clients: Clients) -> Iterator[Target]:
        """Run it for these clients, fresh. Adds its name and its output to a LoadFailed."""
        with self.launch(clients) as target:
            try:
                yield target
            except LoadFailed as error:
                raise LoadFailed(f"{self.label}: {error}\n{target.log[-3000:]}".strip()) from error


@contextlib.contextmanager
def peer(make_command: Callable[[int], list], dialect: dialects.Dialect, **environment: str) -> Iterator[Target]:
    """Start a program that gets its port as an argument."""
    folder, port = make_folder("bench-peer"), free_port()
    variables = os.environ | {name: value.format(folder=folder) for name, value in environment.items()}
    server = Server(make_command(port), port, log=folder / "log", environment=variables)
    try:
        with running(server):
            yield Target([port], server.pids, dialect, folder)
    finally:
        remove_folder(folder)


def node(program: str, dialect: dialects.Dialect) -> AbstractContextManager[Target]:
    toolchain.install_node_peers()
    command = [toolchain.node(), toolchain.NODE_PEERS / program]
    return peer(lambda port: [*command, str(port)], dialect, NODE_ENV="production")


def floor() -> AbstractContextManager[Target]:
    return peer(lambda port: [toolchain.floor(), str(port)], dialects.Dialect())


def tutorial(**environment: str) -> AbstractContextManager[Target]:
    return peer(
        lambda port: hubbub.daphne("bench.peers.tutorial.asgi:application", port),
        dialects.Tutorial(),
        DJANGO_SETTINGS_MODULE="bench.peers.tutorial.settings",
        **environment,
    )


@contextlib.contextmanager
def tutorial_with_redis() -> Iterator[Target]:
    redis = start_redis()
    try:
        with tutorial(REDIS=redis.url) as target:
            yield target
    finally:
        redis.close()


@contextlib.contextmanager
def ours(clients: Clients, make_site=hubbub.site, **options) -> Iterator[Target]:
    with make_site(clients, **options) as site:
        yield Target(site.ports, site.pids, site.dialect, site.folder, keeps_order=True)


def for_any_clients(start: Callable[..., AbstractContextManager[Target]], *arguments, **named):
    """Return a launcher for a program that does not need to know its clients."""
    return lambda _clients: start(*arguments, **named)


def hubbub_of(tree: Path) -> Contestant:
    """Return Hubbub of another working tree as a contestant, to compare this one with it."""
    return Contestant("hubbub-other", "Hubbub, other tree", True, functools.partial(ours, tree=tree))


HUBBUB = Contestant("hubbub", "Hubbub", True, ours)
HUBBUB_DAPHNE = Contestant("hubbub-daphne", "Hubbub on Daphne", True, functools.partial(ours, server="daphne"))
SOCKETIO = Contestant("socketio", "Socket.IO 4 rooms", False, for_any_clients(node, "socketio.js", dialects.SocketIO()))
SOCKETIO_NO_ACKS = Contestant(
    "socketio-no-acks",
    "Socket.IO, no acks",
    False,
    for_any_clients(node, "socketio.js", dialects.SocketIOWithoutAcknowledgements()),
)
WS = Contestant("ws", "ws broadcast", False, for_any_clients(node, "ws.js", dialects.Dialect()))
FLOOR = Contestant("floor", "C, one send() each", False, for_any_clients(floor))
TUTORIAL = Contestant("tutorial", "Channels tutorial", False, for_any_clients(tutorial))
TUTORIAL_REDIS = Contestant("tutorial-redis", "… with channels_redis", False, for_any_clients(tutorial_with_redis))
TUTORIAL_ORM = Contestant(
    "tutorial-orm", "… with a row a message", True, for_any_clients(tutorial, DATABASE="{folder}/chat.sqlite3")
)
HUBBUB_POSTGRES, HUBBUB_TWO = (
    Contestant(name, label, True, functools.partial(ours, make_site=hubbub.large_site, processes=processes))
    for name, label, processes in (
        ("hubbub-one", "Hubbub, PostgreSQL, 1 process", 1),
        ("hubbub-two", "Hubbub, PostgreSQL, 2 processes", 2),
    )
)
SLOW = (HUBBUB_DAPHNE, TUTORIAL, TUTORIAL_REDIS, TUTORIAL_ORM)  # measured only with a few posts in flight
ALL = (HUBBUB, HUBBUB_DAPHNE, SOCKETIO, SOCKETIO_NO_ACKS, WS, FLOOR, TUTORIAL, TUTORIAL_REDIS, TUTORIAL_ORM)
