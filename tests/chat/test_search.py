"""Searching for messages: what is found, for whom, and at which moment."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import services
from chat.models import Message, Room
from chat.search import indexer, indexing, results
from chat.search.results import search_messages
from chat.services.bulk_messages import flood
from search.errors import IndexUnavailable
from search.index import site_index
from search.query import parse_query
from tests.cast import person
from tests.chat.pages import room_of
from tests.chat.talk import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(db):
    index = site_index()
    index.clear(indexing.find_history())
    return index


@pytest.fixture(params=["indexed", "not indexed"])
def indexed(request):
    """Call it when all is written: what is found does not depend on how far the index is."""
    return indexing.index_all if request.param == "indexed" else lambda: None


def found(user, text: str, **more) -> list[str]:
    """Return the texts that somebody finds, the newest first."""
    result = search_messages(user, parse_query(text), **more)
    assert result.is_complete
    return [message.text for message in result.messages]


def problems(user, text: str) -> tuple[str, ...]:
    return search_messages(user, parse_query(text)).problems


def test_words_parts_and_phrases(room, ada, bob, indexed):
    post(room, ada, "The **green** toaster")
    post(room, bob, "A toaster, green and blue")
    indexed()
    assert found(bob, "toaster green") == ["A toaster, green and blue", "The **green** toaster"]
    assert found(bob, '"green toaster"') == ["The **green** toaster"]
    assert found(bob, "oast -blue") == ["The **green** toaster"]
    assert found(bob, "-oast") == []
    assert found(bob, "red") == []


def test_an_empty_query_finds_nothing(room, ada):
    post(room, ada, "hello")
    assert found(ada, "  ") == []


def test_code_and_addresses(room, ada, indexed):
    post(room, ada, "`getUserName()` from [the docs](https://example.org/names?a=1&b=2)")
    indexed()
    assert len(found(ada, "username")) == 1
    assert len(found(ada, "example.org/names?a=1&b=2")) == 1


def test_an_edited_text_is_found_by_its_new_words_alone(room, ada, indexed):
    message = post(room, ada, "old words")
    indexed()
    services.edit_message(room.pk, ada, message.pk, "new words")
    assert found(ada, "old") == []
    assert found(ada, "new") == ["new words"]
    indexed()
    assert found(ada, "old") == []
    assert found(ada, "new") == ["new words"]


def test_a_deleted_message_is_gone(room, ada, index):
    message = post(room, ada, "a secret")
    indexing.index_all()
    services.delete_message(room.pk, ada, message.pk)
    assert found(ada, "secret") == []
    indexing.index_all()
    assert index.ids_between(0, None) == set()


def test_system_lines_are_not_found(room, eve):
    services.join(room, eve)
    assert found(eve, "eve") == []


def test_others_rooms_are_not_found(ada, bob, eve, indexed):
    private = room_of(ada, bob, kind=Room.Kind.PRIVATE)
    post(private, ada, "a secret")
    indexed()
    assert found(bob, "secret") == ["a secret"]
    assert found(eve, "secret") == []
    services.leave(private, bob)
    assert found(bob, "secret") == []


def test_public_rooms_are_found_before_one_joins(room, ada, eve, indexed):
    post(room, ada, "hello")
    indexed()
    assert found(eve, "hello") == ["hello"]


def test_a_room_that_one_may_not_see_is_unknown(ada, bob, eve):
    room_of(ada, bob, kind=Room.Kind.PRIVATE, name="Launch plan")
    assert problems(bob, 'in:"Launch plan"') == ()
    assert problems(eve, 'in:"Launch plan"') == ("You are in no room with the name “Launch plan”.",)
    assert problems(eve, "in:nowhere") == ("You are in no room with the name “nowhere”.",)


def test_from(room, ada, bob, indexed):
    post(room, ada, "hello from ada")
    post(room, bob, "hello from bob")
    indexed()
    assert found(bob, "hello from:ada") == found(ada, "from:me") == ["hello from ada"]
    assert found(bob, "hello -from:@ada") == ["hello from bob"]
    assert found(bob, "from:ada from:bob") == ["hello from bob", "hello from ada"]
    assert problems(bob, "from:nobody") == ("Nobody has the username “nobody”.",)


def test_every_filter_that_means_nothing_is_named_once(room, ada):
    assert problems(ada, "hello from:nobody in:nowhere from:@nobody is:red -on:someday from:ada") == (
        "Nobody has the username “nobody”.",
        "You are in no room with the name “nowhere”.",
        "“is:” takes one of: mention, edited.",
        "Write a day as 2026-11-27, not “someday”.",
    )


def test_in(room, ada, bob, indexed):
    other = room_of(ada, bob, name="Other")
    conversation = services.open_direct(ada, [bob])
    for each in (room, other, conversation):
        post(each, ada, f"hello {each.kind} {each.name}".strip())
    indexed()
    assert found(bob, "hello in:#other") == ["hello public Other"]
    assert found(bob, "hello in:@ada") == ["hello direct"]
    assert len(found(bob, "hello -in:other")) == 2


def test_has_and_is(room, ada, bob, indexed):
    post(room, ada, "see https://example.org")
    post(room, ada, "run `make`")
    post(room, ada, "@bob look")
    post(room, ada, "@room look")
    edited = post(room, ada, "once")
    services.edit_message(room.pk, ada, edited.pk, "twice")
    indexed()
    assert found(bob, "has:link") == ["see https://example.org"]
    assert found(bob, "has:code") == ["run `make`"]
    assert found(bob, "is:edited") == ["twice"]
    assert found(bob, "is:mention") == ["@room look", "@bob look"]
    assert found(ada, "is:mention") == []
    assert found(bob, "look -is:mention") == []
    assert problems(bob, "has:wings") == ("“has:” takes one of: file, image, video, audio, link, code.",)


def test_days(room, ada, indexed):
    for number, days in enumerate((0, 1, 40)):
        message = post(room, ada, f"hello {number}")
        Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=days))
    indexed()
    yesterday = timezone.localdate() - timedelta(days=1)
    assert found(ada, "on:today") == ["hello 0"]
    assert found(ada, f"on:{yesterday}") == ["hello 1"]
    assert found(ada, f"before:{yesterday}") == ["hello 2"]
    assert found(ada, f"after:{yesterday}") == ["hello 0"]
    assert found(ada, f"-on:{yesterday}") == ["hello 0", "hello 2"]
    assert problems(ada, "on:someday") == ("Write a day as 2026-11-27, not “someday”.",)


def test_pages(room, ada, indexed, monkeypatch):
    monkeypatch.setattr(results, "CANDIDATES_A_STEP", 3)
    for number in range(10):
        post(room, ada, f"hello {number}")
    indexed()
    seen, before = [], None
    while True:
        page = search_messages(ada, parse_query("hello"), before=before, limit=4)
        seen += [message.text for message in page.messages]
        if page.next is None:
            break
        before = page.next
    assert seen == [f"hello {number}" for number in reversed(range(10))]


def test_what_is_indexed_and_what_is_not_are_one_list(room, ada, monkeypatch):
    monkeypatch.setattr(results, "CANDIDATES_A_STEP", 2)
    messages = [post(room, ada, f"hello {number}") for number in range(6)]
    indexing.index_all()
    services.edit_message(room.pk, ada, messages[1].pk, "hello again")
    post(room, ada, "hello 6")
    assert found(ada, "hello") == ["hello 6", "hello 5", "hello 4", "hello 3", "hello 2", "hello again", "hello 0"]


def test_a_page_looks_at_so_many_messages_at_most(room, ada, monkeypatch):
    monkeypatch.setattr(results, "MOST_LOOKED_AT", 5)
    post(room, ada, "cat")
    for _ in range(8):
        post(room, ada, "category")
    indexing.index_all()
    first = search_messages(ada, parse_query('"cat"'))
    assert not first.messages
    assert first.next is not None
    assert [message.text for message in search_messages(ada, parse_query('"cat"'), before=first.next).messages] == [
        "cat"
    ]


def test_the_newest_is_first_also_where_it_was_stored_before_others(room, ada, indexed):
    old = post(room, ada, "hello, long ago")
    new = post(room, ada, "hello now")
    now = timezone.now()
    Message.objects.filter(pk=old.pk).update(created_at=now)
    Message.objects.filter(pk=new.pk).update(created_at=now - timedelta(days=1))
    indexed()
    assert found(ada, "hello") == ["hello, long ago", "hello now"]
    first = search_messages(ada, parse_query("hello"), limit=1)
    assert found(ada, "hello", before=first.next) == ["hello now"]


def test_a_search_says_where_the_index_is_far_behind(room, ada, monkeypatch):
    monkeypatch.setattr(results, "MOST_UNINDEXED", 3)
    for number in range(5):
        post(room, ada, f"hello {number}")
    assert not search_messages(ada, parse_query("hello")).is_complete
    indexing.index_all()
    assert search_messages(ada, parse_query("hello")).is_complete


def test_another_history_begins_with_an_empty_index(room, ada, index):
    post(room, ada, "hello")
    indexing.index_all()
    index.clear("another")
    indexing.index_all()
    assert found(ada, "hello") == ["hello"]
    assert index.read_epoch() == indexing.find_history()


def test_a_rebuild_mends_what_is_wrong(room, ada, index):
    messages = [post(room, ada, f"hello {number}") for number in range(3)]
    indexing.index_all()
    index.write([], [messages[0].pk], {})
    Message.objects.filter(pk=messages[1].pk).delete()
    assert list(indexing.rebuild()) == [Message.objects.count()]
    assert index.ids_between(0, None) == {messages[0].pk, messages[2].pk}


def test_a_deleted_room_is_forgotten(room, ada, index):
    post(room, ada, "hello")
    indexing.index_all()
    room.delete()
    indexing.index_all()
    assert index.ids_between(0, None) == set()


def test_many_people_in_many_languages(room, ada, indexed):
    for text in ("Örs isst Brot", "東京都に行く", "สวัสดีครับ", "привет мир", "1,234 people", "👍🏽"):
        post(room, ada, text)
    indexed()
    for query in ("ors", "京都", "วัสดี", "ПРИВЕТ", "1234", "👍"):
        assert len(found(ada, query)) == 1, query


def test_members_who_are_removed_find_nothing(ada, bob):
    private = room_of(ada, bob, kind=Room.Kind.PRIVATE)
    post(private, ada, "a secret")
    indexing.index_all()
    services.remove_member(private, ada, bob)
    assert found(bob, "secret") == []
    assert found(person("tim"), "secret") == []


def test_what_was_rebuilt_is_not_indexed_once_more(room, ada, index, monkeypatch):
    post(room, ada, "hello")
    stored = []
    monkeypatch.setattr(indexing, "store_changes", lambda _, messages, __: stored.extend(messages))
    assert list(indexing.rebuild()) == [Message.objects.count()]
    assert stored == []
    assert index.read_positions()[room.pk] == indexing.read_heads()[room.pk]


class LockedIndex:
    def read_positions(self, room_ids=None):
        raise IndexUnavailable("database is locked")


def test_without_an_index_the_newest_messages_are_found(room, ada, monkeypatch, caplog):
    post(room, ada, "hello")
    monkeypatch.setattr(results, "site_index", LockedIndex)
    assert found(ada, "hell") == ["hello"]
    assert "Only the newest messages are searched" in caplog.text


def test_the_indexer_is_started_for_many_changes_only(room, ada, index, monkeypatch):
    started = []
    monkeypatch.setattr(indexer, "watch_indexer", started.append)
    post(room, ada, "hello")
    indexer.run_indexer()
    assert not started
    list(flood(room, indexer.FEW_CHANGES))
    indexer.run_indexer()
    assert len(started) == 1
    indexer.run_indexer()
    assert len(started) == 1, "one process has the turn"


def test_the_indexer_is_started_for_few_changes_after_an_hour_and_at_once_for_a_deleted_room(
    room, ada, index, monkeypatch
):
    started = []
    monkeypatch.setattr(indexer, "watch_indexer", lambda index: started.append(index.end_turn()))
    post(room, ada, "hello")
    indexer.run_indexer()
    assert not started
    monkeypatch.setattr(indexer, "FEW_WAIT_SECONDS", -1)
    indexer.run_indexer()
    assert len(started) == 1
    indexing.index_all()
    indexer.run_indexer()
    assert len(started) == 1, "nothing has changed"
    monkeypatch.undo()
    monkeypatch.setattr(indexer, "watch_indexer", lambda index: started.append(index.end_turn()))
    room.delete()
    indexer.run_indexer()
    assert len(started) == 2


def test_the_indexer_ends_when_nothing_changes_any_more(room, ada, index, monkeypatch):
    monkeypatch.setattr(indexer, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(indexer, "LOOK_SECONDS", 0.05)
    post(room, ada, "hello")
    indexer.follow_messages(threading.Event())
    assert index.ids_between(0, None)
