"""Sidebar entries: one user's view of each of their rooms, with the unread counts that the database has now.

The messages after `last_read_seq` are unread, except system lines, deleted messages and the user's own. A message that
mentions the user, by name or by @room, counts as one mention. Room, seq and counts come from one statement, so they
fit together: a client adds the messages after `seq` to the counts.

Counting stops at MOST_COUNTED, which stands for "as many or more": it takes no longer for a user who is far behind.
"""

from collections.abc import Iterable

from django.db.models import CharField, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.identity.people import person_data, user_topic
from chat.models import Membership, Mention, Message, Room
from chat.states.events import room_data
from notifications.models import GroupRule
from realtime.models import TopicHead
from realtime.shared.events import Event, moment

MOST_COUNTED = 1_000  # shown as "999+"; static/js/models/unread.js has the same number


class CountUpToMost(Subquery):
    """The number of rows of a query, at most MOST_COUNTED: there the database stops counting."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet) -> None:
        super().__init__(rows.order_by().values("pk")[:MOST_COUNTED], output_field=IntegerField())


def room_entries(user) -> list[dict]:
    """Return the entries of all rooms that the user is in, by name. Two queries, however many rooms."""
    return entries_of(Membership.objects.filter(user=user.id, active=True).order_by("room__name", "room_id"))


def room_entry(membership: Membership) -> dict:
    """Return the entry of one membership."""
    return entries_of(Membership.objects.filter(pk=membership.pk))[0]


def entries_of(memberships: QuerySet[Membership]) -> list[dict]:
    """Return the entries of these memberships, in their order. Two queries at most."""
    rows = list(memberships.select_related("room").annotate(**_counts()))
    people = _people_of_direct({row.room_id for row in rows if row.room.kind == Room.Kind.DIRECT})
    return [_entry(row, people.get(row.room_id, [])) for row in rows]


def entry_events(memberships: Iterable[Membership]) -> list[Event]:
    """Return an event with each membership's entry, for its user's topic, as of `person_seq`. Two queries at most."""
    rows = {row.pk: row for row in memberships}
    found = Membership.objects.filter(pk__in=rows).order_by("pk")
    return [
        Event(user_topic(rows[pk].user_id), "room", entry, seq=rows[pk].person_seq)
        for pk, entry in zip(sorted(rows), entries_of(found), strict=True)
    ]


def person_rooms_missed(user_id: int, after: int, limit: int) -> list[Event] | None:
    """Return the events of the user's entries that changed after the seq `after`; None if more than `limit` did."""
    changed = Membership.objects.filter(user=user_id, person_seq__gt=after).order_by("person_seq")
    rows = list(changed[: limit + 1])
    if len(rows) > limit:
        return None
    return sorted(entry_events(rows), key=lambda event: event.seq or 0)


def _counts() -> dict[str, object]:
    name = Concat(Value("room."), Cast(OuterRef("room_id"), CharField()))
    head = TopicHead.objects.filter(name=name).values("seq")
    texts = Message.objects.filter(room=OuterRef("room_id"), kind=Message.Kind.TEXT, deleted_at=None)
    unread = texts.filter(posted_seq__gt=OuterRef("last_read_seq")).exclude(author=OuterRef("user_id"))
    mentions = Mention.objects.filter(
        user=OuterRef("user_id"), room=OuterRef("room_id"), posted_seq__gt=OuterRef("last_read_seq")
    )
    by_name = Mention.objects.filter(user=OuterRef(OuterRef("user_id")), message=OuterRef("pk"))
    rule = GroupRule.objects.filter(user=OuterRef("user_id"), group=name)
    return {
        "head": Coalesce(Subquery(head), 0),
        "unread": CountUpToMost(unread),
        "personally": CountUpToMost(mentions),
        "by_everybody": CountUpToMost(unread.filter(~Exists(by_name), everybody=True)),
        "level": Coalesce(Subquery(rule.values("level")), Value(GroupRule.Level.MENTIONS)),
        "muted_until": Subquery(rule.values("muted_until")),
        "last_posted_at": Subquery(texts.order_by("-posted_seq").values("created_at")[:1]),
    }


def _people_of_direct(room_ids: set[int]) -> dict[int, list]:
    people: dict[int, list] = {}
    if room_ids:
        for row in Membership.objects.filter(room__in=room_ids).select_related("user").order_by("user_id"):
            people.setdefault(row.room_id, []).append(row.user)
    return people


def _entry(row: Membership, people: list) -> dict:
    if not row.active:
        return {"id": row.room_id, "active": False, "person_seq": row.person_seq}
    return room_data(row.room) | {
        "role": row.role,
        "active": True,
        "last_read_seq": row.last_read_seq,
        "level": row.level,
        "muted_until": moment(row.muted_until),
        "person_seq": row.person_seq,
        "seq": row.head,
        "unread": row.unread,
        "mentions": min(row.personally + row.by_everybody, MOST_COUNTED),
        "personal_mentions": row.personally,
        "people": [person_data(user) for user in people if user.pk != row.user_id],
        "last_posted_at": moment(row.last_posted_at),
    }
