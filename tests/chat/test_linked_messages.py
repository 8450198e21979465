"""Links to messages of this site: what each reader is shown of them, and that it is stored nowhere."""

import pytest

from chat import services
from chat.models import Message
from chat.pages.linked_messages import find_linked
from chat.text.outside_links import find_linked_messages
from tests.chat.pages import room_of, visit
from tests.chat.talk import post

pytestmark = pytest.mark.django_db
SITE = "http://testserver/"


def address(message) -> str:
    return f"{SITE}rooms/{message.room_id}/?message={message.posted_seq}"


def asked(user, *messages) -> list[str]:
    places = "&".join(f"at={message.room_id}.{message.posted_seq}" for message in messages)
    return [found["text"] for found in visit(user).get(f"/messages.json?{places}").json()["messages"]]


@pytest.fixture
def private(ada, bob):
    return room_of(ada, bob, kind="private", name="founders")


def test_members_see_it_and_others_nothing(room, private, ada, bob, eve):
    secret, open_one = post(private, ada, "a *secret* plan"), post(room, ada, "hello all")
    assert sorted(asked(bob, secret, open_one)) == ["a secret plan", "hello all"]
    assert asked(eve, secret, open_one) == ["hello all"]  # anyone may read a public room
    services.remove_member(private, ada, bob)
    assert asked(bob, secret) == []


def test_what_is_not_there_is_as_what_is_not_theirs(private, ada, eve):
    secret = post(private, ada, "secret")
    client = visit(eve)
    here = client.get(f"/messages.json?at={private.pk}.{secret.posted_seq}")
    there = client.get(f"/messages.json?at={private.pk}.987654&at=987654.1&at=x.y&at=&at=1.{'9' * 30}")
    assert here.content == there.content
    assert here.json() == {"messages": []}


def test_an_edit_and_a_deletion_are_followed(room, ada):
    message = post(room, ada, "first")
    services.edit_message(room.pk, ada, message.pk, "second")
    assert asked(ada, message) == ["second"]
    services.delete_message(room.pk, ada, message.pk)
    assert asked(ada, message) == []


def test_it_is_stored_neither_in_the_message_nor_in_its_event(room, private, ada, eve, published):
    secret = post(private, ada, "the secret plan")
    link = post(room, ada, f"look: {address(secret)}")
    assert "secret plan" not in published[-1].line
    assert "secret plan" not in str(vars(Message.objects.get(pk=link.pk)))


def test_the_page_has_it_for_its_reader_only(room, private, ada, eve):
    secret = post(private, ada, "the secret plan")
    services.join(room, eve)
    post(room, ada, f"look: {address(secret)}")
    hers, foreign = (visit(user).get(f"/rooms/{room.pk}/").content.decode() for user in (ada, eve))
    assert hers.count("the secret plan") == 2  # the card, and the initial data of the script
    assert "secret plan" not in foreign


def test_a_page_without_such_links_asks_nothing(room, ada, django_assert_num_queries):
    messages = [post(room, ada, "hello"), post(room, ada, "https://example.org/rooms/1/?message=2")]
    with django_assert_num_queries(0):
        assert find_linked(ada, messages, SITE) == []


@pytest.mark.parametrize(
    "url, found",
    [
        ("http://testserver/rooms/42/?message=7", [(42, 7)]),
        ("http://testserver/rooms/42/?message=7#m-7", [(42, 7)]),
        ("http://testserver/rooms/42/", []),
        ("http://testserver/rooms/42/?message=7&x=1", []),
        ("https://testserver/rooms/42/?message=7", []),
        ("http://testserver.evil.example/rooms/42/?message=7", []),
    ],
)
def test_which_addresses_are_messages(url, found):
    html = f'<p><a href="{url.replace("&", "&amp;")}" target="_blank">x</a></p>'
    assert find_linked_messages(html, SITE) == found


def test_a_conversation_is_named_by_its_people(ada, bob):
    conversation = services.open_direct(ada, [bob])
    message = post(conversation, bob, "psst")
    [found] = visit(ada).get(f"/messages.json?at={conversation.pk}.{message.posted_seq}").json()["messages"]
    assert found["room_name"].startswith("Direct messages: ")
    assert found["url"] == f"/rooms/{conversation.pk}/?message={message.posted_seq}"
