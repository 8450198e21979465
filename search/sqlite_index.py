"""The search index beside a SQLite database: a file of its own, so that no post waits while the index is written."""

import logging
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path

from search.documents import Candidates, Document
from search.errors import IndexUnavailable
from search.sqlite_connections import close_thread_connection, thread_connection

logger = logging.getLogger(__name__)

TABLES_VERSION = 2  # A file with other tables is made again.
SUFFIX = "-search"  # of the file's name, behind that of the database
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# Up to so many documents in the rooms of a search reading all of them is as fast as the index.
MOST_READ = 20_000

# FTS5's tokenizer "ascii" splits at ASCII signs and spaces, which are part of our tokens: all but BETWEEN are named to
# it. Folded texts have no BETWEEN, for Python it is a space.
BETWEEN = "\x1f"
SIGNS = "".join(sign for code in range(1, 128) if not (sign := chr(code)).isalnum() and (sign == " " or sign.strip()))
TOKENIZER = "ascii tokenchars '{}'".format(SIGNS.replace("'", "''")).replace("'", "''")

TABLES = f"""
CREATE TABLE documents (
    position INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, room_id INTEGER NOT NULL,
    facts TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX documents_of_room ON documents (room_id, position);
CREATE VIRTUAL TABLE token_index USING fts5 (tokens, content='', detail=none, tokenize='{TOKENIZER}');
CREATE TABLE positions (room_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE history (epoch TEXT NOT NULL, turn_ends_at REAL NOT NULL DEFAULT 0);
"""


class SqliteIndex:
    """The index in one file. Any thread may call, and has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _connection(self, *, writes: bool = False):
        """Open the file. Raises IndexUnavailable where it is locked or cannot be written; a damaged one is removed."""
        try:
            with self._open(writes=writes) as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            # Extended codes have the plain one in their lowest byte.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
                self._remove(error)
            elif not isinstance(error, sqlite3.OperationalError):
                raise
            raise IndexUnavailable(str(error)) from error

    def _remove(self, error: Exception) -> None:
        logger.warning("The search index %s is damaged (%s). It is removed and built again.", self.path, error)
        close_thread_connection()
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    @contextmanager
    def _open(self, *, writes: bool):
        connection = thread_connection(self.path)
        if connection.execute("PRAGMA user_version").fetchone()[0] != TABLES_VERSION:
            self._make_tables(connection)
        if not writes:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        """Make the tables, in a file that as few people may read as the database: it has the same texts."""
        database = self.path.with_name(self.path.name.removesuffix(SUFFIX))
        if database.exists():
            self.path.chmod(database.stat().st_mode & 0o777)
        make_tables(connection)

    def read_epoch(self) -> str:
        """Return of which history the documents are; an empty string where there are none."""
        with self._connection() as connection:
            row = connection.execute("SELECT epoch FROM history").fetchone()
        return row[0] if row else ""

    def clear(self, epoch: str) -> None:
        """Remove all documents, and begin with those of another history."""
        with self._connection(writes=True) as connection:
            drop_tables(connection)
            for statement in TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute("INSERT INTO history (epoch) VALUES (?)", [epoch])

    def read_positions(self, room_ids: Iterable[int] | None = None) -> dict[int, int]:
        """Return up to which seq the changes of each room are in the index; a room that is missing has none."""
        with self._connection() as connection:
            if room_ids is None:
                return dict(connection.execute("SELECT room_id, seq FROM positions"))
            ids = list(room_ids)
            marks = ",".join("?" * len(ids))
            return dict(connection.execute(f"SELECT room_id, seq FROM positions WHERE room_id IN ({marks})", ids))

    def write(self, documents: Iterable[Document], gone: Iterable[int], positions: Mapping[int, int]) -> None:
        """Store these documents in place of older ones, remove those that are gone, and note the positions:

        all or nothing.
        """
        documents = list(documents)
        with self._connection(writes=True) as connection:
            remove_documents(connection, [*gone, *(document.id for document in documents)])
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
                [(d.position, d.id, d.room_id, write_facts(d.facts), d.text) for d in documents],
            )
            connection.executemany(
                "INSERT INTO token_index (rowid, tokens) VALUES (?, ?)",
                [(d.position, write_tokens(d.tokens)) for d in documents],
            )
            connection.executemany("INSERT OR REPLACE INTO positions VALUES (?, ?)", positions.items())

    def take_turn(self, seconds: float) -> bool:
        """Say whether this process may index for so long: one at a time does."""
        with self._connection(writes=True) as connection:
            now = time.time()
            ends_at = "UPDATE history SET turn_ends_at = ? WHERE turn_ends_at < ?"
            return connection.execute(ends_at, [now + seconds, now]).rowcount > 0

    def extend_turn(self, seconds: float) -> None:
        """Keep the turn of this process for so long from now."""
        with self._connection(writes=True) as connection:
            connection.execute("UPDATE history SET turn_ends_at = ?", [time.time() + seconds])

    def end_turn(self) -> None:
        """Let the next process index."""
        with self._connection(writes=True) as connection:
            connection.execute("UPDATE history SET turn_ends_at = 0")

    def forget_room(self, room_id: int) -> None:
        """Remove a room's documents and its position."""
        with self._connection(writes=True) as connection:
            ids = [id for (id,) in connection.execute("SELECT id FROM documents WHERE room_id = ?", [room_id])]
            remove_documents(connection, ids)
            connection.execute("DELETE FROM positions WHERE room_id = ?", [room_id])

    def ids_between(self, after: int, last: int | None) -> set[int]:
        """Return the ids of the documents above `after`, up to `last` or to the end."""
        with self._connection() as connection:
            rows = connection.execute("SELECT id FROM documents WHERE id > ? AND id <= ?", [after, last or 2**62])
            return {id for (id,) in rows}

    def find(self, wanted: Candidates, *, before: int | None, limit: int) -> list[tuple[int, int]]:
        """Return position and id of up to `limit` candidates, the newest first, of those before a position."""
        if not wanted.rooms:
            return []
        rooms = ",".join(map(str, wanted.rooms))
        wanted = wanted.before(before)
        conditions, values = row_conditions(wanted)
        with self._connection() as connection:
            few = connection.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM documents WHERE room_id IN ({rooms}) LIMIT {MOST_READ + 1})"
            ).fetchone()[0]
            match = match_expression(wanted) if few > MOST_READ else ""
            if match:
                source = "token_index CROSS JOIN documents ON documents.position = token_index.rowid"
                conditions.append("token_index MATCH ?")
                values.append(match)
                order = "token_index.rowid"
                # Without these it reads all lists from their newest end.
                for sign, bound in (("<", wanted.until), (">=", wanted.since)):
                    if bound is not None:
                        conditions.append(f"token_index.rowid {sign} ?")
                        values.append(bound)
            else:
                source, order = "documents", "documents.position"
            # A + keeps SQLite from walking each room apart and sorting all of them, where their documents are many.
            room = "+documents.room_id" if few > MOST_READ else "documents.room_id"
            conditions.append(f"{room} IN ({rooms})")
            rows = connection.execute(
                f"SELECT documents.position, documents.id FROM {source} WHERE {' AND '.join(conditions)}"
                f" ORDER BY {order} DESC LIMIT ?",
                [*values, limit],
            )
            return list(rows)


def make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have made them meanwhile.
    if connection.execute("PRAGMA user_version").fetchone()[0] != TABLES_VERSION:
        drop_tables(connection)
        for statement in TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {TABLES_VERSION}")
    connection.execute("COMMIT")


def drop_tables(connection: sqlite3.Connection) -> None:
    for table in ("token_index", "documents", "positions", "history"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def remove_documents(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Remove documents; FTS5 keeps no texts, and must be given the tokens that it forgets."""
    for id in ids:
        row = connection.execute(
            "DELETE FROM documents WHERE id = ? RETURNING position, room_id, facts, text", [id]
        ).fetchone()
        if row:
            old = Document(row[0], id, row[1], tuple(row[2].split()), row[3])
            connection.execute(
                "INSERT INTO token_index (token_index, rowid, tokens) VALUES ('delete', ?, ?)",
                [old.position, write_tokens(old.tokens)],
            )


def row_conditions(wanted: Candidates) -> tuple[list[str], list[object]]:
    """Return what a row of `documents` must fulfil, and the values of that."""
    conditions: list[str] = ["1"]
    values: list[object] = []
    for term in wanted.terms:
        conditions.append("instr(documents.text, ?)")
        values.append(term.text)
    for term in wanted.excluded:
        conditions.append("NOT instr(' ' || documents.text || ' ', ?)")
        values.append(term.sign)
    for facts in wanted.facts:
        conditions.append("(" + " OR ".join(["instr(documents.facts, ?)"] * len(facts)) + ")")
        values += [f" {fact} " for fact in facts]
    for fact in wanted.excluded_facts:
        conditions.append("NOT instr(documents.facts, ?)")
        values.append(f" {fact} ")
    if wanted.since is not None:
        conditions.append("documents.position >= ?")
        values.append(wanted.since)
    if wanted.until is not None:
        conditions.append("documents.position < ?")
        values.append(wanted.until)
    return conditions, values


def match_expression(wanted: Candidates) -> str:
    """Return FTS5's expression for the tokens; an empty one where every document may match."""
    parts = [quote_token(token) for token in sorted(wanted.tokens)]
    parts += [f"({' OR '.join(map(quote_token, tokens))})" for tokens in wanted.choices]
    return " AND ".join(parts)


def quote_token(token: str) -> str:
    return '"{}"'.format(token.replace('"', '""'))


def write_tokens(tokens: set[str]) -> str:
    return BETWEEN.join(tokens)


def write_facts(facts: tuple[str, ...]) -> str:
    return f" {' '.join(facts)} "
