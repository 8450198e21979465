"""What rooms are told of the people in them."""

from django.db import transaction
from django.utils.html import format_html

from chat.events import event_of, room_feed
from chat.models import Membership, Room
from chat.services.changes import Change
from chat.services.finding import locked_room
from chat.services.members import find_successors
from realtime.publish import publish
from realtime.sequences import lock, next_values


@transaction.atomic
def tell_profile(user) -> None:
    """Tell all rooms of a person how they are now; also those they left, where their words stand.

    Who was deactivated hands over the rooms that nobody else owns.

    Takes the locks of all these rooms: call it before anything that locks a person's own log.
    """
    lock(room_feed(room_id) for room_id in Membership.objects.filter(user=user.id).values_list("room_id", flat=True))
    memberships = list(Membership.objects.filter(user=user.id).order_by("room_id"))
    numbers = next_values({room_feed(membership.room_id): 1 for membership in memberships})
    for membership in memberships:
        membership.user = user
        membership.seq = numbers[room_feed(membership.room_id)][0]
    Membership.objects.bulk_update(memberships, ["seq"])
    publish([event_of(membership) for membership in memberships])
    if not user.is_active:
        hand_over(user)


def hand_over(user) -> None:
    """Give each room whose last owner was deactivated another one: a moderator, or who has been in it longest."""
    for membership in Membership.objects.filter(user=user.id, active=True, role=Membership.Role.OWNER).order_by(
        "room_id"
    ):
        room = locked_room(membership.room_id)
        successor = find_successors(membership).first()
        if successor is None or room.kind == Room.Kind.DIRECT:
            continue
        change = Change(room)
        successor.room, successor.role = room, Membership.Role.OWNER
        change.line(
            successor.user,
            format_html("{} is an owner now: the account of the last one was deactivated", successor.user.name),
        )
        change.member(successor)
        change.commit()
