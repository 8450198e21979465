"""The name of an erased account, taken out of what the rooms and notifications say of it."""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.html import escape

from accounts.names.bidi_isolation import isolate
from accounts.names.validators import ERASED_NAME
from chat.notices.drafts import INVITED, TITLES, TITLES_BETWEEN_TWO

# What follows the name in front of a system line. An older name is not known any more: it ends where one of these is.
DID = (
    " added ",
    " archived the room",
    " brought the room back",
    " cleared the topic",
    " created the room",
    " is now an owner",
    " joined the room",
    " left the room",
    " made ",
    " removed ",
    " renamed the room to ",
    " set the topic to ",
)
AFTER_A_NAME = r"(?=$|, | and | und | an? (?:owner|moderator|member)$)"


@cache
def phrases_of_titles() -> tuple[str, ...]:
    """Return the text that follows the name in titles of notifications, in each language that a recipient may have."""
    titles = (*TITLES.values(), *TITLES_BETWEEN_TWO.values(), INVITED)
    found = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found += [str(title).removeprefix("%(author)s").partition("%")[0] for title in titles]
    return tuple(dict.fromkeys(found))


def without_author(text: str, names: Sequence[str], phrases: Sequence[str]) -> str:
    """Return a sentence that begins with the name of the erased account with "Deleted user" in its place."""
    for name in names:
        if text.startswith(tuple(name + phrase for phrase in phrases)):
            return ERASED_NAME + text.removeprefix(name)
    places = [place for place in map(text.find, phrases) if place > 0]
    return ERASED_NAME + text[min(places) :] if places else text


def without_author_of_line(html: str, names: Sequence[str]) -> str:
    return without_author(html, [str(escape(isolate(name))) for name in names], DID)


def without_author_of_title(title: str, names: Sequence[str]) -> str:
    return without_author(title, [isolate(name) for name in names], phrases_of_titles())


def without_name(text: str, names: Sequence[str]) -> str:
    """Return a sentence without these names among those that it says of others: "Bob added Ada and Eve"."""
    for name in names:
        text = re.sub(rf"(?<= ){re.escape(isolate(name))}{AFTER_A_NAME}", ERASED_NAME, text)
    return text


def without_name_in_line(html: str, names: Sequence[str]) -> str:
    """Return a system line about others without these names; what somebody typed (a room's name) stays."""
    return html if "<strong>" in html else without_name(html, [str(escape(name)) for name in names])


def without_mention(html: str, user_id: int) -> str:
    """Return a message in which the @name is text like its neighbours, and says no more whose account it was.

    Who reads the page could tell else who wrote all that "Deleted user" wrote.
    """
    return html.replace(f'<bdi class="mention" data-user="{user_id}">', "<bdi>")
