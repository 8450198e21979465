"""Sites that many tests share, one after the other, because starting a site takes longer than most of them."""

import json

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from chat.models import Message, Room
from files.models import StoredFile
from notifications.models import Announcement, Stream
from tests.services.databases import Templates
from tests.services.site import Site


class SharedSites:
    """One site for each set of options, started at first use. For tests that leave its servers running."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._sites: dict[str, Site] = {}

    def get(self, **options) -> Site:
        """Return a site with these options, with its data and its log emptied."""
        key = json.dumps(options, sort_keys=True)
        site = self._sites.get(key)
        if site is None:
            site = self._sites[key] = Site(self._templates, **options)
            site.start()
        else:
            site.database.run(clear)
            site.clear_logs()
        return site

    def close(self) -> None:
        for site in self._sites.values():
            site.close()


def clear() -> None:
    """Delete a site's data. Ids are not used again, so the servers' caches cannot apply to new rows."""
    Message.objects.all().delete()
    StoredFile.objects.all().delete()
    Room.objects.all().delete()
    StoredFile.objects.all().delete()
    get_user_model().objects.all().delete()
    Stream.objects.all().delete()
    Announcement.objects.all().delete()
    Session.objects.all().delete()
