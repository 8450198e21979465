"""The list of a room's files, by kind and by person, as its page shows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from accounts.identity.people import Person
from chat.models import Attachment, Message, Room
from chat.models.room_files import MOST_COUNTED, count_room_files, find_room_files, find_senders
from chat.pages.directory import DirectoryPage
from chat.pages.message_files import file_url, show_file
from files.conf import files_setting
from files.models import StoredFile
from files.payloads import describe_file
from realtime.shared.cursors import make_cursor, read_cursor
from realtime.shared.texts import lazy_text as _

FILES_A_PAGE = 40
Kind = StoredFile.Kind
# By the value of ?kind=: the name of the tab, and the kinds that it has.
GROUPS: dict[str, tuple[str, Sequence[str]]] = {
    "": (_("All"), Kind.values),
    "images": (_("Images"), [Kind.IMAGE]),
    "media": (_("Audio and video"), [Kind.AUDIO, Kind.VIDEO]),
    "documents": (_("Documents"), [Kind.TEXT, Kind.OTHER]),
}


class ListedFile(NamedTuple):
    """A file of the list. `small`: the URL of its thumbnail, if it is an image."""

    facts: dict
    small: str | None
    sender: Person
    message: str
    posted_at: datetime


class GroupTab(NamedTuple):
    """A tab of the list. `total` ends at "99+"."""

    key: str
    label: str
    total: str


def has_file_lists() -> bool:
    """Return whether rooms have lists of files. With files turned off only if some are left from before: one query."""
    return bool(files_setting("FILE_MEGABYTES")) or Attachment.objects.exists()


def make_file_page(room: Room, group: str, sender_id: int | None, cursor: str | None) -> DirectoryPage:
    """Return a page of files, newest first. At most six queries."""
    listing = f"files.{room.pk}"
    edge = read_cursor(listing, cursor)
    before = edge[0] if edge else None
    rows = find_room_files(room.pk, GROUPS[group][1], sender_id, before=before, limit=FILES_A_PAGE + 1)
    shown = rows[:FILES_A_PAGE]
    more = make_cursor(listing, shown[-1].pk) if len(rows) > FILES_A_PAGE else None
    return DirectoryPage([list_file(row) for row in shown], more, is_first=edge is None)


def list_file(row: Attachment) -> ListedFile:
    facts = show_file(describe_file(row.file, row.alt))
    small = file_url(facts["id"], "small") if row.kind == Kind.IMAGE else None
    return ListedFile(facts, small, Person.of(row.author), message_url(row.message), row.message.created_at)


def message_url(message: Message) -> str:
    """Return the URL of the page around a message. The fragment scrolls to it where no script does."""
    position = message.posted_seq
    return f"{reverse('room', args=[message.room_id])}?message={position}#m-{position}"


def make_tabs(room: Room, sender_id: int | None) -> list[GroupTab]:
    counts = count_room_files(room.pk, sender_id)
    return [
        GroupTab(key, label, short_total([counts[kind] for kind in kinds])) for key, (label, kinds) in GROUPS.items()
    ]


def short_total(counts: Sequence[int]) -> str:
    total = sum(counts)
    return str(total) if total < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def list_senders(room: Room, chosen: AbstractBaseUser | None) -> list[Person]:
    """Return the people of the filter: those who have files in the room, and the one who is chosen."""
    senders = find_senders(room.pk)
    if chosen is not None and chosen not in senders:
        senders.insert(0, chosen)
    return [Person.of(user) for user in senders]
