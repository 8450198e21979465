"""The page that the service worker shows while the server cannot be reached: the same for everybody."""

import hashlib
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

# What the page needs beside itself. They have their hash in their name, so what is kept of them is never old.
FILES = (
    "hubbub/js/app.js",
    "hubbub/css/room-page.css",
    "hubbub/css/font.css",
    "hubbub/vendor/inter/inter-latin.woff2",
    "hubbub/icons.svg",
)


@cache
def render_page() -> str:
    """Return its HTML. No request has a part in it: nothing of the person who asks can get in, nor their language."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("chat/offline.html", {"SITE_NAME": settings.SITE_NAME})


@cache
def describe_page() -> dict:
    """Return what the service worker keeps (NOTIFICATIONS_OFFLINE_PAGE). Whatever changes, the version does, too."""
    files = [static(name) for name in FILES]
    version = hashlib.sha256("\n".join([render_page(), *files]).encode()).hexdigest()[:16]
    return {"page": reverse("offline"), "files": files, "version": version}
