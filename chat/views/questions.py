"""The questions to confirm before somebody leaves, archives or removes: on a page of their own, or in a dialog."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.names.bidi_isolation import isolate
from chat.models import Room


@dataclass(frozen=True)
class Question:
    title: str
    text: str
    verb: str


def about_leaving(room: Room) -> Question:
    if room.kind == Room.Kind.PUBLIC:
        return Question(
            gettext("Leave %(name)s?") % {"name": isolate(room.name)},
            gettext("You can join again at any time."),
            gettext("Leave"),
        )
    return Question(
        gettext("Leave this room?"), gettext("You can only come back if someone invites you."), gettext("Leave")
    )


def about_archiving(room: Room) -> Question:
    text = gettext("Everyone can still read it, but nobody can write in it. You can restore it later.")
    return Question(gettext("Archive %(name)s?") % {"name": isolate(room.name)}, text, gettext("Archive"))


def about_removing(room: Room, person) -> Question:
    text = (
        gettext("Their messages stay. They can join again.")
        if room.kind == Room.Kind.PUBLIC
        else gettext("Their messages stay. They can no longer see the room.")
    )
    return Question(
        gettext("Remove %(name)s?") % {"name": isolate(person.name)},
        text,
        gettext("Remove"),
    )


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the user has confirmed, in the dialog or on the page."""
    return "confirmed" in request.POST


def ask(request: HttpRequest, question: Question, *, back: str) -> HttpResponse:
    """Show the question on a page of its own. Its button sends the same form again."""
    fields = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    return render(request, "chat/confirm.html", {"question": question, "fields": fields, "back": back})
