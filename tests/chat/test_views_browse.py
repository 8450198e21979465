import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Membership, Room
from realtime.shared.cursors import make_cursor
from tests.chat.pages import people, room_of, say, visit

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [room.name for room in response.context["page"].rows]


def test_shows_public_rooms_by_name_with_what_one_should_know(ada, bob):
    room = room_of(ada, bob, name="general", topic="Be kind")
    room_of(bob, name="Art")
    room_of(bob, name="secret", kind=Room.Kind.PRIVATE)
    say(room, bob)
    response = visit(ada).get("/rooms/")
    assert names(response) == ["Art", "general"]
    art, general = response.context["page"].rows
    assert (general.people, general.joined, art.people, art.joined) == (2, True, 1, False)
    assert general.last_posted_at
    assert b"Be kind" in response.content


def test_finds_rooms_by_all_words_in_name_or_topic(ada):
    room_of(ada, name="launch week", topic="The big one")
    room_of(ada, name="launch pad")
    assert names(visit(ada).get("/rooms/?q=LAUNCH+big")) == ["launch week"]


@pytest.mark.parametrize("query", ["\0", "%", "a" * 500, "ʼ\u202e", "' OR 1"])
def test_any_query_is_answered(ada, query):
    room_of(ada)
    assert names(visit(ada).get("/rooms/", {"q": query})) == (["general"] if query == "\0" else [])


def test_says_that_nothing_was_found_and_offers_to_make_it(ada):
    response = visit(ada).get("/rooms/", {"q": "tea & cake"})
    assert "No public rooms match" in response.text
    assert "/rooms/new/?name=tea+%26+cake" in response.text


def test_archived_rooms_stand_under_their_own_filter(ada):
    services.archive(room_of(ada, name="old"), ada)
    room_of(ada, name="new")
    assert names(visit(ada).get("/rooms/")) == ["new"]
    assert names(visit(ada).get("/rooms/?show=archived")) == ["old"]


def test_pages_follow_each_other_without_repeats_or_holes(ada):
    Room.objects.bulk_create(Room(name=f"room {index:03}") for index in range(65))
    browser, seen, url = visit(ada), [], "/rooms/?q=room"
    while url:
        response = browser.get(url)
        seen += names(response)
        following = response.context["page"].next
        url = following and f"/rooms/?q=room&after={following}"
    assert seen == [f"room {index:03}" for index in range(65)]


def test_a_page_after_a_room_that_is_gone_goes_on(ada):
    Room.objects.bulk_create(Room(name=f"room {index:03}") for index in range(31))
    first = visit(ada).get("/rooms/").context["page"]
    first.rows[-1].delete()
    assert names(visit(ada).get("/rooms/", {"after": first.next})) == ["room 030"]


def test_a_cursor_that_we_did_not_make_starts_over(ada, bob):
    """If rows were looked up by it, the list would reveal how the name of any room compares with others."""
    secret = room_of(bob, name="mole", kind=Room.Kind.PRIVATE)
    room_of(ada, name="ant")
    forged = Signer(salt="another").sign_object(["mole", secret.pk])
    of_another_list = make_cursor("held", "mole", secret.pk)
    for cursor in (str(secret.pk), "999999", "x", "\0", forged, of_another_list):
        response = visit(ada).get("/rooms/", {"after": cursor})
        assert names(response) == ["ant"]
        assert "Back to the start" not in response.text


def test_welcomes_who_is_in_no_room(ada, bob):
    room_of(bob)
    assert "Welcome" in visit(ada).get("/rooms/").text
    assert "Welcome" not in visit(bob).get("/rooms/").text


def test_the_list_takes_the_same_queries_for_any_number_of_rooms(ada):
    browser = visit(ada)
    browser.get("/rooms/")  # the first page of all makes the epoch
    counts = set()
    for number in (1, 30):
        rooms = Room.objects.bulk_create(Room(name=f"room {number} {index}") for index in range(number))
        everybody = people(number, f"p{number}-")
        Membership.objects.bulk_create(Membership(room=rooms[0], user=user) for user in everybody)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/rooms/")
        counts.add(len(queries))
    assert len(counts) == 1


def test_makes_a_room_and_goes_there(ada):
    response = visit(ada).post("/rooms/new/", {"name": "  Café   ☕ ", "topic": "Warm", "kind": "public"})
    room = Room.objects.get()
    assert response.url == f"/rooms/{room.pk}/"
    assert (room.name, room.topic, room.kind) == ("Café ☕", "Warm", "public")
    assert room.memberships.get().role == "owner"


@pytest.mark.parametrize(
    "name, sentence",
    [
        ("", "Give the room a name."),
        ("   ", "Give the room a name."),
        ("\u200b\u3164", "Give the room a name."),
        ("w" * 81, "At most 80 characters; this has 81."),
        ("GENERAL", "A public room with this name is already there."),
    ],
)
def test_says_in_words_why_a_room_cannot_be_made(ada, bob, name, sentence):
    room_of(bob, name="general")
    response = visit(ada).post("/rooms/new/", {"name": name, "kind": "public"})
    assert response.status_code == 422
    assert sentence in response.text
    assert Room.objects.count() == 1


def test_a_form_that_was_refused_keeps_what_was_typed(ada, bob):
    room_of(bob, name="general")
    response = visit(ada).post("/rooms/new/", {"name": "general", "topic": "My topic", "kind": "private!"})
    assert "My topic" in response.text
    assert "Choose who may join." in response.text


def test_twenty_rooms_an_hour_are_enough(ada):
    browser = visit(ada)
    for index in range(20):
        assert browser.post("/rooms/new/", {"name": f"r{index}", "kind": "private"}).status_code == 302
    response = browser.post("/rooms/new/", {"name": "one more", "kind": "private"})
    assert "You&#x27;re creating rooms too quickly. Try again in 60 min." in response.text
    assert Room.objects.count() == 20


def test_nobody_looks_in_without_signing_in(client):
    for url in ("/", "/rooms/", "/rooms/new/", "/direct/new/", "/rooms/1/"):
        assert client.get(url).url.startswith("/accounts/login/")
