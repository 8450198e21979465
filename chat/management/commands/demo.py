from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.demo.cast import PASSWORD
from chat.demo.play import play_demo


class Command(BaseCommand):
    help = "Fill an empty site with a demo: eight people and a week of their messages. To run it again changes nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Also on a site that is not a trial, though the password is public."
        )

    def handle(self, *args, force: bool, verbosity: int, **options) -> None:
        if not (settings.DEBUG or settings.TRIAL) and not force:
            raise CommandError("The password of the demo's users is public. Set TRIAL=1, or use --force.")
        if play_demo():
            result = f"The demo is ready. Sign in as ada or bob with the password {PASSWORD}."
        else:
            result = "Nothing was changed: the demo, or a user with one of its usernames, exists already."
        if verbosity:
            self.stdout.write(result)
