"""The tables of the chat: rooms, memberships, messages, mentions, attachments, link previews, reactions."""

from chat.models.attachments import Attachment
from chat.models.messages import Mention, Message
from chat.models.previews import FetchedPage, MessagePreview, PreviewImage, PreviewRequest
from chat.models.reactions import Reaction
from chat.models.rooms import Membership, Room

__all__ = [
    "Attachment",
    "FetchedPage",
    "Membership",
    "Mention",
    "Message",
    "MessagePreview",
    "PreviewImage",
    "PreviewRequest",
    "Reaction",
    "Room",
]
