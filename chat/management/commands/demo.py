from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.demo.cast import PASSWORD
from chat.demo.play import play_demo


class Command(BaseCommand):
    help = "Fill an empty site with a demo: eight people and what they said in a week. Changes nothing when run again."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Also on a site that is no trial: everybody knows its password."
        )

    def handle(self, *args, force: bool, verbosity: int, **options) -> None:
        if not (settings.DEBUG or settings.TRIAL) and not force:
            raise CommandError("The demo's password is known to everybody. It needs TRIAL=1 or --force.")
        if play_demo():
            said = f"The demo is there. Sign in as ada, bob or another; the password is {PASSWORD}."
        else:
            said = "The demo is there already, or people of its names are; nothing was changed."
        if verbosity:
            self.stdout.write(said)
