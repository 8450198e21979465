import sys
import threading

from django.core.management.base import BaseCommand

from chat.search.indexer import follow_messages


class Command(BaseCommand):
    help = "Keep the search index up to date until standard input is closed. A server starts this by itself."

    def handle(self, *args, **options) -> None:
        stop = threading.Event()
        threading.Thread(target=set_at_end_of_input, args=[stop], daemon=True).start()
        follow_messages(stop)


def set_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
