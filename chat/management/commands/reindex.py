import time

from django.core.management.base import BaseCommand

from chat.models import Message
from chat.search.indexing import rebuild


class Command(BaseCommand):
    help = (
        "Rebuild the search index from the messages, while people work. Search goes on with the old entries meanwhile."
    )

    def handle(self, *args, verbosity: int, **options) -> None:
        in_all = Message.objects.count()
        begun = time.monotonic()
        read = 0
        for read in rebuild():
            if verbosity and self.stdout.isatty():
                self.stdout.write(f"\r{draw_bar(read, in_all)} {read:,} of {in_all:,}", ending="")
        if verbosity:
            start = "\r" if self.stdout.isatty() else ""
            self.stdout.write(f"{start}Indexed {read:,} messages in {time.monotonic() - begun:.0f} s.".ljust(60))


def draw_bar(done: int, in_all: int, width: int = 30) -> str:
    filled = width * min(done, in_all) // max(in_all, 1)
    return f"[{'#' * filled}{'.' * (width - filled)}]"
