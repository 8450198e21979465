import pytest

from chat import services
from chat.models import Membership, Message, Room
from files.limits import describe_for
from tests.chat.pages import OF_THE_FRAME, people, person, room_of, say, visit, words

pytestmark = pytest.mark.django_db


def test_home_leads_to_the_rooms_where_one_is_in_none(ada):
    assert visit(ada).get("/").url == "/rooms/"


def test_home_leads_to_the_oldest_room_and_then_to_the_last_opened(ada):
    zebra, apple = room_of(ada, name="zebra"), room_of(ada, name="Apple")
    browser = visit(ada)
    assert browser.get("/").url == f"/rooms/{zebra.pk}/"
    assert browser.get(f"/rooms/{apple.pk}/open.json").status_code == 200
    assert browser.get("/").url == f"/rooms/{apple.pk}/"
    assert browser.get(f"/rooms/{zebra.pk}/state.json").json()["room"]["id"] == zebra.pk
    assert browser.get("/").url == f"/rooms/{apple.pk}/"


def test_home_forgets_a_room_one_has_left(ada, bob):
    zebra, apple = room_of(bob, ada, name="zebra"), room_of(ada, name="apple")
    browser = visit(ada)
    browser.get(f"/rooms/{zebra.pk}/open.json")
    services.leave(zebra, ada)
    assert browser.get("/").url == f"/rooms/{apple.pk}/"


def test_a_member_gets_the_chat_with_all_it_starts_with(ada, bob):
    room = room_of(ada, bob)
    response = visit(ada).get(f"/rooms/{room.pk}/")
    initial_data = response.context["initial_data"]
    assert response["Cache-Control"] == "no-store, private"
    assert initial_data["me"]["name"] == "Ada Lovelace"
    assert initial_data["person"]["topic"] == f"user.{ada.pk}"
    assert [entry["name"] for entry in initial_data["rooms"]] == ["general"]
    assert initial_data["open"]["room"]["id"] == room.pk
    assert initial_data["urls"]["room_open"] == "/rooms/{room}/open.json"
    assert initial_data["urls"]["message_source"] == "/rooms/{room}/messages/{message}/source.json"


def test_a_public_room_shows_its_last_messages_to_who_may_join(ada, bob):
    room = room_of(ada, name="general")
    say(room, ada, 40, "words")
    response = visit(bob).get(f"/rooms/{room.pk}/")
    assert response.text.count("<p>words</p>") == 30
    assert f'action="/rooms/{room.pk}/join/"' in response.text
    assert "Join to read earlier messages." in response.text


def test_a_deleted_message_leaves_a_mark_in_the_preview(ada, bob):
    room = room_of(ada)
    [message] = say(room, ada)
    services.delete_message(room.pk, ada, message.pk)
    assert "This message was deleted." in visit(bob).get(f"/rooms/{room.pk}/").text


def test_an_archived_room_can_be_read_and_not_joined(ada, bob):
    room = room_of(ada)
    services.archive(room, ada)
    response = visit(bob).get(f"/rooms/{room.pk}/")
    assert "archived" in response.text
    assert "/join/" not in response.text
    refused = visit(bob).post(f"/rooms/{room.pk}/join/", follow=True)
    assert words(refused) == ["This room is archived."]


def test_joining_leads_into_the_room(ada, bob):
    room = room_of(ada)
    assert visit(bob).post(f"/rooms/{room.pk}/join/").url == f"/rooms/{room.pk}/"
    assert Membership.objects.get(room=room, user=bob).active


@pytest.mark.parametrize(
    "path", ["", "settings/", "invite/", "open.json", "state.json", "messages.json", "messages/1/source.json"]
)
def test_a_private_room_is_not_there_for_others(ada, bob, path):
    room = room_of(ada, kind=Room.Kind.PRIVATE)
    browser = visit(bob)
    hidden, missing = browser.get(f"/rooms/{room.pk}/{path}"), browser.get(f"/rooms/999999/{path}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    if path.endswith(".json"):
        assert hidden.content == missing.content


@pytest.mark.parametrize("path", ["join/", "leave/", "archive/", "restore/", "settings/", "invite/"])
def test_a_private_room_takes_nothing_from_others(ada, bob, path):
    room = room_of(ada, kind=Room.Kind.PRIVATE)
    assert visit(bob).post(f"/rooms/{room.pk}/{path}", {"confirmed": 1}).status_code == 404


@pytest.mark.parametrize("path", ["", "open.json", f"messages/{'9' * 40}/source.json", "settings/?after=" + "9" * 40])
def test_numbers_no_database_can_hold_are_not_there(ada, path):
    assert visit(ada).get(f"/rooms/{'9' * 40}/{path}").status_code == 404


def test_what_is_not_a_get_is_refused(ada):
    room = room_of(ada)
    browser = visit(ada)
    assert browser.post(f"/rooms/{room.pk}/open.json").status_code == 405
    assert browser.put(f"/rooms/{room.pk}/join/").status_code == 405


@pytest.mark.parametrize("path, page", [("join/", ""), ("leave/", "settings/"), ("archive/", "settings/")])
def test_the_address_of_a_form_alone_leads_to_its_page(ada, path, page):
    room = room_of(ada)
    assert visit(ada).get(f"/rooms/{room.pk}/{path}").url == f"/rooms/{room.pk}/{page}"


@pytest.mark.parametrize("number", [1, 30])
def test_the_chat_takes_the_same_queries_for_any_number_of_anything(ada, number, django_assert_max_num_queries):
    room = crowded(ada, number)
    browser = visit(ada)
    browser.get(f"/rooms/{room.pk}/open.json")
    describe_for(ada)  # what is left of the site's space is known for a while
    with django_assert_max_num_queries(25) as queries:
        assert browser.get(f"/rooms/{room.pk}/").status_code == 200
    assert len(queries) == 25


@pytest.mark.parametrize("number", [1, 30])
def test_the_preview_takes_the_same_queries_for_any_number_of_messages(ada, number, django_assert_num_queries):
    room = crowded(ada, number)
    browser = visit(person("eve"))
    browser.get(f"/rooms/{room.pk}/")  # The site's first page names its history.
    with django_assert_num_queries(8 + OF_THE_FRAME):
        browser.get(f"/rooms/{room.pk}/")


def crowded(owner, number: int) -> Room:
    """Return a room with people and words, one of as many of that owner's, beside as many conversations."""
    room = room_of(owner, *people(number))
    for user in room.memberships.exclude(user=owner):
        say(room, user.user)
        services.open_direct(owner, [user.user])
    for index in range(number):
        room_of(owner, name=f"room {index}")
    assert Message.objects.filter(room=room, kind="text").count() == number
    return room
