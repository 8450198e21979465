"""The files of a room, newest first: pages by keyset, counts up to a limit, and the people who sent them.

Each kind is a range of an index, with or without a person, so the page at file 10,000 costs as much as the first.
"""

from collections.abc import Sequence
from heapq import nlargest

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from accounts.identity.people import name_of
from chat.models.attachments import Attachment
from files.models import StoredFile
from realtime.shared.statements import run_statement

MOST_COUNTED = 100
# Not the texts of the messages, which may be long.
LOADED = ("alt", "kind", "file", "author", "message__room", "message__posted_seq", "message__created_at")
MOST_SENDERS = 200
# Each step looks up the next author in the index. DISTINCT would read all files of the room.
SENDERS = f"""
    WITH RECURSIVE wanted (room_id) AS (VALUES {{rows}}),
    sender (room_id, author_id, number) AS (
        SELECT room_id, (SELECT MIN(a.author_id) FROM chat_attachment a WHERE a.room_id = wanted.room_id), 1 FROM wanted
        UNION ALL
        SELECT room_id, (SELECT MIN(a.author_id) FROM chat_attachment a
                         WHERE a.room_id = sender.room_id AND a.author_id > sender.author_id), number + 1
        FROM sender WHERE author_id IS NOT NULL AND number < {MOST_SENDERS}
    )
    SELECT author_id FROM sender WHERE author_id IS NOT NULL
"""


def find_room_files(
    room_id: int, kinds: Sequence[str], author_id: int | None = None, *, before: int | None = None, limit: int
) -> list[Attachment]:
    """Return up to `limit` files of these kinds with an id below `before`. A query for each kind, and one for all."""
    chosen = sent_by(room_id, author_id)
    if before is not None:
        chosen = chosen.filter(pk__lt=before)
    newest = [chosen.filter(kind=kind).order_by("-pk").values_list("pk", flat=True)[:limit] for kind in kinds]
    ids = nlargest(limit, (pk for kind in newest for pk in kind))
    rows = Attachment.objects.filter(pk__in=ids, message__deleted_at=None, file__state=StoredFile.State.READY)
    loaded = rows.select_related("file", "author", "message").only(*LOADED)
    return list(loaded.order_by("-pk"))


def count_room_files(room_id: int, author_id: int | None = None) -> dict[str, int]:
    """Return how many files of each kind a room has, up to MOST_COUNTED of each. A query for each kind."""
    files = sent_by(room_id, author_id)
    return {kind: files.filter(kind=kind)[:MOST_COUNTED].count() for kind in StoredFile.Kind.values}


def find_senders(room_id: int) -> list[AbstractBaseUser]:
    """Return the users who have files in a room, by name; of very many those who came to the site first."""
    ids = [author_id for (author_id,) in run_statement(SENDERS, [(room_id,)])]
    return sorted(get_user_model().objects.filter(pk__in=ids), key=lambda user: name_of(user).casefold())


def sent_by(room_id: int, author_id: int | None) -> QuerySet[Attachment]:
    files = Attachment.objects.filter(room=room_id)
    return files if author_id is None else files.filter(author=author_id)
