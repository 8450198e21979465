"""The messages of this site to which messages link, as one reader may see them at this moment.

Nothing of them is stored with the link: docs/decisions/0023-link-previews-are-states-of-messages.md.
"""

from collections.abc import Collection, Iterable
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accounts.identity.people import person_data
from chat.models import Message, Room
from chat.notices.groups import find_others
from chat.pages.search_results import label_room
from chat.text.outside_links import MessagePlace, find_linked_messages
from chat.text.plain_text import excerpt
from realtime.shared.events import moment


def find_linked(user, messages: Iterable[Message], site: str) -> list[dict]:
    """Return the messages to which these link and that the user may see. No query if they link to none."""
    return show_linked(user, {place for message in messages for place in find_linked_messages(message.html, site)})


def show_linked(user, places: Collection[MessagePlace]) -> list[dict]:
    """Return those of these messages that the user may see now, as JSON values. Two queries at most."""
    if not places:
        return []
    wanted = Q()
    for room_id, posted_seq in places:
        wanted |= Q(room=room_id, posted_seq=posted_seq)
    texts = Message.objects.filter(wanted, kind=Message.Kind.TEXT, deleted_at=None)
    found = list(texts.filter(room__in=Room.objects.visible_to(user)).select_related("author", "room"))
    conversations = {message.room_id for message in found if message.room.kind == Room.Kind.DIRECT}
    people = find_others(user.pk, conversations) if conversations else {}
    return [linked_data(message, label_room(message.room, people)) for message in found]


def linked_data(message: Message, room_name: str) -> dict:
    return {
        "room": message.room_id,
        "posted_seq": message.posted_seq,
        "room_name": room_name,
        "url": f"{reverse('room', args=[message.room_id])}?{urlencode({'message': message.posted_seq})}",
        "author": person_data(message.author),
        "created_at": moment(message.created_at),
        "text": excerpt(message.html),
    }
