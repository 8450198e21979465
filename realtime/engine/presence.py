"""The presence of users: who is online in each topic, over all processes.

Each process counts the users of its own connections, and sends them to the other processes of a topic when they
change, and again every third of a lease. A process that sends nothing for a whole lease is taken to have no users.

A user who joins costs as much in a topic of thousands as in one of two: connections are counted by user, and only
users that changed are compared again. The changes of a second are published over as many turns of the loop as they
take.
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

# At most so many connections in a turn of the loop, 2 to 5 ms with the writes, so that posts are not delayed.
CONNECTIONS_A_TURN = 500
PAUSE_SECONDS = 0.005

type People = dict[UserKey, State]


class Presence:
    """The users of each topic: in this process, in others, and as they were last published."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._topics: dict[str, PresentUsers] = {}
        self._changed: set[str] = set()
        self._queue: deque[str] = deque()  # topics whose changes of this second are still to be published
        self._renew_at: dict[str, float] = {}
        self._renewals: deque[tuple[float, str]] = deque()  # the same in order of time; may hold outdated times
        self._shared: set[str] = set()  # topics that have users in another process

    def joined(self, connection: Connection, name: str) -> None:
        """Send a new subscriber the users who are present; the other subscribers get the change within a second."""
        if not find(name).presence:
            return
        users = self._topics.get(name)
        if users is None:
            users = self._topics[name] = PresentUsers()
            self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "ask": True})
        users.add(connection, connection.state)
        # Joiners share the same frames until the next change; the joiner's own state, if not in them yet, follows.
        frames = users.snapshot(lambda published: frames_of(self._event(name, published, everybody=True).line))
        state = users.find_state(connection.user_id)
        if users.published.get(connection.user_id) != state:
            frames = [*frames, *frames_of(self._event(name, {connection.user_id: state}).line)]
        connection.hold(frames)  # for the reply to the subscription
        self._changed.add(name)

    def changed(self, name: str) -> None:
        """Note that a user may have left or changed state.

        Count the connections again before the next publication.
        """
        if name in self._topics:
            self._topics[name].is_counted = False
            self._changed.add(name)

    def forget(self, name: str) -> None:
        """Forget a topic that has no subscribers in this process any more, and tell the other processes."""
        if self._topics.pop(name, None) is not None:
            self._send_users(name, {})
        self._renew_at.pop(name, None)
        self._shared.discard(name)
        self._changed.discard(name)

    def receive(self, message: dict) -> None:
        """Handle a message from another process about the users of a topic."""
        name = message["topic"]
        users = self._topics.get(name)
        if users is None:
            return
        if message.get("ask"):
            self._send_users(name, users.here())
            return
        people = {unpack_user_key(user_id): state for user_id, state in message["people"].items()}
        users.take_others(message["from"], self._hub.loop.time(), people)
        self._shared.add(name)
        self._changed.add(name)

    def tick(self) -> None:
        """Begin to publish the changes: at most one event for each topic, however many there are.

        Called every second.
        """
        now = self._hub.loop.time()
        for name in self._shared:
            if self._topics[name].forget_before(now - limits.PRESENCE_LEASE_SECONDS):
                self._changed.add(name)
        while self._renewals and self._renewals[0][0] <= now:
            at, name = self._renewals.popleft()
            if self._renew_at.get(name) == at:
                self.changed(name)  # finds connections that ended unnoticed, after a third of a lease
        is_idle = not self._queue
        waiting = set(self._queue)
        self._queue.extend(name for name in self._changed if name not in waiting)
        self._changed = set()
        if is_idle:
            self._publish_some()

    def _publish_some(self) -> None:
        """Publish the changes of some topics in this turn of the loop, and the rest in later turns."""
        left = CONNECTIONS_A_TURN
        try:
            while self._queue and left > 0:
                left -= self._publish_topic(self._queue.popleft())
        finally:
            if self._queue:
                self._hub.loop.call_later(PAUSE_SECONDS, self._publish_some)

    def _publish_topic(self, name: str) -> int:
        """Publish the changes of a topic, and return how many connections it has, at least 1."""
        subscribers, users = self._hub.subscribers.get(name), self._topics.get(name)
        if subscribers is None or users is None:
            return 0
        if not users.is_counted:
            # A joiner that is not admitted yet does not count as present.
            users.recount((each, each.state) for each in subscribers.connections() if name in each.topics)
        now = self._hub.loop.time()
        if users.has_changed_here or now >= self._renew_at.get(name, 0):
            users.has_changed_here = False
            self._renew_at[name] = now + limits.PRESENCE_LEASE_SECONDS / 3
            self._renewals.append((self._renew_at[name], name))
            if not self._hub.bus.alone:
                self._send_users(name, users.here())
        if news := users.take_news():
            self._hub.take(self._event(name, news))
        return max(1, users.connections)

    def _send_users(self, name: str, people: People) -> None:
        states = {str(pack_user_key(user_id)): state for user_id, state in people.items()}
        self._hub.bus.send(name, {"type": "hub.presence", "from": self._hub.id, "topic": name, "people": states})

    @staticmethod
    def _event(name: str, people: People, *, everybody: bool = False) -> Event:
        return Event(name, "presence", {"users": people, "all": everybody})
