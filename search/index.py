"""The index of this site: the one for its database."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from django.db import connection

from search.documents import Candidates, Document
from search.postgresql_index import PostgresqlIndex
from search.sqlite_index import SUFFIX, SqliteIndex


class Index(Protocol):
    """What both indexes can do; their docstrings say how. Any thread may call, and waits for the database.

    Each may raise IndexUnavailable.
    """

    def read_epoch(self) -> str: ...
    def clear(self, epoch: str) -> None: ...
    def read_positions(self, room_ids: Iterable[int] | None = None) -> dict[int, int]: ...
    def write(self, documents: Iterable[Document], gone: Iterable[int], positions: Mapping[int, int]) -> None: ...
    def take_turn(self, seconds: float) -> bool: ...
    def extend_turn(self, seconds: float) -> None: ...
    def end_turn(self) -> None: ...
    def forget_room(self, room_id: int) -> None: ...
    def ids_between(self, after: int, last: int | None) -> set[int]: ...
    def find(self, wanted: Candidates, *, before: int | None, limit: int) -> list[tuple[int, int]]: ...


def site_index() -> Index:
    """Return the index beside or in the database of this thread's connection."""
    if connection.vendor == "postgresql":
        return PostgresqlIndex()
    return SqliteIndex(Path(f"{connection.settings_dict['NAME']}{SUFFIX}"))
