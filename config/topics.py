"""Which topics there are: prefix → class. The one place that knows every app's."""

from accounts.topics import PersonTopic
from chat.topics import RoomTopic, person_rooms_missed
from notifications.inbox.missed import notifications_missed
from notifications.streams.topics import SiteTopic, StreamTopic
from realtime.engine import topics
from realtime.engine.connections_topic import ConnectionsTopic


def register_topics() -> None:
    """Tell the engine of every topic, and a person's own topic of what each app puts on it."""
    PersonTopic.parts = [person_rooms_missed, notifications_missed]
    topics.register(PersonTopic, RoomTopic, ConnectionsTopic, StreamTopic, SiteTopic)
