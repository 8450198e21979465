"""Changes of rooms: create, rename, archive, and restore them."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.names.validators import is_visible
from chat.models import Membership, Room
from chat.permissions import require
from chat.services.acting_roles import find_acting_role
from chat.services.changes import Change
from chat.services.locked_rooms import find_people, locked_room
from chat.text.typed_text import one_line
from realtime.shared.database_errors import is_unique_violation
from realtime.shared.errors import Invalid
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

NAME_CHARACTERS = 80
TOPIC_CHARACTERS = 250
PEOPLE_IN_DIRECT = 8  # More people need a room with a name, which they can join and leave.


@transaction.atomic
def create_room(by, *, kind: str, name: str, topic: str = "") -> Room:
    """Create a public or private room with `by` as its owner.

    Raises Invalid if the name is empty, too long, or that of another public room.
    """
    if kind not in (Room.Kind.PUBLIC, Room.Kind.PRIVATE):
        raise Invalid(_("A room is public or private."))
    room = Room(kind=kind, name=clean_name(name), topic=clean_topic(topic))
    save_name(room)
    change = Change(room)
    change.line(by, "created")
    change.newcomer(Membership(room=room, user=by, role=Membership.Role.OWNER))
    change.room_itself()
    change.commit()
    return room


@transaction.atomic
def open_direct(by, users) -> Room:
    """Find or create the direct conversation of `by` and these users. The same people always have the same one.

    Raises Invalid for more than eight people, and NotFound if one of them is deactivated.
    """
    ids = sorted({by.id, *(user.id for user in users)})
    if len(ids) > PEOPLE_IN_DIRECT:
        raise Invalid(
            fill_lazy(
                _("A direct conversation has at most %(people_in_direct)s people. Create a private room instead."),
                people_in_direct=PEOPLE_IN_DIRECT,
            )
        )
    key = direct_key(ids)
    return Room.objects.filter(direct_key=key).first() or _create_direct(key, ids)


def direct_key(ids: Iterable[int]) -> str:
    """Return the key of the conversation of exactly these people: 3-17-42."""
    return "-".join(map(str, sorted(set(ids))))


def _create_direct(key: str, ids: list[int]) -> Room:
    people = find_people(ids)
    room = Room(kind=Room.Kind.DIRECT, direct_key=key)
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError:
        if found := Room.objects.filter(direct_key=key).first():  # Another one of them opened it at the same moment.
            return found
        raise
    change = Change(room)
    for person in people:
        change.newcomer(Membership(room=room, user=person))
    change.room_itself()
    change.commit()
    return room


@transaction.atomic
def update_room(room: Room, by, *, name: str | None = None, topic: str | None = None, as_staff: bool = False) -> Room:
    """Give a room another name, topic, or both. None changes nothing.

    Raises NotFound, Forbidden, Archived, or Invalid.
    """
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "rename")
    change = Change(room)
    if name is not None and (name := clean_name(name)) != room.name:
        room.name = name
        save_name(room)
        change.line(by, "renamed", text=name)
    if topic is not None and (topic := clean_topic(topic)) != room.topic:
        room.topic = topic
        change.line(by, "topic_set" if topic else "topic_cleared", text=topic)
    if change.rows:
        change.room_itself()
        change.commit()
    return room


@transaction.atomic
def set_link_previews(room: Room, by, *, on: bool, as_staff: bool = False) -> Room:
    """Switch the previews of links on or off in a room. What messages already show stays.

    Raises NotFound, Forbidden, or Archived.
    """
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "set_link_previews")
    if room.has_link_previews != on:
        room.link_previews = on
        room.save(update_fields=["link_previews"])
        change = Change(room)
        change.line(by, "previews_on" if on else "previews_off")
        change.commit()
    return room


@transaction.atomic
def archive(room: Room, by, *, as_staff: bool = False) -> Room:
    """Archive a room: it can be read, but not written in. Raises NotFound, Forbidden, or Archived."""
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "archive")
    room.archived_at = timezone.now()
    return _commit(room, by, "archived")


@transaction.atomic
def restore(room: Room, by, *, as_staff: bool = False) -> Room:
    """Restore an archived room. Raises NotFound or Forbidden."""
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "restore")
    room.archived_at = None
    return _commit(room, by, "restored")


def _commit(room: Room, by, action: str) -> Room:
    change = Change(room)
    change.line(by, action)
    change.room_itself()
    change.commit()
    return room


def save_name(room: Room) -> None:
    """Save a room. Raises Invalid if its name is taken; the transaction stays usable."""
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise Invalid(_("A public room with this name is already there.")) from error


def clean_name(name: str) -> str:
    """Return a room's name on one line, with single spaces. Raises Invalid."""
    name = one_line(name)
    if not is_visible(name):
        raise Invalid(_("Give the room a name."))
    if len(name) > NAME_CHARACTERS:
        raise Invalid(
            fill_lazy(_("A name has at most %(name_characters)s characters."), name_characters=NAME_CHARACTERS)
        )
    return name


def clean_topic(topic: str) -> str:
    """Return a room's topic on one line, with single spaces. Raises Invalid."""
    topic = one_line(topic)
    if len(topic) > TOPIC_CHARACTERS:
        raise Invalid(
            fill_lazy(_("A topic has at most %(topic_characters)s characters."), topic_characters=TOPIC_CHARACTERS)
        )
    return topic
