"""Which files which users may see: those of messages in rooms that they may see, and their own that nobody has yet."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from files.downloads.found_files import FoundFile
from files.models import StoredFile
from realtime.shared.statements import run_statement

# A room is visible as in RoomQuerySet.visible_to. One lookup in an index for each table and pair.
VISIBLE_FILES = """
    WITH wanted (place, user_id, key) AS (VALUES {rows})
    SELECT wanted.place, f.name, f.kind, f.content_type, CAST(f.stored AS text)
    FROM wanted CROSS JOIN files_storedfile f
    LEFT JOIN chat_attachment a ON a.file_id = f.id
    LEFT JOIN chat_message g ON g.id = a.message_id AND g.deleted_at IS NULL
    LEFT JOIN chat_room r ON r.id = g.room_id
    LEFT JOIN chat_membership m ON m.room_id = r.id AND m.user_id = wanted.user_id AND m.active
    WHERE f.key = wanted.key AND f.state = 'ready'
    AND (m.id IS NOT NULL OR r.kind = 'public'
         OR (a.id IS NULL AND f.owner_id = wanted.user_id AND NOT f.is_attached))
"""


def find_visible_files(pairs: Sequence[tuple[int, UUID]]) -> list[FoundFile | None]:
    """Return the file of each pair of a user's id and a key; None if the user may not see it. One query."""
    to_database = StoredFile._meta.get_field("key").get_db_prep_value
    rows = [(place, user_id, to_database(key, connection)) for place, (user_id, key) in enumerate(pairs)]
    found: list[FoundFile | None] = [None] * len(pairs)
    for place, name, kind, content_type, stored in run_statement(VISIBLE_FILES, rows):
        found[place] = FoundFile(name, kind, content_type, json.loads(stored))
    return found
