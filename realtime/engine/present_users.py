"""The users of one topic, counted by connection: who is here, who elsewhere, and what was last told of them."""

from collections.abc import Callable, Iterable, Sequence

from realtime.engine.connection import Connection
from realtime.engine.frames import Frame
from realtime.shared.topic_ids import UserKey

type State = str

# "quiet" is "do not disturb": it holds for the person, whatever their other connections say.
RANK = {"offline": 0, "away": 1, "online": 2, "quiet": 3}


class PresentUsers:
    """A user's most present connection speaks for them. Adding one costs the same however many there are.

    `told`: the users as they were last told. `is_counted`: no connection has left or changed since they were counted.
    """

    def __init__(self) -> None:
        self.told: dict[UserKey, State] = {}
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
        """Return the users of this process."""
        return self._here

    def add(self, connection: Connection, state: State) -> None:
        """Count a connection. One that is counted already and has changed is counted when all are."""
        if connection in self._states:
            self.is_counted = self.is_counted and self._states[connection] == state
            return
        self._states[connection] = state
        if RANK[state] > RANK[self._here.get(connection.user_id, "offline")]:
            self._set_here(connection.user_id, state)

    def recount(self, connections: Iterable[tuple[Connection, State]]) -> None:
        """Count all connections anew; of those who are as they were nothing is told."""
        before, self._here = self._here, {}
        self._states = dict(connections)
        for connection, state in self._states.items():
            if RANK[state] > RANK[self._here.get(connection.user_id, "offline")]:
                self._here[connection.user_id] = state
        changed = {user_id for user_id, _ in before.items() ^ self._here.items()}
        self.has_changed_here = self.has_changed_here or bool(changed)
        self._dirty |= changed
        self.is_counted = True

    def hear(self, process: str, now: float, people: dict[UserKey, State]) -> None:
        """Take what another process says of its users."""
        _, before = self._elsewhere.get(process, (now, {}))
        self._elsewhere[process] = now, people
        self._dirty |= {user_id for user_id, _ in before.items() ^ people.items()}

    def forget_before(self, time: float) -> bool:
        """Forget the processes that were last heard before that, and say whether there were any."""
        late = [process for process, (heard_at, _) in self._elsewhere.items() if heard_at < time]
        for process in late:
            self._dirty |= self._elsewhere.pop(process)[1].keys()
        return bool(late)

    def find_state(self, user_id: UserKey) -> State:
        """Return a user's state, over all processes."""
        states = [people.get(user_id, "offline") for _, people in self._elsewhere.values()]
        return max([self._here.get(user_id, "offline"), *states], key=RANK.__getitem__)

    def take_news(self) -> dict[UserKey, State]:
        """Return the users who are not as they were told, as they are now; from now on they were told so."""
        news = {}
        for user_id in self._dirty:
            state = self.find_state(user_id)
            if state == self.told.get(user_id, "offline"):
                continue
            news[user_id] = state
            if state == "offline":
                del self.told[user_id]
            else:
                self.told[user_id] = state
        self._dirty = set()
        if news:
            self._snapshot = None
        return news

    def snapshot(self, encode: Callable[[dict[UserKey, State]], Sequence[Frame]]) -> Sequence[Frame]:
        """Return what was last told of all users, encoded once for everybody who joins before the next change."""
        if self._snapshot is None:
            self._snapshot = encode(self.told)
        return self._snapshot

    def _set_here(self, user_id: UserKey, state: State) -> None:
        self._here[user_id] = state
        self._dirty.add(user_id)
        self.has_changed_here = True
