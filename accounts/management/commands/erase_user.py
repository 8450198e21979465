from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.erasure import continue_erasure, erase_account
from accounts.models import User


class Command(BaseCommand):
    help = "Erase an account permanently: erase_user ada --with-messages"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--with-messages", action="store_true", help="also delete all messages of the account")

    def handle(self, *, username: str, with_messages: bool, **_: object) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        continue_erasure(erase_account(user, with_messages=with_messages).pk)
        self.stdout.write(f"Erased. The username of the account is now {user.username!r}.")
