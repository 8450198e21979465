"""Posting: many drafts in one transaction, each judged by itself."""

import re
import sqlite3
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import services
from chat.models import Mention, Message
from chat.services import MessageDraft, Posted, new_messages
from config.postgresql.base import BoundedConnection
from tests.chat.pages import people, room_of
from tests.chat.talk import draft, entry, post, refused

pytestmark = pytest.mark.django_db


def test_a_post_is_stored_as_it_is_answered(ada, room, published):
    [posted] = services.post_messages([draft(room, ada, "hi **all**")])
    message = Message.objects.get(pk=posted.id)
    assert (message.posted_seq, message.seq) == (posted.seq, posted.seq)
    assert (message.text, message.html) == ("hi **all**", "<p>hi <strong>all</strong></p>")
    [event] = published
    assert (event.type, event.seq, event.by, event.data["id"]) == ("message", posted.seq, ada.pk, posted.id)


def test_drafts_get_numbers_in_their_order(ada, bob, room):
    other = room_of(bob, name="other")
    drafts = [draft(room, ada), draft(other, bob), draft(room, bob), draft(other, bob), draft(room, ada)]
    first, there, second, there_too, third = services.post_messages(drafts)
    assert (second.seq, third.seq) == (first.seq + 1, first.seq + 2)
    assert there_too.seq == there.seq + 1


def test_a_refused_draft_spoils_nobody_elses(ada, bob, eve, room):
    drafts = [draft(room, ada), draft(room, eve), draft(room, bob, " \n "), draft(room, bob)]
    first, outsider, empty, second = services.post_messages(drafts)
    assert isinstance(first, Posted)
    assert (outsider.code, empty.code) == ("not_found", "invalid")
    assert second.seq == first.seq + 1


def test_a_room_that_is_not_there_is_not_found(ada):
    [error] = services.post_messages([MessageDraft(12345, ada.pk, uuid4(), "hi")])
    assert error.code == "not_found"


def test_no_drafts_are_no_trouble():
    assert services.post_messages([]) == []


def test_a_key_gives_the_first_answer_again(ada, room, published):
    key = uuid4()
    [first] = services.post_messages([draft(room, ada, "hi", key)])
    published.clear()
    assert services.post_messages([draft(room, ada, "hi ", key)] * 3) == [first] * 3
    assert published == []


def test_a_key_twice_in_one_go_is_one_message(ada, room):
    key = uuid4()
    first, again, other = services.post_messages([draft(room, ada, text, key) for text in ("hi", "hi", "ho")])
    assert first == again
    assert other.code == "conflict"
    assert Message.objects.filter(key=key).count() == 1


def test_a_key_with_another_text_or_room_is_a_conflict(ada, room):
    key = uuid4()
    post(room, ada, "hi", key)
    assert refused(room, ada, "ho", key) == "conflict"
    assert refused(room_of(ada, name="other"), ada, "hi", key) == "conflict"


def test_two_people_may_come_upon_the_same_key(ada, bob, room):
    key = uuid4()
    assert post(room, ada, "hi", key).pk != post(room, bob, "hi", key).pk


def test_a_key_stays_used_after_an_edit_and_a_deletion(ada, room):
    key = uuid4()
    message = post(room, ada, "hi", key)
    services.edit_message(room.pk, ada, message.pk, "ho")
    assert services.post_messages([draft(room, ada, "hi", key)]) == [Posted(message.pk, message.posted_seq)]
    services.delete_message(room.pk, ada, message.pk)
    assert services.post_messages([draft(room, ada, "hi", key)]) == [Posted(message.pk, message.posted_seq)]


def test_who_was_removed_still_learns_that_it_was_posted(ada, bob, room):
    key = uuid4()
    message = post(room, bob, "hi", key)
    services.remove_member(room, ada, bob)
    assert services.post_messages([draft(room, bob, "hi", key)]) == [Posted(message.pk, message.posted_seq)]
    assert refused(room, bob, "hi") == "not_found"


def test_who_was_deactivated_does_not_post(bob, room):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert refused(room, bob) == "not_found"


def test_mentions_are_of_those_in_the_room(ada, bob, eve, room):
    message = post(room, ada, "@bob @eve @ada @nobody `@bob`")
    assert message.mention_ids == [bob.pk]
    assert f'data-user="{ada.pk}"' in message.html
    assert f'data-user="{eve.pk}"' not in message.html
    assert entry(bob, room)["mentions"] == 1


def test_names_are_looked_up_in_each_drafts_own_room(ada, bob, eve, room):
    other = room_of(ada, eve, name="other")
    services.post_messages([draft(room, ada, "@bob @eve"), draft(other, ada, "@bob @eve")])
    assert set(Mention.objects.values_list("room", "user")) == {(room.pk, bob.pk), (other.pk, eve.pk)}


def test_a_race_for_a_key_leaves_the_others_unharmed(ada, bob, room, monkeypatch):
    """Another process stores a key after ours was looked up: the batch fails, each alone succeeds."""
    key = uuid4()
    first = post(room, ada, "hi", key)
    post_facts, looks = new_messages.post_facts, iter(["too early"])

    def look(posts):
        query = post_facts(posts)
        if next(looks, None) is None:
            return query
        return query._replace(read=lambda rows: query.read(rows)._replace(used={}))

    monkeypatch.setattr(new_messages, "post_facts", look)
    again, other = services.post_messages([draft(room, ada, "hi", key), draft(room, bob, "ho")])
    assert again == Posted(first.pk, first.posted_seq)
    assert isinstance(other, Posted)
    assert other.seq == first.seq + 1


def test_a_key_that_stays_in_the_way_is_told_to_come_again(ada, room, monkeypatch):
    cause = sqlite3.IntegrityError("UNIQUE constraint failed")
    cause.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_UNIQUE

    def fail(copies):
        raise IntegrityError from cause

    monkeypatch.setattr(new_messages, "write_messages", fail)
    assert refused(room, ada) == "unavailable"


def test_our_own_mistake_is_told_as_one_and_logged_and_spoils_nobody_elses(ada, bob, room, monkeypatch, caplog):
    """Such as a column that must not be empty. That is no outage of the database, which works."""
    insertion = new_messages.insertion

    def forget_a_column(messages):
        for message in messages:
            message.html = None if message.author_id == bob.pk else message.html
        return insertion(messages)

    monkeypatch.setattr(new_messages, "insertion", forget_a_column)
    stored, failed = services.post_messages([draft(room, ada), draft(room, bob)])
    assert isinstance(stored, Posted)
    assert failed.code == "internal"
    assert re.search("not.null", caplog.text, re.IGNORECASE)  # each database says it in its words


def test_a_thousand_drafts_in_a_thousand_rows_of_sql(ada, room):
    results = services.post_messages([draft(room, ada, f"number {number}") for number in range(1001)])
    assert [result.seq for result in results] == list(range(results[0].seq, results[0].seq + 1001))
    texts = list(room.messages.filter(kind="text").order_by("posted_seq").values_list("text", flat=True))
    assert texts == [f"number {number}" for number in range(1001)]


def test_sixty_four_posts_cost_as_many_queries_as_one(ada, bob, room):
    for texts, queries in {("hi", "hi"): 9, ("hi @bob", "hi @bob and @ada"): 22}.items():
        with CaptureQueriesContext(connection) as one:
            services.post_messages([draft(room, ada, texts[0])])
        drafts = [draft(room, author, texts[1]) for author in (ada, bob) for _ in range(32)]
        with CaptureQueriesContext(connection) as many:
            services.post_messages(drafts)
        assert len(one) == len(many) <= queries


def test_people_of_many_rooms_in_one_go(ada):
    everybody = people(30)
    rooms = [room_of(user, ada, name=f"of {user.username}") for user in everybody]
    results = services.post_messages([draft(room, user) for room, user in zip(rooms, everybody, strict=True)])
    assert all(isinstance(result, Posted) for result in results)
    assert Message.objects.filter(kind="text").count() == 30


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is a network away")
@pytest.mark.django_db(transaction=True)
def test_a_post_is_two_round_trips(ada, room, monkeypatch):
    sent = []
    exchange = BoundedConnection.exchange

    def count(self, statements):
        sent.append([re.search(words, statement).group() for statement, _ in statements])
        return exchange(self, statements)

    words = "FOR UPDATE|INTO realtime_topichead|INTO chat_message|chat_membership|grouprule|COMMIT"
    monkeypatch.setattr(BoundedConnection, "exchange", count)
    [posted] = services.post_messages([draft(room, ada, "hi")])
    assert sent == [
        ["FOR UPDATE", "chat_membership", "grouprule"],
        ["INTO realtime_topichead", "INTO chat_message", "COMMIT"],
    ]
    assert room.messages.get(pk=posted.id).posted_seq == posted.seq
