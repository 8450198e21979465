"""The initial data of the chat page, from which its script starts without a request."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.identity.people import person_data, user_topic
from chat.conf import limits
from chat.models import Membership
from chat.models.querysets import MessagePage
from chat.pages.message_files import file_url_template
from chat.pages.room_files import has_file_lists
from chat.states.room_states import open_room
from chat.states.sidebar_entries import room_entries
from files.limits import describe_for
from notifications.conf import setting
from notifications.inbox.panel import bell_data
from notifications.streams.pages import sidebar_streams
from realtime.engine.sequences import find_epoch, heads

NO_IMAGE = UUID(int=0)
PLAIN_URLS = (
    "home",
    "rooms",
    "room_new",
    "direct",
    "direct_new",
    "jump",
    "people_search",
    "search",
    "search_completions",
    "search_data",
    "linked_messages",
    "profile",
    "streams",
    "streams_mine",
)
ROOM_URLS = (
    "room",
    "room_open",
    "room_state",
    "room_messages",
    "room_join",
    "room_leave",
    "room_settings",
    "room_invite",
)


def collect_initial_data(request: HttpRequest, membership: Membership) -> tuple[dict, MessagePage]:
    """Return the initial data (the user, their rooms, the open room, the URLs), and the page of messages to render.

    Heads are read before the rows that they number: a change in between arrives again as an event.
    """
    topic = user_topic(request.user.pk)
    data = {
        "epoch": find_epoch(),
        "person": {"topic": topic, "seq": heads([topic])[topic]},
        "me": person_data(request.user),
        "is_staff": request.user.is_staff,
        "site": {"name": settings.SITE_NAME},
        "rooms": room_entries(request.user),
        "bell": bell_data(request.user),
        "streams": sidebar_streams(request.user),
        "limits": {"message_characters": limits.MESSAGE_CHARACTERS, "files": describe_for(request.user)},
        "urls": urls(request.user),
    }
    data["open"], page = open_room(membership, at_first_new=True)
    return data, page


def urls(user) -> dict[str, str | None]:
    """Return the URLs that the chat page uses; {room}, {message}, {user} … stand for ids."""
    source = reverse("message_source", args=[0, 1])
    reactions = reverse("message_reactions", args=[0, 1])
    person = reverse("room_person", args=[0, 1])
    preview = reverse("preview_image", args=[0, 1, NO_IMAGE])
    return {
        **{name: reverse(name) for name in PLAIN_URLS},
        **{name: reverse(name, args=[0]).replace("/0/", "/{room}/") for name in ROOM_URLS},
        "message_source": source.replace("/0/", "/{room}/").replace("/1/", "/{message}/"),
        "message_reactions": reactions.replace("/0/", "/{room}/").replace("/1/", "/{message}/"),
        "room_person": person.replace("/0/", "/{room}/").replace("/1/", "/{user}/"),
        "file": file_url_template(),
        "room_files": reverse("room_files", args=[0]).replace("/0/", "/{room}/") if has_file_lists() else None,
        "preview_image": preview.replace("/0/", "/{room}/")
        .replace("/1/", "/{message}/")
        .replace(str(NO_IMAGE), "{image}"),
        "me": reverse("me"),
        "sign_in": reverse("account_login"),
        "sign_out": reverse("account_logout"),
        "worker": reverse("service_worker") if setting("NOTIFICATIONS_OFFLINE_PAGE") else None,
        "admin": reverse("admin:index") if user.is_staff else None,
        "stream_new": reverse("stream_new") if may_make_streams(user) else None,
        "socket": "/ws/",
        "uploads": "/files/uploads/",
    }


def may_make_streams(user) -> bool:
    """Return whether the chat links to the form for new streams. Only for staff: permissions cost two queries."""
    return user.is_staff and user.has_perm("notifications.add_stream")
