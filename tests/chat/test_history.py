"""A page of messages, by keyset."""

import pytest

from chat import services
from chat.models import Message
from chat.models.querysets import MessagePage
from tests.chat.pages import room_of
from tests.chat.talk import draft, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def seqs(ada, room):
    """The places of ten messages; nothing else is left in the room."""
    posted = services.post_messages([draft(room, ada, str(number)) for number in range(10)])
    room.messages.filter(kind="system").delete()
    return [message.seq for message in posted]


def shown(page: MessagePage) -> tuple[list[str], bool, bool]:
    return [message.text for message in page.messages], page.more_before, page.more_after


def test_the_newest_come_first(room, seqs):
    assert shown(Message.objects.page(room, limit=3)) == (["7", "8", "9"], True, False)
    assert shown(Message.objects.page(room, limit=10)) == ([str(number) for number in range(10)], False, False)


def test_before_one(room, seqs):
    assert shown(Message.objects.page(room, before=seqs[7], limit=3)) == (["4", "5", "6"], True, True)
    assert shown(Message.objects.page(room, before=seqs[2], limit=3)) == (["0", "1"], False, True)
    assert shown(Message.objects.page(room, before=seqs[0], limit=3)) == ([], False, True)


def test_after_one(room, seqs):
    assert shown(Message.objects.page(room, after=seqs[2], limit=3)) == (["3", "4", "5"], True, True)
    assert shown(Message.objects.page(room, after=seqs[7], limit=3)) == (["8", "9"], True, False)
    assert shown(Message.objects.page(room, after=0, limit=1)) == (["0"], False, True)


def test_around_one(room, seqs):
    assert shown(Message.objects.page(room, around=seqs[5], limit=4)) == (["3", "4", "5", "6"], True, True)
    assert shown(Message.objects.page(room, around=seqs[0], limit=4)) == (["0", "1", "2", "3"], False, True)
    assert shown(Message.objects.page(room, around=seqs[9], limit=4)) == (["7", "8", "9"], True, False)


def test_an_empty_room_has_an_empty_page(ada):
    room = room_of(ada)
    room.messages.all().delete()
    for edge in ({}, {"before": 5}, {"after": 5}, {"around": 5}):
        assert shown(Message.objects.page(room, **edge)) == ([], False, False)


def test_a_deleted_message_keeps_its_place(ada, room, seqs):
    message = post(room, ada, "rude")
    services.delete_message(room.pk, ada, message.pk)
    page = Message.objects.page(room, limit=2)
    assert [message.posted_seq for message in page.messages] == [seqs[9], message.posted_seq]


@pytest.mark.parametrize("edge", ["before", "after", "around"])
def test_a_page_costs_a_handful_of_queries(room, seqs, edge, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page = Message.objects.page(room, **{edge: seqs[5]}, limit=8)
        assert all(message.author.username == "ada" and message.mention_ids == [] for message in page.messages)
