"""The level and the mute that a user chooses for a room."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.identity.people import user_topic
from accounts.pages.local_time import known_zones
from chat.models import Membership
from chat.states.events import room_topic
from chat.states.sidebar_entries import entry_events
from notifications import services as notifications
from notifications.models import GroupRule
from notifications.rules.mute_durations import MUTINGS, find_unmuting
from notifications.rules.stored_rules import find_zone, group_levels
from notifications.services import Level
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, number_each
from realtime.shared.errors import Invalid, NotFound
from realtime.shared.texts import lazy_text as _

UNMUTED = "off"


@transaction.atomic
def set_level(room_id: int, user_id: int, level: str | None = None, mute: str | None = None, zone: str = "") -> Level:
    """Set a user's level and mute of a room. None leaves the value as it is.

    `mute`: a duration of MUTINGS, or "off". `zone`: the time zone in which tomorrow begins, by default the user's own.
    Raises NotFound for a room that the user is not in, and Invalid.
    """
    lock([room_topic(room_id)])  # A removal, which deletes the level, must come entirely before this or after it.
    zones = Membership.objects.filter(room=room_id, user=user_id, active=True).values_list("user__time_zone", flat=True)
    own_zone = zones.first()
    if own_zone is None:
        raise NotFound
    if level is not None and level not in GroupRule.Level.values:
        raise Invalid(_("Choose a level from the list."))
    if mute is not None and mute not in (UNMUTED, *MUTINGS):
        raise Invalid(_("Choose from the list for how long to mute the room."))
    group = room_topic(room_id)
    before = group_levels([user_id], [group]).get(user_id, {}).get(group, Level())
    now = timezone.localtime(timezone=find_zone(zone if zone in known_zones() else own_zone))
    until = find_unmuting(mute, now) if mute in MUTINGS else None if mute == UNMUTED else before.muted_until
    wanted = Level(level or before.level, until if until is not None and until > now else None)
    notifications.set_levels(user_id, {group: wanted})
    return wanted


def publish_levels(user_id: int, room_ids: Collection[int]) -> None:
    """Publish the user's levels of these rooms to all their tabs and devices."""
    topic = user_topic(user_id)
    lock([topic])
    memberships = list(Membership.objects.filter(user=user_id, room__in=room_ids, active=True).order_by("room_id"))
    for membership, seq in zip(memberships, number_each([topic] * len(memberships)), strict=True):
        membership.person_seq = seq
    Membership.objects.bulk_update(memberships, ["person_seq"])
    publish(entry_events(memberships))
