"""What rooms are told of the people in them."""

from django.db import transaction

from chat.models import Membership
from chat.services.members import replace_owner
from chat.states.events import event_of, room_feed
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, next_values


@transaction.atomic
def tell_profile(user) -> None:
    """Tell all rooms of a person how they are now; also those they left, where their words stand.

    Rooms that only a deactivated user owned get another owner.

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
        replace_owner(user)
