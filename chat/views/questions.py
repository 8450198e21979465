"""What a person is asked before something is taken away: on a page of its own, or in a dialog over this one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.names.bidi_isolation import isolate
from chat.models import Room


@dataclass(frozen=True)
class Question:
    title: str
    text: str
    verb: str


def about_leaving(room: Room) -> Question:
    if room.kind == Room.Kind.PUBLIC:
        return Question(f"Leave {isolate(room.name)}?", "You can join again whenever you like.", "Leave")
    return Question("Leave this room?", "You come back only when somebody invites you.", "Leave")


def about_archiving(room: Room) -> Question:
    text = "Everybody can still read it, and nobody can write in it. It can be brought back."
    return Question(f"Archive {isolate(room.name)}?", text, "Archive")


def about_removing(room: Room, person) -> Question:
    after = "They can join again." if room.kind == Room.Kind.PUBLIC else "They no longer see the room."
    return Question(f"Remove {isolate(person.name)}?", f"What they wrote stays. {after}", "Remove")


def answered(request: HttpRequest) -> bool:
    """Whether the person has said yes, in the dialog or on the page."""
    return "confirmed" in request.POST


def ask(request: HttpRequest, question: Question, *, back: str) -> HttpResponse:
    """Ask before doing; yes sends the same form again."""
    fields = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    return render(request, "chat/confirm.html", {"question": question, "fields": fields, "back": back})
