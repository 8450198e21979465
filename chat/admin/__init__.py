"""Django's admin for rooms, memberships and messages. It changes them through the services, which publish events."""

from chat.admin.memberships import MembershipAdmin
from chat.admin.messages import MessageAdmin
from chat.admin.rooms import RoomAdmin

__all__ = ["MembershipAdmin", "MessageAdmin", "RoomAdmin"]
