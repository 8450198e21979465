"""Sites that many tests share, one after the other: starting one costs more than most of them."""

import json

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from chat.models import Message, Room
from notifications.models import Announcement, Stream
from tests.services.databases import Templates
from tests.services.site import Site


class StandingSites:
    """One of each kind, started when it is first asked for. For tests that leave its servers in peace."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._sites: dict[str, Site] = {}

    def get(self, **options) -> Site:
        """Return a site with these options, emptied, its log too."""
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
    """Empty a site. Numbers are not given out again, so nothing that the server remembers meets somebody new."""
    Message.objects.all().delete()
    Room.objects.all().delete()
    get_user_model().objects.all().delete()
    Stream.objects.all().delete()
    Announcement.objects.all().delete()
    Session.objects.all().delete()
