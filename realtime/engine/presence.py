"""Who is here: leases, told rarely.

Each process knows the people of its own connections, and says so to the others of a topic when it changes and
again every third of a lease. A process that is not heard of for a whole lease has nobody here any more.

Who joins costs as much in a topic of thousands as in one of two: connections are counted for each user, and only the
users who changed are looked at again. What changed in a second is told over as many turns of the loop as it takes.
"""

from collections import deque

from realtime.conf import limits
from realtime.engine.connection import Connection
from realtime.engine.frames import frames_of
from realtime.engine.hub import Hub
from realtime.engine.present_users import PresentUsers, State
from realtime.engine.topics import find
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey, pack_user_key, unpack_user_key

# A turn of the loop tells at most so many connections, 2 to 5 ms with the writes, and then leaves it to the posts.
TOLD_A_TURN = 500
PAUSE_SECONDS = 0.005

type People = dict[UserKey, State]


class Presence:
    """The people of each topic: here, elsewhere, and as they were last told."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._topics: dict[str, PresentUsers] = {}
        self._changed: set[str] = set()
        self._queue: deque[str] = deque()  # the topics of which this second's changes are still to be told
        self._renew_at: dict[str, float] = {}
        self._renewals: deque[tuple[float, str]] = deque()  # the same, in their order; also those that were put off
        self._shared: set[str] = set()  # the topics of which another process has said who is there

    def joined(self, connection: Connection, name: str) -> None:
        """Show a new listener who is here; the others hear of it within a second."""
        if not find(name).presence:
            return
        users = self._topics.get(name)
        if users is None:
            users = self._topics[name] = PresentUsers()
            self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "ask": True})
        users.add(connection, connection.state)
        # The same frames for all who join before the next change; what they do not say yet of the user follows.
        frames = users.snapshot(lambda told: frames_of(self._event(name, told, everybody=True).line))
        state = users.find_state(connection.user_id)
        if users.told.get(connection.user_id) != state:
            frames = [*frames, *frames_of(self._event(name, {connection.user_id: state}).line)]
        connection.send(frames)
        self._changed.add(name)

    def changed(self, name: str) -> None:
        """Somebody has left or is in another state: count again, before it is told."""
        if name in self._topics:
            self._topics[name].is_counted = False
            self._changed.add(name)

    def forget(self, name: str) -> None:
        """Nobody here listens to this topic any more."""
        if self._topics.pop(name, None) is not None:
            self._say(name, {})
        self._renew_at.pop(name, None)
        self._shared.discard(name)
        self._changed.discard(name)

    def hear(self, message: dict) -> None:
        """Take what another process says of a topic."""
        name = message["topic"]
        users = self._topics.get(name)
        if users is None:
            return
        if message.get("ask"):
            self._say(name, users.here())
            return
        people = {unpack_user_key(user_id): state for user_id, state in message["people"].items()}
        users.hear(message["from"], self._hub.loop.time(), people)
        self._shared.add(name)
        self._changed.add(name)

    def tick(self) -> None:
        """Begin to tell what has changed: at most one frame a topic, however much it was. Called every second."""
        now = self._hub.loop.time()
        for name in self._shared:
            if self._topics[name].forget_before(now - limits.PRESENCE_LEASE_SECONDS):
                self._changed.add(name)
        while self._renewals and self._renewals[0][0] <= now:
            at, name = self._renewals.popleft()
            if self._renew_at.get(name) == at:
                self.changed(name)  # Who went without a word is gone after a third of a lease.
        is_idle = not self._queue
        waiting = set(self._queue)
        self._queue.extend(name for name in self._changed if name not in waiting)
        self._changed = set()
        if is_idle:
            self._tell_some()

    def _tell_some(self) -> None:
        """Tell of some topics in this turn of the loop, and of the others in later ones."""
        left = TOLD_A_TURN
        try:
            while self._queue and left > 0:
                left -= self._tell(self._queue.popleft())
        finally:
            if self._queue:
                self._hub.loop.call_later(PAUSE_SECONDS, self._tell_some)

    def _tell(self, name: str) -> int:
        """Tell what is new of a topic, and return how many connections that concerned."""
        feed, users = self._hub.feeds.get(name), self._topics.get(name)
        if feed is None or users is None:
            return 0
        if not users.is_counted:
            # A joiner that nobody has admitted yet is not here.
            users.recount((each, each.state) for each in feed.connections() if name in each.topics)
        now = self._hub.loop.time()
        if users.has_changed_here or now >= self._renew_at.get(name, 0):
            users.has_changed_here = False
            self._renew_at[name] = now + limits.PRESENCE_LEASE_SECONDS / 3
            self._renewals.append((self._renew_at[name], name))
            if not self._hub.bus.alone:
                self._say(name, users.here())
        if news := users.take_news():
            self._hub.take(self._event(name, news))
        return max(1, users.connections)

    def _say(self, name: str, people: People) -> None:
        said = {str(pack_user_key(user_id)): state for user_id, state in people.items()}
        self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "people": said})

    @staticmethod
    def _event(name: str, people: People, *, everybody: bool = False) -> Event:
        return Event(name, "presence", {"users": people, "all": everybody})
