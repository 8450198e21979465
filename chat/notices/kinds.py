"""The kinds of notifications that the chat makes."""

from notifications.kinds import Kind
from realtime.shared.texts import lazy_text as _

LIVE = frozenset({"app", "push"})

MENTION = Kind("mention", _("Mentions of you"), "at-sign")
DIRECT_MESSAGE = Kind("direct_message", _("Direct messages"), "message-circle")
INVITATION = Kind("invitation", _("Invitations to rooms"), "user-plus")
ANNOUNCEMENT = Kind("room_announcement", _("Messages to everyone (@room)"), "megaphone")
KEYWORD = Kind("keyword", _("Messages with your keywords"), "whole-word", LIVE)
MESSAGE = Kind("room_message", _("Messages in rooms set to “All messages”"), "hash", LIVE, ambient=True)
REACTION = Kind("reaction", _("Reactions to your messages"), "smile", frozenset({"app"}), quiet=True)

# Each user can switch off each of them, unless an operator locks it (KindDefault).
KINDS = (MENTION, DIRECT_MESSAGE, INVITATION, ANNOUNCEMENT, KEYWORD, MESSAGE, REACTION)
