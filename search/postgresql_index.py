"""The search index in a PostgreSQL database: a table with an inverted index (GIN) over the numbers of its tokens."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from search.documents import Candidates, Document, room_fact

# Up to so many documents in the rooms of a search reading all of them is as fast as the index.
MOST_READ = 20_000
# GIN has no order. A common word is found sooner among the newest documents, which need no sorting.
NEWEST = 20_000
# Of a common word the index would return the documents of all rooms. Where a search may see only so small a part of
# them, it is also asked for the rooms.
SMALL_SHARE = 0.1

TABLES = """
CREATE TABLE search_document (
    position bigint PRIMARY KEY, id bigint NOT NULL UNIQUE, room_id bigint NOT NULL,
    facts text[] NOT NULL, text text NOT NULL, tokens integer[] NOT NULL
);
CREATE INDEX search_document_of_room ON search_document (room_id, position);
CREATE INDEX search_document_tokens ON search_document USING gin (tokens);
CREATE TABLE search_position (room_id bigint PRIMARY KEY, seq bigint NOT NULL);
CREATE TABLE search_history (epoch text NOT NULL, turn_ends_at timestamptz NOT NULL DEFAULT '-infinity');
"""
DROP_TABLES = "DROP TABLE search_document, search_position, search_history"


class PostgresqlIndex:
    """The index in the tables that the app's first migration makes."""

    def read_epoch(self) -> str:
        """Return of which history the documents are; an empty string where there are none."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT epoch FROM search_history")
            row = cursor.fetchone()
        return row[0] if row else ""

    @transaction.atomic
    def clear(self, epoch: str) -> None:
        """Remove all documents, and begin with those of another history."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE search_document, search_position, search_history")
            cursor.execute("INSERT INTO search_history (epoch) VALUES (%s)", [epoch])

    def read_positions(self, room_ids: Iterable[int] | None = None) -> dict[int, int]:
        """Return up to which seq the changes of each room are in the index; a room that is missing has none."""
        with connection.cursor() as cursor:
            if room_ids is None:
                cursor.execute("SELECT room_id, seq FROM search_position")
            else:
                cursor.execute("SELECT room_id, seq FROM search_position WHERE room_id = ANY(%s)", [list(room_ids)])
            return dict(cursor.fetchall())

    @transaction.atomic
    def write(self, documents: Iterable[Document], gone: Iterable[int], positions: Mapping[int, int]) -> None:
        """Store these documents in place of older ones, remove those that are gone, and note the positions:

        all or nothing.
        """
        documents = list(documents)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_document WHERE id = ANY(%s)", [[*gone, *(d.id for d in documents)]])
            cursor.executemany(
                "INSERT INTO search_document VALUES (%s, %s, %s, %s, %s, %s)",
                [(d.position, d.id, d.room_id, list(d.facts), d.text, numbers(d.tokens)) for d in documents],
            )
            cursor.executemany(
                "INSERT INTO search_position VALUES (%s, %s) ON CONFLICT (room_id) DO UPDATE SET seq = excluded.seq",
                list(positions.items()),
            )

    def take_turn(self, seconds: float) -> bool:
        """Say whether this process may index for so long: one at a time does."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE search_history SET turn_ends_at = now() + make_interval(secs => %s) WHERE turn_ends_at < now()",
                [seconds],
            )
            return cursor.rowcount > 0

    def extend_turn(self, seconds: float) -> None:
        """Keep the turn of this process for so long from now."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE search_history SET turn_ends_at = now() + make_interval(secs => %s)", [seconds])

    def end_turn(self) -> None:
        """Let the next process index."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE search_history SET turn_ends_at = '-infinity'")

    @transaction.atomic
    def forget_room(self, room_id: int) -> None:
        """Remove a room's documents and its position."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_document WHERE room_id = %s", [room_id])
            cursor.execute("DELETE FROM search_position WHERE room_id = %s", [room_id])

    def ids_between(self, after: int, last: int | None) -> set[int]:
        """Return the ids of the documents above `after`, up to `last` or to the end."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM search_document WHERE id > %s AND id <= %s", [after, last or 2**62])
            return {row[0] for row in cursor}

    def find(self, wanted: Candidates, *, before: int | None, limit: int) -> list[tuple[int, int]]:
        """Return position and id of up to `limit` candidates, the newest first, of those before a position."""
        if not wanted.rooms:
            return []
        rooms = list(wanted.rooms)
        wanted = wanted.before(before)
        conditions, values = conditions_of(wanted)
        fulfilled = " AND ".join(["room_id = ANY(%s)", *conditions])
        values = [rooms, *values]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT 1 FROM search_document WHERE room_id = ANY(%s) LIMIT %s) AS some_of_them",
                [rooms, MOST_READ + 1],
            )
            if cursor.fetchone()[0] > MOST_READ:
                newest = "SELECT * FROM search_document" + (" WHERE position < %s" if wanted.until is not None else "")
                cursor.execute(
                    f"SELECT position, id FROM ({newest} ORDER BY position DESC LIMIT {NEWEST}) AS newest"
                    f" WHERE {fulfilled}"
                    " ORDER BY position DESC LIMIT %s",
                    [*([wanted.until] if wanted.until is not None else []), *values, limit],
                )
                found = list(cursor)
                if len(found) == limit:
                    return found
                if is_small_share(cursor, rooms):
                    wanted = wanted._replace(facts=(*wanted.facts, tuple(map(room_fact, rooms))))
                indexed, indexed_values = token_conditions(wanted)
                fulfilled = " AND ".join([fulfilled, *indexed])
                values += indexed_values
            # Materialized: with the order inside, PostgreSQL may walk the primary key and look at every document.
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT position, id FROM search_document WHERE {fulfilled})"
                " SELECT position, id FROM found ORDER BY position DESC LIMIT %s",
                [*values, limit],
            )
            return list(cursor)


def is_small_share(cursor, rooms: list[int]) -> bool:
    """Say whether few of all documents are in these rooms, as far as the numbers of their changes say so."""
    cursor.execute(
        "SELECT sum(seq) FILTER (WHERE room_id = ANY(%s)) <= %s * sum(seq) FROM search_position", [rooms, SMALL_SHARE]
    )
    return bool(cursor.fetchone()[0])


def conditions_of(wanted: Candidates) -> tuple[list[str], list[Any]]:
    """Return what a row of the table must fulfil, and the values of that."""
    conditions: list[str] = []
    values: list[Any] = []
    for term in wanted.terms:
        conditions.append("strpos(text, %s) > 0")
        values.append(term.text)
    for term in wanted.excluded:
        conditions.append("strpos(' ' || text || ' ', %s) = 0")
        values.append(term.sign)
    for facts in wanted.facts:
        conditions.append("facts && %s")
        values.append(list(facts))
    if wanted.excluded_facts:
        conditions.append("NOT facts && %s")
        values.append(list(wanted.excluded_facts))
    if wanted.since is not None:
        conditions.append("position >= %s")
        values.append(wanted.since)
    if wanted.until is not None:
        conditions.append("position < %s")
        values.append(wanted.until)
    return conditions, values


def token_conditions(wanted: Candidates) -> tuple[list[str], list[Any]]:
    """Return the conditions that the inverted index answers."""
    conditions: list[str] = []
    values: list[Any] = []
    if tokens := wanted.tokens:
        conditions.append("tokens @> %s")
        values.append(numbers(tokens))
    for choice in wanted.choices:
        conditions.append("tokens && %s")
        values.append(numbers(choice))
    return conditions, values


def numbers(tokens: Iterable[str]) -> list[int]:
    """Return tokens as 32-bit numbers. Two that share one only propose a document too many."""
    return sorted({zlib.crc32(token.encode()) - 2**31 for token in tokens})
