"""The base class of topics and their registry; apps define their kinds (config/topics.py)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from realtime.conf import limits
from realtime.shared.errors import NotFound
from realtime.shared.events import Event
from realtime.shared.topic_ids import read_number, write_id


class Later(NamedTuple):
    """A reply that is sent later.

    `begin` is called once, with the function that takes the reply or the CommandError.
    """

    begin: Callable[[Callable[[Any], None]], None]


class CommandHandler(NamedTuple):
    """A method that answers a command, and the type of the command's data."""

    method: Callable[..., Awaitable[object]]
    data: type


def command(name: str, data: type) -> Callable[[Callable], Callable]:
    """Make a topic's method answer the command `name`: `async def method(self, connection, data) -> reply`.

    A reply is a dict, or `Later`: then the next frame is read before this command is answered.
    """

    def mark(method: Callable) -> Callable:
        method.answers = (name, data)  # type: ignore[attr-defined]
        return method

    return mark


class Topic:
    """A kind of topic: its permissions, its missed events, and its commands."""

    prefix: ClassVar[str]
    presence: ClassVar[bool] = False
    reads_many: ClassVar[bool] = False  # missed events are read by `missed_many` instead of `missed`
    commands: ClassVar[dict[str, CommandHandler]] = {}
    client_limits: ClassVar[Mapping[str, int]] = {}  # the limits of its commands, for `limits` in `hello`

    def __init__(self, id: Any) -> None:
        self.id = id
        self.name = self.name_of(id)

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.commands = dict(cls.commands)
        for method in vars(cls).values():
            if hasattr(method, "answers"):
                name, data = method.answers
                cls.commands[name] = CommandHandler(method, data)

    @classmethod
    def name_of(cls, id: Any) -> str:
        """Return the name of the topic with this id."""
        return f"{cls.prefix}.{write_id(id)}"

    @staticmethod
    def read_id(text: str) -> Any:
        """Return the id in a topic's name: a number, unless a kind overrides it. Raises ValueError."""
        return read_number(text)

    @classmethod
    def authorize(cls, pairs: set[tuple[Any, Any]]) -> set[tuple[Any, Any]]:
        """Return which (user id, topic id) may subscribe. Runs in a thread; one query for any number of pairs."""
        raise NotImplementedError

    @classmethod
    def count_elsewhere(cls, user_id: Any) -> None:
        """Count an event that this user caused in another process (`Event.by`), if the kind limits them."""

    def missed(self, after: int, limit: int) -> list[Event] | None:
        """Return every durable state with a seq above `after`, in order; None where they are more than `limit`.

        Runs in a thread. Where states may be long, read their lengths before the states: more than CATCH_UP_BYTES are
        never sent.
        """
        if not self.reads_many:
            raise NotImplementedError
        size = self.measure_missed({self.id: after}, limit)[self.id]
        if size is None or size > limits.CATCH_UP_BYTES:
            return None
        return self.missed_many({self.id: after}).get(self.id, []) if size else []

    @classmethod
    def measure_missed(cls, cursors: Mapping[Any, int], limit: int) -> dict[Any, int | None]:
        """Return how many characters the states above each cursor have ({topic id: seq}).

        None stands for more than `limit` states. For kinds with `reads_many`. Runs in a thread; a constant number of
        queries for any number of topics.
        """
        raise NotImplementedError

    @classmethod
    def missed_many(cls, cursors: Mapping[Any, int]) -> dict[Any, list[Event]]:
        """Return the states above each cursor, in order; a topic without any may be left out.

        They were measured before. For kinds with `reads_many`. Runs in a thread; a constant number of queries for any
        number of topics.
        """
        raise NotImplementedError


_kinds: dict[str, type[Topic]] = {}


def register(*kinds: type[Topic]) -> None:
    """Register kinds of topics under their prefixes."""
    _kinds.update({kind.prefix: kind for kind in kinds})


def client_limits() -> dict[str, int]:
    """Return the limits of all kinds that a client should know before it sends."""
    return {name: value for kind in _kinds.values() for name, value in kind.client_limits.items()}


def count_elsewhere(name: str, user_id: Any) -> None:
    """Count an event on this topic that this user caused in another process."""
    kind = _kinds.get(name.partition(".")[0])
    if kind is not None:
        kind.count_elsewhere(user_id)


def find(name: str) -> Topic:
    """Return the topic of this name, like "room.42". Raises NotFound where no kind accepts the name."""
    prefix, _, id = name.partition(".")
    kind = _kinds.get(prefix)
    if kind is None:
        raise NotFound
    try:
        return kind(kind.read_id(id))
    except ValueError:
        raise NotFound from None
