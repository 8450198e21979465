"""System lines: sentences about what happened in a room, written from stored facts in the language of each reader."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from accounts.names.bidi_isolation import isolate
from realtime.shared.texts import lazy_text as _


class Person(TypedDict):
    """A user in a line, with the name that they had then. An erased account has no id."""

    id: int | None
    name: str


class Line(TypedDict):
    """The facts of a system line, stored as JSON and sent to clients. The user who acted is the message's author."""

    action: str
    people: NotRequired[list[Person]]
    text: NotRequired[str]


# By action. static/js/helpers/system-lines.js has the same sentences.
SENTENCES = {
    "created": _("%(author)s created the room"),
    "joined": _("%(author)s joined the room"),
    "left": _("%(author)s left the room"),
    "added": _("%(author)s added %(people)s"),
    "removed": _("%(author)s removed %(people)s"),
    "made_owner": _("%(author)s made %(people)s an owner"),
    "made_moderator": _("%(author)s made %(people)s a moderator"),
    "made_member": _("%(author)s made %(people)s a member"),
    "became_owner": _("%(author)s is now an owner because the last owner's account was deactivated"),
    "renamed": _("%(author)s renamed the room to %(text)s"),
    "topic_set": _("%(author)s set the topic to %(text)s"),
    "topic_cleared": _("%(author)s cleared the topic"),
    "previews_on": _("%(author)s turned link previews on"),
    "previews_off": _("%(author)s turned link previews off"),
    "archived": _("%(author)s archived the room"),
    "restored": _("%(author)s restored the room"),
}


def make_line(action: str, *, people: Sequence = (), text: str = "") -> Line:
    """Return the facts of a line. `people`: the users whom the action concerns; `text`: a new name or topic."""
    line = Line(action=action)
    if people:
        line["people"] = [Person(id=user.id, name=user.name) for user in people]
    if text:
        line["text"] = text
    return line


def write_line(line: Line, author: str) -> SafeString:
    """Return a line as HTML, in the current language. `author`: the name of the user who acted."""
    values = {
        "author": escape(isolate(author)),
        "people": escape(list_names([isolate(person["name"]) for person in line.get("people", [])])),
        "text": format_html("<strong>{}</strong>", isolate(line.get("text", ""))),
    }
    # Only the values come from users, and they are escaped.
    return mark_safe(str(SENTENCES[line["action"]]) % values)  # noqa: S308


def write_english_line(line: Line, author: str) -> SafeString:
    """Return a line as HTML in English: for programs, the admin and the search."""
    with override("en"):
        return write_line(line, author)


def list_names(names: Sequence[str]) -> str:
    """Return names as in a sentence: Ada, Bob and Eve."""
    *first, last = names or [""]
    return str(_("%(names)s and %(last)s")) % {"names": ", ".join(first), "last": last} if first else last
