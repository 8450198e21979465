"""Who is here: leases, told rarely.

Each process knows the people of its own links, and says so to the others of a topic when it changes and
again every third of a lease. A process that is not heard of for a whole lease has nobody here any more.
"""

from realtime.conf import limits
from realtime.connection import Connection
from realtime.events import Event
from realtime.hub import Hub
from realtime.topic_ids import UserKey, pack_user_key, unpack_user_key
from realtime.topics import find

# "quiet" is "do not disturb": it holds for the person, whatever their other connections say.
RANK = {"offline": 0, "away": 1, "online": 2, "quiet": 3}

type People = dict[UserKey, str]


class Presence:
    """The people of each topic: here, elsewhere, and as they were last told."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._changed: set[str] = set()
        self._told: dict[str, People] = {}
        self._here: dict[str, People] = {}
        self._elsewhere: dict[str, dict[str, tuple[float, People]]] = {}
        self._renew_at: dict[str, float] = {}

    def joined(self, session: Connection, name: str) -> None:
        """Show a new listener who is here; the others hear of it within a second."""
        if not find(name).presence:
            return
        if name not in self._here:
            self._here[name] = {}
            self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "ask": True})
        here = self._told.get(name, {}) | {session.user_id: session.state}
        session.write(self._event(name, here, everybody=True).line)
        self.changed(name)

    def changed(self, name: str) -> None:
        if name in self._here:
            self._changed.add(name)

    def forget(self, name: str) -> None:
        """Nobody here listens to this topic any more."""
        if self._here.pop(name, None) is not None:
            self._say(name, {})
        for kept in (self._told, self._elsewhere, self._renew_at):
            kept.pop(name, None)
        self._changed.discard(name)

    def hear(self, message: dict) -> None:
        """Take what another process says of a topic."""
        name = message["topic"]
        if name not in self._here:
            return
        if message.get("ask"):
            self._say(name, self._here[name])
            return
        people = {unpack_user_key(user_id): state for user_id, state in message["people"].items()}
        self._elsewhere.setdefault(name, {})[message["from"]] = (self._hub.loop.time(), people)
        self._changed.add(name)

    def tick(self) -> None:
        """Tell what has changed: at most one frame a topic, however much it was. Called every second."""
        now = self._hub.loop.time()
        for name, processes in self._elsewhere.items():
            for process, (heard_at, _) in list(processes.items()):
                if now - heard_at > limits.PRESENCE_LEASE_SECONDS:
                    del processes[process]
                    self._changed.add(name)
        if not self._hub.bus.alone:
            self._changed.update(name for name in self._here if now >= self._renew_at.get(name, 0))
        changed, self._changed = self._changed, set()
        for name in changed:
            self._tell(name, now)

    def _tell(self, name: str, now: float) -> None:
        feed = self._hub.feeds.get(name)
        if feed is None:
            return
        here: People = {}
        for session in feed.connections():
            if name in session.topics:  # a joiner that nobody has admitted yet is not here
                _raise(here, session.user_id, session.state)
        if here != self._here.get(name) or now >= self._renew_at.get(name, 0):
            self._here[name] = here
            self._renew_at[name] = now + limits.PRESENCE_LEASE_SECONDS / 3
            self._say(name, here)
        everywhere = dict(here)
        for _, people in self._elsewhere.get(name, {}).values():
            for user_id, state in people.items():
                _raise(everywhere, user_id, state)
        told = self._told.get(name, {})
        news = {user_id: state for user_id, state in everywhere.items() if told.get(user_id) != state}
        news |= dict.fromkeys(told.keys() - everywhere.keys(), "offline")
        self._told[name] = everywhere
        if news:
            self._hub.take(self._event(name, news))

    def _say(self, name: str, people: People) -> None:
        said = {str(pack_user_key(user_id)): state for user_id, state in people.items()}
        self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "people": said})

    @staticmethod
    def _event(name: str, people: People, *, everybody: bool = False) -> Event:
        return Event(name, "presence", {"users": people, "all": everybody})


def _raise(people: People, user_id: UserKey, state: str) -> None:
    """Let a person's most present link speak for them."""
    if RANK[state] > RANK[people.get(user_id, "offline")]:
        people[user_id] = state
