"""The tables of the chat.

Rooms, memberships, messages, mentions, attachments, link previews, reactions, invitation links.
"""

from chat.models.attachments import Attachment
from chat.models.invitation_links import InvitationLink
from chat.models.messages import Mention, Message
from chat.models.previews import FetchedPage, MessagePreview, PreviewImage, PreviewRequest
from chat.models.reactions import Reaction
from chat.models.rooms import Membership, Room

__all__ = [
    "Attachment",
    "FetchedPage",
    "InvitationLink",
    "Membership",
    "Mention",
    "Message",
    "MessagePreview",
    "PreviewImage",
    "PreviewRequest",
    "Reaction",
    "Room",
]
