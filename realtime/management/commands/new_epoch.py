"""manage.py new_epoch: give the database's history a new epoch after a backup was restored."""

import uuid

from django.core.management.base import BaseCommand

from realtime.models import Log


class Command(BaseCommand):
    help = "Give the database's history a new epoch, so that clients load their data anew. Then restart the server."

    def handle(self, **options) -> None:
        Log.objects.update(epoch=uuid.uuid4())
        self.stdout.write("The history has a new epoch. Restart the server now.")
