"""What a person is asked before something is taken away: on a page of its own, or in a dialog over this one."""

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
            gettext("You can join again whenever you like."),
            gettext("Leave"),
        )
    return Question(
        gettext("Leave this room?"), gettext("You come back only when somebody invites you."), gettext("Leave")
    )


def about_archiving(room: Room) -> Question:
    text = gettext("Everybody can still read it, and nobody can write in it. It can be brought back.")
    return Question(gettext("Archive %(name)s?") % {"name": isolate(room.name)}, text, gettext("Archive"))


def about_removing(room: Room, person) -> Question:
    text = (
        gettext("What they wrote stays. They can join again.")
        if room.kind == Room.Kind.PUBLIC
        else gettext("What they wrote stays. They no longer see the room.")
    )
    return Question(
        gettext("Remove %(name)s?") % {"name": isolate(person.name)},
        text,
        gettext("Remove"),
    )


def answered(request: HttpRequest) -> bool:
    """Whether the person has said yes, in the dialog or on the page."""
    return "confirmed" in request.POST


def ask(request: HttpRequest, question: Question, *, back: str) -> HttpResponse:
    """Ask before doing; yes sends the same form again."""
    fields = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    return render(request, "chat/confirm.html", {"question": question, "fields": fields, "back": back})
