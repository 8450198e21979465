"""What chat tells people of, beside what they see in the rooms."""

from notifications.kinds import Kind

LIVE = frozenset({"app", "push"})

MENTION = Kind("mention", "Mentions of you", "at-sign")
DIRECT_MESSAGE = Kind("direct_message", "Direct messages", "message-circle")
INVITATION = Kind("invitation", "Invitations to rooms", "user-plus")
ANNOUNCEMENT = Kind("room_announcement", "Messages to everybody in a room", "megaphone")
KEYWORD = Kind("keyword", "Messages with your keywords", "whole-word", LIVE)
MESSAGE = Kind("room_message", "Rooms of which you want everything", "hash", LIVE, ambient=True)

# All can be switched off: whose attention it is decides. An operator may lock some (KindDefault).
KINDS = (MENTION, DIRECT_MESSAGE, INVITATION, ANNOUNCEMENT, KEYWORD, MESSAGE)
