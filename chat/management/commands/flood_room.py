import time

from django.core.management.base import BaseCommand, CommandError

from chat.models import Room
from chat.services.bulk_messages import flood
from realtime.shared.errors import Invalid


class Command(BaseCommand):
    help = "Fill a room with messages by its members, to see how the site copes with a large room. The messages stay."

    def add_arguments(self, parser) -> None:
        parser.add_argument("room", type=int, help="the number in the room's URL: /rooms/42/")
        parser.add_argument("--messages", type=int, default=1_000_000)

    def handle(self, *args, room: int, messages: int, verbosity: int, **options) -> None:
        if messages < 1:
            raise CommandError("--messages must be a number above 0.")
        try:
            found = Room.objects.get(pk=room)
        except Room.DoesNotExist:
            raise CommandError(f"There is no room {room}. Use the number in the room's URL: /rooms/42/.") from None
        begun = time.monotonic()
        try:
            for written in flood(found, messages):
                if verbosity and self.stdout.isatty():
                    self.stdout.write(f"\r{written:,} of {messages:,}", ending="")
        except Invalid as error:
            raise CommandError(str(error)) from None
        if verbosity:
            start = "\r" if self.stdout.isatty() else ""
            took = time.monotonic() - begun
            self.stdout.write(f"{start}Wrote {messages:,} messages to {found} in {took:.0f} s.")
