"""The list of a room's files, and the addresses of files where the user may not see the file or there is none.

A file that the user may see is sent by DownloadMiddleware (files/downloads/), before Django.
"""

from contextlib import suppress

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat.models import Membership, Room
from chat.notices.groups import find_others, name_group
from chat.pages.room_files import GROUPS, has_file_lists, list_senders, make_file_page, make_tabs
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import own_membership, visible_afterwards
from realtime.shared.errors import Invalid
from realtime.shared.http import whole_number


@require_safe
@refused_in_words("room")
@visible_afterwards
def list_files(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show the files of a room to a member, newest first. ?kind= is one of GROUPS, ?by= a user's id."""
    room = own_membership(request.user, room_id).room
    kind = request.GET.get("kind", "")
    group = kind if kind in GROUPS else ""
    sender = find_sender(request, room)
    sender_id = sender.pk if sender else None
    page = make_file_page(room, group, sender_id, request.GET.get("before"))
    context = {
        "room": room,
        "title": name_group(room, find_others(request.user.pk, [room.pk])) if room.kind == "direct" else room.name,
        "has_files": has_file_lists(),
        "page": page,
        "group": group,
        "tabs": make_tabs(room, sender_id),
        "sender": sender,
        "senders": list_senders(room, sender),
    }
    return render(request, "chat/room_files.html", context)


def find_sender(request: HttpRequest, room: Room) -> AbstractBaseUser | None:
    """Return the present or former member of ?by=, or None: other people's names are not shown here."""
    with suppress(Invalid):
        user_id = whole_number(request.GET, "by")
        member = Membership.objects.filter(room=room, user=user_id).select_related("user").first()
        return member.user if member else None
    return None


@require_safe
def find_nothing(request: HttpRequest, key: object, name: str = "") -> HttpResponse:
    """Raise Http404, for whatever reason. LoginRequiredMiddleware sends who is signed out to the sign-in."""
    raise Http404
