"""The page that the service worker shows while the server cannot be reached. It is the same for all users."""

import hashlib
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from accounts.identity.languages import script_catalogue_path

# The files that the page needs. Their names contain their hashes, so a stored copy is never outdated.
FILES = (
    "hubbub/js/app.js",
    "hubbub/css/room-page.css",
    "hubbub/css/font.css",
    "hubbub/js/elements/file-tray.js",
    "hubbub/css/file-tray.css",
    "hubbub/vendor/inter/inter-latin.woff2",
    "hubbub/icons.svg",
)


@cache
def render_page(language: str) -> str:
    """Return the HTML of the page. It is made without a request, so it can contain nothing of a user."""
    with translation.override(language):
        return render_to_string("chat/offline.html", {"SITE_NAME": settings.SITE_NAME})


def describe_page() -> dict:
    """Return the page's URL, files and version in the current language (NOTIFICATIONS_OFFLINE_PAGE)."""
    return describe_in(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def describe_in(language: str) -> dict:
    """Return the description in a language. The version changes whenever the page or one of its files does."""
    with translation.override(language):
        catalogue = script_catalogue_path()
    files = [*(static(name) for name in FILES), *([catalogue] if catalogue else [])]
    version = hashlib.sha256("\n".join([render_page(language), *files]).encode()).hexdigest()[:16]
    query = {} if language == settings.LANGUAGE_CODE else {"language": language}
    return {"page": reverse("offline", query=query), "files": files, "version": version}
