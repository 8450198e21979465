"""The admin of rooms, memberships, messages and invitation links. Changes go through the services, which publish."""

from chat.admin.invitation_links import InvitationLinkAdmin
from chat.admin.memberships import MembershipAdmin
from chat.admin.messages import MessageAdmin
from chat.admin.rooms import RoomAdmin

__all__ = ["InvitationLinkAdmin", "MembershipAdmin", "MessageAdmin", "RoomAdmin"]
