from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from notifications.streams.news import publish_to_stream


class Command(BaseCommand):
    help = "Notify the subscribers of a stream: notify deploys 'v2.4.0 is live' --url /rooms/7/"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stream", help="the stream's slug, as in the URL of its page")
        parser.add_argument("text", nargs="?", default="", help="the title; the same as --title")
        parser.add_argument("--title", default="")
        parser.add_argument("--body", default="", help="a second line")
        parser.add_argument("--url", default="", help="its link: a path of this site or an http(s) address")
        parser.add_argument("--key", help="your own id for it: published once, however often the command runs")

    def handle(self, *, stream: str, text: str, title: str, body: str, url: str, key: str | None, **_: object) -> None:
        if text and title:
            raise CommandError("Give either the text or --title, not both.")
        try:
            reached = publish_to_stream(stream, text or title, body, url, key)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Notified {reached} {'person' if reached == 1 else 'people'}.")
