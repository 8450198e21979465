"""The removal of an erased account's name from system lines, messages and titles of notifications."""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.html import escape, strip_tags

from accounts.models import Erasure
from accounts.names.bidi_isolation import isolate
from accounts.names.validators import ERASED_NAME
from chat.models import Message
from chat.notices.drafts import INVITED, REACTED, REACTED_BETWEEN_TWO, TITLES, TITLES_BETWEEN_TWO
from chat.text.system_lines import Line, Person, write_english_line

# The texts after the name at the beginning of a system line without facts. An earlier name is not known: it ends before
# one of these.
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
    """Return the texts after the author's name in titles of notifications, in each language of a recipient."""
    titles = (*TITLES.values(), *TITLES_BETWEEN_TWO.values(), INVITED, REACTED, REACTED_BETWEEN_TWO)
    found = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found += [str(title).removeprefix("%(author)s").partition("%")[0] for title in titles]
    return tuple(dict.fromkeys(found))


def without_author(text: str, names: Sequence[str], phrases: Sequence[str]) -> str:
    """Replace the name of the erased account at the beginning of a sentence by "Deleted user"."""
    for name in names:
        if text.startswith(tuple(name + phrase for phrase in phrases)):
            return ERASED_NAME + text.removeprefix(name)
    places = [place for place in map(text.find, phrases) if place > 0]
    return ERASED_NAME + text[min(places) :] if places else text


def erase_in_line(message: Message, erasure: Erasure) -> None:
    """Replace the person's name in a system line: in its facts, or in the text of a line from before there were any."""
    if message.line:
        message.line = without_person(message.line, erasure.user_id)
        # A slice of a SafeString is a plain str: the encoder of events takes no other.
        message.html = write_english_line(message.line, message.author.name)[:]
    else:
        if message.author_id == erasure.user_id:
            message.html = without_author_of_line(message.html, erasure.names)
        message.html = without_name_in_line(message.html, erasure.names)
    message.text = strip_tags(message.html)


def without_author_of_line(html: str, names: Sequence[str]) -> str:
    return without_author(html, [str(escape(isolate(name))) for name in names], DID)


def without_author_of_title(title: str, names: Sequence[str]) -> str:
    return without_author(title, [isolate(name) for name in names], phrases_of_titles())


def without_name(text: str, names: Sequence[str]) -> str:
    """Replace these names inside a sentence about others by "Deleted user": "Bob added Ada and Eve"."""
    for name in names:
        text = re.sub(rf"(?<= ){re.escape(isolate(name))}{AFTER_A_NAME}", ERASED_NAME, text)
    return text


def without_name_in_line(html: str, names: Sequence[str]) -> str:
    """Replace these names in a system line about others. A line with typed text, as a room's name, stays as it is."""
    return html if "<strong>" in html else without_name(html, [str(escape(name)) for name in names])


def without_person(line: Line, user_id: int) -> Line:
    """Return the facts of a system line without a user's name and id, for the same reason as without_mention."""
    erased = Person(id=None, name=ERASED_NAME)
    people = [erased if person["id"] == user_id else person for person in line.get("people", [])]
    return line | {"people": people} if people else line


def without_mention(html: str, user_id: int) -> str:
    """Return a message's HTML with the user's mentions as text, without the user's id.

    With the id, readers of the page could find out whose messages those of "Deleted user" are.
    """
    return html.replace(f'<bdi class="mention" data-user="{user_id}">', "<bdi>")
