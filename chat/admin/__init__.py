"""Rooms, memberships and messages in Django's admin: it changes them through the services, so people hear of it."""

from chat.admin.memberships import MembershipAdmin
from chat.admin.messages import MessageAdmin
from chat.admin.rooms import RoomAdmin

__all__ = ["MembershipAdmin", "MessageAdmin", "RoomAdmin"]
