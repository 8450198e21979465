"""The services of the chat: the functions that change rooms, each in one transaction, and publish after its commit.

They raise the errors of realtime.shared.errors, and may be called from any thread that may wait for the database.
`by` and `user` are users: any objects with an `id` and a `name`.
`as_staff` is for the admin, whose users need not be members of the room.
"""

from chat.services.attachments import FileDraft
from chat.services.erasure import erase_from_rooms
from chat.services.invitation_links import (
    admits_newcomers,
    create_invitation_link,
    find_open_rooms,
    find_usable_link,
    join_by_link,
    open_rooms,
    return_use,
    revoke_invitation_link,
    take_use,
)
from chat.services.levels import set_level
from chat.services.members import find_successors, invite, join, leave, remove_member, set_role
from chat.services.message_drafts import Copy, MessageDraft, prepare
from chat.services.messages import delete_message, edit_message
from chat.services.new_messages import Posted, post_messages
from chat.services.previews import FoundPreview, remove_preview, store_previews
from chat.services.profiles import publish_profile
from chat.services.reactions import Reacted, ReactionDraft, set_reactions
from chat.services.read_positions import Reading, mark_read, mark_readings
from chat.services.rooms import archive, create_room, open_direct, restore, set_link_previews, update_room

__all__ = [
    "Copy",
    "FileDraft",
    "FoundPreview",
    "MessageDraft",
    "Posted",
    "Reacted",
    "ReactionDraft",
    "Reading",
    "admits_newcomers",
    "archive",
    "create_invitation_link",
    "create_room",
    "delete_message",
    "edit_message",
    "erase_from_rooms",
    "find_open_rooms",
    "find_successors",
    "find_usable_link",
    "invite",
    "join",
    "join_by_link",
    "leave",
    "mark_read",
    "mark_readings",
    "open_direct",
    "open_rooms",
    "post_messages",
    "prepare",
    "publish_profile",
    "remove_member",
    "remove_preview",
    "restore",
    "return_use",
    "revoke_invitation_link",
    "set_level",
    "set_link_previews",
    "set_reactions",
    "set_role",
    "store_previews",
    "take_use",
    "update_room",
]
