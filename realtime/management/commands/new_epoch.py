"""manage.py new_epoch: after a backup was restored."""

import uuid

from django.core.management.base import BaseCommand

from realtime.models import Log


class Command(BaseCommand):
    help = "Name this history anew, so that clients with cursors of the lost one start over. Then restart the server."

    def handle(self, **options) -> None:
        Log.objects.update(epoch=uuid.uuid4())
        self.stdout.write("This history has a new name. Restart the server now.")
