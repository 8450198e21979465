"""The tables of the chat: rooms, memberships, messages, mentions, attachments."""

from chat.models.attachments import Attachment
from chat.models.messages import Mention, Message
from chat.models.rooms import Membership, Room

__all__ = ["Attachment", "Membership", "Mention", "Message", "Room"]
