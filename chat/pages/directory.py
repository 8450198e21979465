"""The search for rooms and people, a page at a time."""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from accounts.names.folded_text import fold_for_search
from chat.models import Membership, Message, Room
from realtime.shared.cursors import make_cursor, read_cursor

ROOMS_A_PAGE = 30
MEMBERS_A_PAGE = 50


class DirectoryPage(NamedTuple):
    """A page of rows, and the cursor of the next page, or None."""

    rows: list
    next: str | None
    is_first: bool


def page_after(listing: str, rows: QuerySet, key: Expression | F, cursor: str | None, size: int) -> DirectoryPage:
    """Return `size` rows in the order of `key` after the cursor; the first rows if the cursor is not of this listing.

    By keyset, so the last page costs as much as the first. The cursor contains the key of the last row that was shown.
    If it were only an id that the database looks up, clients could send any id, and learn the name of its row, letter
    by letter, from where the page begins.
    """
    rows = rows.annotate(sort_key=key).order_by("sort_key", "pk")
    edge = read_cursor(listing, cursor)
    if edge:
        name, pk = edge
        rows = rows.filter(Q(sort_key__gt=name) | Q(sort_key=name, pk__gt=pk))
    found = list(rows[: size + 1])
    shown = found[:size]
    more = make_cursor(listing, shown[-1].sort_key, shown[-1].pk) if len(found) > size else None
    return DirectoryPage(shown, more, is_first=edge is None)


def find_rooms(user, query: str = "", *, archived: bool = False, after: str | None = None) -> DirectoryPage:
    """Return public rooms by name, each with `people`, `joined` and `last_posted_at`. Three queries at most."""
    rooms = named(Room.objects.filter(kind=Room.Kind.PUBLIC, archived_at__isnull=not archived), query)
    page = page_after("rooms", rooms, F("folded_name"), after, ROOMS_A_PAGE)
    # In a query of their own: a database may compute such columns for all rows before it sorts them.
    facts = {room.pk: room for room in with_facts(Room.objects.filter(pk__in=[room.pk for room in page.rows]), user)}
    return page._replace(rows=[facts[room.pk] for room in page.rows if room.pk in facts])


def find_visible_rooms(user, query: str) -> QuerySet[Room]:
    """Return the rooms of that name that `user` may see, private ones of theirs among them, with their facts."""
    rooms = named(Room.objects.visible_to(user).exclude(kind=Room.Kind.DIRECT), query)
    return with_facts(rooms, user).order_by("folded_name")


def joinable_rooms(user, query: str) -> QuerySet[Room]:
    """Return the public rooms that match `query` and that `user` is not in."""
    own = Membership.objects.filter(user=user, active=True).values("room")
    rooms = named(Room.objects.filter(kind=Room.Kind.PUBLIC, archived_at=None), query)
    return rooms.exclude(pk__in=own).order_by("folded_name")


def named(rooms: QuerySet[Room], query: str) -> QuerySet[Room]:
    """Keep the rooms with all the words of `query` in their name or topic."""
    for word in query.split():
        rooms = rooms.filter(search_text__contains=fold_for_search(word))
    return rooms


def with_facts(rooms: QuerySet[Room], user) -> QuerySet[Room]:
    members = Membership.objects.filter(room=OuterRef("pk"), active=True).order_by()
    words = Message.objects.filter(room=OuterRef("pk"), kind=Message.Kind.TEXT, deleted_at=None)
    return rooms.annotate(
        people=Coalesce(Subquery(members.values("room").annotate(number=Count("pk")).values("number")), 0),
        joined=Exists(members.filter(user=user)),
        last_posted_at=Subquery(words.order_by("-posted_seq").values("created_at")[:1]),
    )


def find_people(query: str, *, outside: Room | None = None, inside: Room | None = None) -> QuerySet:
    """Return the active users with all words of `query` in their names: those `outside` a room, or `inside` one."""
    people = get_user_model().objects.filter(is_active=True)
    for word in query.removeprefix("@").split():
        people = people.filter(search_text__contains=fold_for_search(word))
    if outside is not None:
        people = people.exclude(pk__in=Membership.objects.filter(room=outside, active=True).values("user"))
    if inside is not None:
        people = people.filter(pk__in=Membership.objects.filter(room=inside, active=True).values("user"))
    return people.order_by(shown_name(), "pk")


def find_member_page(room: Room, query: str = "", *, after: str | None = None) -> DirectoryPage:
    """Return the members of a room by name, their users loaded. Two queries at most."""
    members = Membership.objects.filter(room=room, active=True).select_related("user")
    for word in query.removeprefix("@").split():
        members = members.filter(user__search_text__contains=fold_for_search(word))
    return page_after(f"members.{room.pk}", members, shown_name("user__"), after, MEMBERS_A_PAGE)


def shown_name(path: str = "") -> Expression:
    """Return the name that others see, as an expression to sort by."""
    return Lower(Coalesce(NullIf(f"{path}display_name", Value("")), f"{path}username"))
