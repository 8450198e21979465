"""The index's file: damaged, locked, or not to be written."""

import logging
import sqlite3
from contextlib import closing

import pytest

from search import sqlite_connections
from search.documents import Candidates
from search.errors import IndexUnavailable
from search.query import make_term
from search.sqlite_index import SqliteIndex
from tests.search.test_indexes import document


@pytest.fixture
def index(tmp_path):
    (tmp_path / "site.sqlite3").touch(mode=0o640)
    index = SqliteIndex(tmp_path / "site.sqlite3-search")
    index.clear("an epoch")
    index.write([document(number, f"hello {number}") for number in range(1, 500)], [], {1: 500})
    return index


def find(index) -> list[int]:
    wanted = Candidates(frozenset({1}), (make_term("hello"),))
    return [pk for _, pk in index.find(wanted, before=None, limit=3)]


def test_as_many_may_read_it_as_the_database(index):
    assert find(index) == [499, 498, 497]
    assert index.path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("damage", ["no database", "a page of noise"])
def test_a_damaged_file_is_removed_and_made_anew(index, damage, caplog):
    with closing(sqlite3.connect(index.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is in the log would take the place of the noise
    size = index.path.stat().st_size
    content = bytearray(index.path.read_bytes())
    start = 0 if damage == "no database" else 4096
    content[start:] = b"noise" * ((size - start) // 5 + 1)
    index.path.write_bytes(content)
    with pytest.raises(IndexUnavailable), caplog.at_level(logging.WARNING):
        find(index)
    assert "is damaged" in caplog.text
    assert index.read_epoch() == ""
    index.write([document(1, "hello")], [], {1: 1})
    assert find(index) == [1]


def test_a_locked_file_is_read_and_not_written(index, monkeypatch):
    sqlite_connections.close_thread_connection()  # the next one waits for no lock
    monkeypatch.setattr(sqlite_connections, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(index.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert find(index) == [499, 498, 497]
        with pytest.raises(IndexUnavailable):
            index.forget_room(1)
    assert find(index) == [499, 498, 497]


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path):
    with pytest.raises(IndexUnavailable):
        SqliteIndex(tmp_path / "nowhere" / "site.sqlite3-search").read_epoch()
