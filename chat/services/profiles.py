"""A user's profile as their rooms see it."""

from django.db import transaction

from chat.models import Membership
from chat.services.members import replace_owner
from chat.states.events import event_of, room_topic
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, next_values


@transaction.atomic
def publish_profile(user) -> None:
    """Publish a user's changed profile to all their rooms, also to those they left, which still show their messages.

    Rooms whose only owner is deactivated get another owner.
    Locks the topics of all these rooms: call it before anything that locks a user's own topic.
    """
    lock(room_topic(room_id) for room_id in Membership.objects.filter(user=user.id).values_list("room_id", flat=True))
    memberships = list(Membership.objects.filter(user=user.id).order_by("room_id"))
    numbers = next_values({room_topic(membership.room_id): 1 for membership in memberships})
    for membership in memberships:
        membership.user = user
        membership.seq = numbers[room_topic(membership.room_id)][0]
    Membership.objects.bulk_update(memberships, ["seq"])
    publish([event_of(membership) for membership in memberships])
    if not user.is_active:
        replace_owner(user)
