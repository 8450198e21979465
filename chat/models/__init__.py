"""The tables of the chat: rooms, memberships, messages, mentions."""

from chat.models.messages import Mention, Message
from chat.models.rooms import Membership, Room

__all__ = ["Membership", "Mention", "Message", "Room"]
