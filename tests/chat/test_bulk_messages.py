"""`manage.py flood_room` fills a room as if its people had talked for a year."""

import io
from itertools import islice

import pytest
from django.core.management import CommandError, call_command

from chat import services
from chat.demo.bulk_texts import make_texts
from chat.models import Message, Room
from chat.services import bulk_messages
from realtime.models import TopicHead


@pytest.fixture
def room(ada, bob):
    room = services.create_room(ada, kind="public", name="general")
    services.join(room, bob)
    return room


def flood(room, messages):
    out = io.StringIO()
    call_command("flood_room", room, messages=messages, stdout=out)
    return out.getvalue()


def test_the_messages_are_numbered_like_any_other(room, ada, bob, monkeypatch):
    monkeypatch.setattr(bulk_messages, "MESSAGES_A_TRANSACTION", 40)
    before = TopicHead.objects.get(name=f"room.{room.pk}").seq
    assert "Wrote 100 messages to general" in flood(room.pk, 100)
    written = Message.objects.filter(room=room, kind="text").order_by("posted_seq")
    assert [message.posted_seq for message in written] == list(range(before + 1, before + 101))
    assert [message.seq for message in written] == [message.posted_seq for message in written]
    assert {message.author for message in written} == {ada, bob}
    assert [message.created_at for message in written] == sorted(message.created_at for message in written)
    assert "<strong>green</strong>" in "".join(message.html for message in written)
    assert set(room.memberships.values_list("last_read_seq", flat=True)) == {before + 100}
    posted = services.post_messages([services.MessageDraft(room.pk, ada.pk, "0" * 32, "and on")])[0]
    assert posted.seq == before + 101


def test_a_room_that_is_not_there_or_is_empty_is_told(room, ada, bob):
    with pytest.raises(CommandError, match="There is no room 999"):
        flood(999, 10)
    with pytest.raises(CommandError, match="above 0"):
        flood(room.pk, 0)
    room.memberships.update(active=False)
    with pytest.raises(CommandError, match="has no members"):
        flood(room.pk, 10)
    assert not Message.objects.filter(kind="text").exists()


def test_many_rooms_are_made_and_filled_in_several_languages(ada, bob):
    out = io.StringIO()
    call_command("flood_room", rooms=3, messages=300, stdout=out)
    assert "Wrote 300 messages to 3 rooms" in out.getvalue()
    rooms = list(Room.objects.order_by("pk"))
    counts = [Message.objects.filter(room=room, kind="text").count() for room in rooms]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == 300
    for room in rooms:
        seqs = list(Message.objects.filter(room=room, kind="text").order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        assert TopicHead.objects.get(name=f"room.{room.pk}").seq == seqs[-1]
    texts = "".join(Message.objects.values_list("text", flat=True))
    assert all(word in texts for word in (" the ", " die ", " не ", "の"))


def test_the_texts_are_the_same_each_time():
    assert list(islice(make_texts(seed=1), 50)) == list(islice(make_texts(seed=1), 50))


def test_one_says_which_room_or_how_many(room):
    for options in ({}, {"room": room.pk, "rooms": 3}):
        with pytest.raises(CommandError, match="or use --rooms"):
            call_command("flood_room", **options)
    with pytest.raises(CommandError, match="above 0"):
        call_command("flood_room", rooms=0)
