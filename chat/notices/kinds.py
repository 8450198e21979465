"""What chat tells people of, beside what they see in the rooms."""

from notifications.kinds import Kind
from realtime.shared.texts import lazy_text as _

LIVE = frozenset({"app", "push"})

MENTION = Kind("mention", _("Mentions of you"), "at-sign")
DIRECT_MESSAGE = Kind("direct_message", _("Direct messages"), "message-circle")
INVITATION = Kind("invitation", _("Invitations to rooms"), "user-plus")
ANNOUNCEMENT = Kind("room_announcement", _("Messages to everybody in a room"), "megaphone")
KEYWORD = Kind("keyword", _("Messages with your keywords"), "whole-word", LIVE)
MESSAGE = Kind("room_message", _("Rooms of which you want everything"), "hash", LIVE, ambient=True)

# All can be switched off: whose attention it is decides. An operator may lock some (KindDefault).
KINDS = (MENTION, DIRECT_MESSAGE, INVITATION, ANNOUNCEMENT, KEYWORD, MESSAGE)
