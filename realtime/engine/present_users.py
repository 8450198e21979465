"""The users of one topic, counted by connection: in this process, in others, and as last published."""

from collections.abc import Callable, Iterable, Sequence

from realtime.engine.connection import Connection
from realtime.engine.frames import Frame
from realtime.shared.topic_ids import UserKey

type State = str

# "quiet" is "do not disturb": it holds for the user, whatever state the other connections have.
RANK = {"offline": 0, "away": 1, "online": 2, "quiet": 3}


class PresentUsers:
    """The presence of a topic's users; a user has the highest state of all connections.

    Adding one takes constant time. `published`: the states as last published. `is_counted`: no connection has left or
    changed since the last count.
    """

    def __init__(self) -> None:
        self.published: dict[UserKey, State] = {}
        self.is_counted = True
        self.has_changed_here = True
        self._states: dict[Connection, State] = {}
        self._here: dict[UserKey, State] = {}
        self._elsewhere: dict[str, tuple[float, dict[UserKey, State]]] = {}
        self._dirty: set[UserKey] = set()
        self._snapshot: Sequence[Frame] | None = None

    @property
    def connections(self) -> int:
        return len(self._states)

    def here(self) -> dict[UserKey, State]:
        """Return the users who have connections in this process."""
        return self._here

    def add(self, connection: Connection, state: State) -> None:
        """Count a connection. If it is counted already and has changed, mark that a recount is needed."""
        if connection in self._states:
            self.is_counted = self.is_counted and self._states[connection] == state
            return
        self._states[connection] = state
        if RANK[state] > RANK[self._here.get(connection.user_id, "offline")]:
            self._set_here(connection.user_id, state)

    def recount(self, connections: Iterable[tuple[Connection, State]]) -> None:
        """Count all connections again; users whose state did not change are not published again."""
        before, self._here = self._here, {}
        self._states = dict(connections)
        for connection, state in self._states.items():
            if RANK[state] > RANK[self._here.get(connection.user_id, "offline")]:
                self._here[connection.user_id] = state
        changed = {user_id for user_id, _ in before.items() ^ self._here.items()}
        self.has_changed_here = self.has_changed_here or bool(changed)
        self._dirty |= changed
        self.is_counted = True

    def take_others(self, process: str, now: float, people: dict[UserKey, State]) -> None:
        """Take the users of another process."""
        _, before = self._elsewhere.get(process, (now, {}))
        self._elsewhere[process] = now, people
        self._dirty |= {user_id for user_id, _ in before.items() ^ people.items()}

    def forget_before(self, time: float) -> bool:
        """Forget the processes that have sent nothing since that time, and return whether there were any."""
        late = [process for process, (received_at, _) in self._elsewhere.items() if received_at < time]
        for process in late:
            self._dirty |= self._elsewhere.pop(process)[1].keys()
        return bool(late)

    def find_state(self, user_id: UserKey) -> State:
        """Return a user's state, over all processes."""
        states = [people.get(user_id, "offline") for _, people in self._elsewhere.values()]
        return max([self._here.get(user_id, "offline"), *states], key=RANK.__getitem__)

    def take_news(self) -> dict[UserKey, State]:
        """Return the users whose state differs from the published one, and count their new states as published."""
        news = {}
        for user_id in self._dirty:
            state = self.find_state(user_id)
            if state == self.published.get(user_id, "offline"):
                continue
            news[user_id] = state
            if state == "offline":
                del self.published[user_id]
            else:
                self.published[user_id] = state
        self._dirty = set()
        if news:
            self._snapshot = None
        return news

    def snapshot(self, encode: Callable[[dict[UserKey, State]], Sequence[Frame]]) -> Sequence[Frame]:
        """Return the published states, encoded once for all connections that join before the next change."""
        if self._snapshot is None:
            self._snapshot = encode(self.published)
        return self._snapshot

    def _set_here(self, user_id: UserKey, state: State) -> None:
        self._here[user_id] = state
        self._dirty.add(user_id)
        self.has_changed_here = True
