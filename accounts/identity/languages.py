"""The language of a user's pages, emails and errors: chosen in the profile, or else that of their browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

COOKIE_SECONDS = 400 * 24 * 3600
# The files in static/js/languages/. English is the language of the source and needs none.
SCRIPT_CATALOGUES = frozenset({"de"})


def browser_language(accept_language: str) -> str:
    """Return the first language of an Accept-Language header that the site has, or else the site's default."""
    for code, _ in parse_accept_lang_header(accept_language.lower()):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def chosen_language(user: Any) -> str:
    """Return the language that a user has chosen, or "" for that of the browser. Works with any user model."""
    language = getattr(user, "language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def language_of(user: Any) -> str:
    """Return the language of the emails and pushes for a user, which are written without a request from them."""
    return find_spoken(getattr(user, "language", ""), getattr(user, "browser_language", ""))


def find_spoken(*wanted: str) -> str:
    """Return the first of these languages that the site has, or else the site's default."""
    spoken = dict(settings.LANGUAGES)
    return next((language for language in wanted if language in spoken), settings.LANGUAGE_CODE)


@contextmanager
def in_language_of(user: Any) -> Iterator[None]:
    with translation.override(language_of(user)):
        yield


def note_browser_language(request: HttpRequest, user: Any) -> None:
    """Store the browser's language for this user's emails. Called when they sign in."""
    language = browser_language(request.headers.get("Accept-Language", ""))
    if hasattr(user, "browser_language") and user.browser_language != language:
        user.browser_language = language
        user.save(update_fields=["browser_language"])


def script_catalogue_path() -> str:
    """Return the URL of the scripts' texts in the active language, or "" for a language without a catalogue."""
    language = (translation.get_language() or "").split("-")[0]
    return static(f"hubbub/js/languages/{language}.js") if language in SCRIPT_CATALOGUES else ""


def keep_in_cookie(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    """Store the language in Django's cookie, for the pages that look up no user: sign-in and errors."""
    name = settings.LANGUAGE_COOKIE_NAME
    if request.COOKIES.get(name, "") == language:
        return
    if language:
        response.set_cookie(name, language, COOKIE_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")
