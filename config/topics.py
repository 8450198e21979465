"""The registration of all apps' topics. The only module that knows them all."""

from accounts.topics import PersonTopic
from chat.topics import RoomTopic, person_rooms_missed
from notifications.inbox.missed import notifications_missed
from notifications.streams.topics import SiteTopic, StreamTopic
from realtime.engine import topics
from realtime.engine.connections_topic import ConnectionsTopic


def register_topics() -> None:
    """Register every topic with the engine, and with a user's own topic the functions that read its missed events."""
    PersonTopic.parts = [person_rooms_missed, notifications_missed]
    topics.register(PersonTopic, RoomTopic, ConnectionsTopic, StreamTopic, SiteTopic)
