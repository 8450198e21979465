import time
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from chat import services
from chat.demo.bulk_texts import make_texts
from chat.models import Membership, Room
from chat.services.bulk_messages import flood, flood_rooms
from realtime.shared.errors import Invalid

MOST_MEMBERS = 20


class Command(BaseCommand):
    help = (
        "Fill a room with messages by its members, to see how the site copes with a large room. Or make many rooms and"
        " fill them with messages in several languages. The messages stay."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("room", type=int, nargs="?", help="the number in the room's URL: /rooms/42/")
        parser.add_argument("--rooms", type=int, help="make so many public rooms, for the first users, and fill them")
        parser.add_argument("--messages", type=int, default=1_000_000)

    def handle(self, *args, room: int | None, rooms: int | None, messages: int, verbosity: int, **options) -> None:
        if messages < 1:
            raise CommandError("--messages must be a number above 0.")
        if (room is None) == (rooms is None):
            raise CommandError("Name a room by its number, or use --rooms.")
        target, writing = fill_one(room, messages) if room is not None else fill_many(rooms or 0, messages)
        begun = time.monotonic()
        try:
            for written in writing:
                if verbosity and self.stdout.isatty():
                    self.stdout.write(f"\r{written:,} of {messages:,}", ending="")
        except Invalid as error:
            raise CommandError(str(error)) from None
        if verbosity:
            start = "\r" if self.stdout.isatty() else ""
            took = time.monotonic() - begun
            self.stdout.write(f"{start}Wrote {messages:,} messages to {target} in {took:.0f} s.")


def fill_one(room: int, messages: int) -> tuple[str, Iterator[int]]:
    try:
        found = Room.objects.get(pk=room)
    except Room.DoesNotExist:
        raise CommandError(f"There is no room {room}. Use the number in the room's URL: /rooms/42/.") from None
    return str(found), flood(found, messages)


def fill_many(rooms: int, messages: int) -> tuple[str, Iterator[int]]:
    if rooms < 1:
        raise CommandError("--rooms must be a number above 0.")
    people = list(get_user_model().objects.filter(is_active=True).order_by("pk")[:MOST_MEMBERS])
    if not people:
        raise CommandError("There is no user to write the messages.")
    made = [make_room(people) for _ in range(rooms)]
    return f"{rooms:,} rooms", flood_rooms(made, messages, make_texts(seed=0))


def make_room(people: list) -> Room:
    """Make a room for these people, without a line about each in it."""
    room = services.create_room(people[0], kind=Room.Kind.PUBLIC, name=f"flood {Room.objects.count() + 1}")
    Membership.objects.bulk_create([Membership(room=room, user=person) for person in people[1:]])
    return room
