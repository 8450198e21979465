"""The page that the service worker shows while the server cannot be reached: in a language the same for everybody."""

import hashlib
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from accounts.identity.languages import script_catalogue_path

# What the page needs beside itself. They have their hash in their name, so what is kept of them is never old.
FILES = (
    "hubbub/js/app.js",
    "hubbub/css/room-page.css",
    "hubbub/css/font.css",
    "hubbub/vendor/inter/inter-latin.woff2",
    "hubbub/icons.svg",
)


@cache
def render_page(language: str) -> str:
    """Return its HTML. No request has a part in it: nothing of the person who asks can get in."""
    with translation.override(language):
        return render_to_string("chat/offline.html", {"SITE_NAME": settings.SITE_NAME})


def describe_page() -> dict:
    """Return what the service worker keeps (NOTIFICATIONS_OFFLINE_PAGE), in the language in use."""
    return describe_in(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def describe_in(language: str) -> dict:
    """Describe the page in a language. Whatever changes, the version does, too."""
    with translation.override(language):
        catalogue = script_catalogue_path()
    files = [*(static(name) for name in FILES), *([catalogue] if catalogue else [])]
    version = hashlib.sha256("\n".join([render_page(language), *files]).encode()).hexdigest()[:16]
    query = {} if language == settings.LANGUAGE_CODE else {"language": language}
    return {"page": reverse("offline", query=query), "files": files, "version": version}
