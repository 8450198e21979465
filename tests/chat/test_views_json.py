import pytest
from django.contrib.auth import get_user_model

from accounts.services import deactivate
from chat import rate_limits, services
from chat.models import Room
from tests.chat.pages import people, person, role, room_of, say, visit

pytestmark = pytest.mark.django_db


def code(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_the_signed_out_are_told_so(client):
    for url in ("/jump.json", "/people/search.json", "/rooms/1/open.json", "/rooms/1/messages.json"):
        assert code(client.get(url)) == (401, "signed_out")


def test_open_json_is_the_room_as_a_client_needs_it(ada, bob):
    room = room_of(ada, bob)
    say(room, bob)
    response = visit(bob).get(f"/rooms/{room.pk}/open.json")
    state = response.json()
    assert response["Cache-Control"] == "no-store, private"
    assert state["room"]["name"] == "general"
    assert state["messages"][-1]["html"] == "<p>hello</p>"
    assert {member["user"]["username"] for member in state["members"]} == {"ada", "bob"}
    assert "archive" not in state["can"]


def test_a_public_room_must_be_joined_first(ada, bob):
    room = room_of(ada)
    assert code(visit(bob).get(f"/rooms/{room.pk}/open.json")) == (403, "forbidden")


def test_history_is_read_from_any_place_in_both_directions(ada):
    room = room_of(ada)
    places = [message.posted_seq for message in say(room, ada, 10)]
    browser = visit(ada)

    def page(**query) -> tuple[list[int], bool, bool]:
        answer = browser.get(f"/rooms/{room.pk}/messages.json", query).json()
        return [message["posted_seq"] for message in answer["messages"]], answer["more_before"], answer["more_after"]

    assert page(limit=3) == (places[-3:], True, False)
    assert page(before=places[-3], limit=3) == (places[-6:-3], True, True)
    assert page(after=places[-3], limit=3) == (places[-2:], True, False)
    assert page(around=places[4], limit=4) == (places[2:6], True, True)


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"after": "-1"}, {"limit": "1e3"}, {"before": 1, "after": 2}, {"around": "9" * 30}]
)
def test_history_names_what_is_wrong_with_a_question(ada, query):
    room = room_of(ada)
    assert code(visit(ada).get(f"/rooms/{room.pk}/messages.json", query)) == (400, "invalid")


def test_history_gives_at_most_a_hundred(ada):
    room = room_of(ada)
    say(room, ada, 120)
    answer = visit(ada).get(f"/rooms/{room.pk}/messages.json?limit=5000").json()
    assert len(answer["messages"]) == 100


@pytest.mark.parametrize("number", [1, 100])
@pytest.mark.parametrize("path, most", [("open.json", 8), ("messages.json", 7)])
def test_endpoints_take_the_same_queries_for_any_number(ada, number, path, most, django_assert_num_queries):
    room = room_of(ada, *people(number))
    for member in room.memberships.select_related("user"):
        say(room, member.user)
    browser = visit(ada)
    browser.get(f"/rooms/{room.pk}/open.json")
    with django_assert_num_queries(most):
        browser.get(f"/rooms/{room.pk}/{path}?limit=100")


def test_only_its_author_reads_a_messages_source(ada, bob):
    room = room_of(ada, bob)
    [message] = say(room, ada, text="**hi**")
    url = f"/rooms/{room.pk}/messages/{message.pk}/source.json"
    assert visit(ada).get(url).json() == {"text": "**hi**"}
    assert code(visit(bob).get(url)) == (404, "not_found")
    services.delete_message(room.pk, ada, message.pk)
    assert code(visit(ada).get(url)) == (404, "not_found")


def test_jump_offers_what_is_beyond_ones_own_rooms(ada, bob):
    room_of(ada, name="mine here")
    room_of(bob, name="open here", topic="Come in")
    room_of(bob, name="secret here", kind=Room.Kind.PRIVATE)
    services.archive(room_of(bob, name="old here"), bob)
    answer = visit(ada).get("/jump.json?q=here").json()
    assert [room["name"] for room in answer["rooms"]] == ["open here"]
    assert set(answer["rooms"][0]) == {"id", "name", "kind", "topic"}


def test_people_are_found_by_any_of_their_names(ada, bob):
    person("grace", display_name="Grace Hopper")
    person("gone", display_name="Grace Gone", is_active=False)
    browser = visit(ada)
    for query in ("grace", "HOP", "@grace", "hopper gr"):
        assert [p["username"] for p in browser.get("/people/search.json", {"q": query}).json()["people"]] == ["grace"]
    assert browser.get("/people/search.json?q=ada").json() == {"people": []}


def test_people_in_a_room_can_be_left_out(ada, bob):
    room = room_of(ada, bob)
    person("eve")
    found = visit(ada).get(f"/people/search.json?room={room.pk}").json()["people"]
    assert [p["username"] for p in found] == ["eve"]


def test_who_is_in_a_strange_room_is_not_told(ada, bob):
    room = room_of(bob, kind=Room.Kind.PRIVATE)
    assert code(visit(ada).get(f"/people/search.json?room={room.pk}")) == (404, "not_found")


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("url, most", [("/people/search.json?q=p", 3), ("/jump.json?q=p", 4)])
def test_searches_take_the_same_queries_for_any_number(ada, number, url, most, django_assert_num_queries):
    people(number)
    Room.objects.bulk_create(Room(name=f"p{index}") for index in range(number))
    browser = visit(ada)
    with django_assert_num_queries(most):
        browser.get(url)


def card(asker, room, user):
    return visit(asker).get(f"/rooms/{room.pk}/people/{user.pk}/card.json")


def test_a_card_shows_a_member_with_role_and_zone(ada, bob):
    zoe = person("zoe", time_zone="Asia/Tokyo")
    room = room_of(ada, bob, zoe)
    role(room, zoe, "moderator")
    assert card(bob, room, zoe).json() == {
        "user": {"id": zoe.pk, "username": "zoe", "name": "zoe", "avatar": None},
        "role": "moderator",
        "active": True,
        "time_zone": "Asia/Tokyo",
    }
    assert card(bob, room, ada).json()["time_zone"] is None, "nobody has said so: UTC is what all begin with"


def test_a_card_of_who_is_not_there_any_more_says_so_and_not_where_they_live(ada, bob, eve):
    room = room_of(ada, bob, eve)
    get_user_model().objects.filter(pk__in=[bob.pk, eve.pk]).update(time_zone="Asia/Tokyo")
    services.remove_member(room, ada, bob)
    deactivate(eve)
    former, gone = card(ada, room, bob).json(), card(ada, room, eve).json()
    assert (former["active"], former["time_zone"]) == (False, None)
    assert (gone["user"]["deactivated"], gone["time_zone"]) == (True, None)


def test_a_card_is_for_those_in_the_room_and_of_those_who_were(ada, bob, eve):
    private, public = room_of(ada, kind=Room.Kind.PRIVATE), room_of(ada, name="open")
    assert code(card(bob, private, ada)) == (404, "not_found")
    assert code(card(bob, public, ada)) == (403, "forbidden")
    assert code(card(ada, public, bob)) == (404, "not_found")


def test_cards_have_a_bound_and_take_few_queries(ada, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(rate_limits.profile_cards, "amount", 1)
    room, browser = room_of(ada, *people(30)), visit(ada)
    url = f"/rooms/{room.pk}/people/{ada.pk}/card.json"
    with django_assert_num_queries(5):
        assert browser.get(url).status_code == 200
    assert code(browser.get(url)) == (429, "rate_limited")


def test_a_conversation_is_opened_by_json_and_is_the_same_each_time(ada, bob):
    first = visit(ada).post("/direct/", {"users": [bob.pk]}, content_type="application/json")
    again = visit(bob).post("/direct/", {"users": [ada.pk]}, content_type="application/json")
    assert first.json() == again.json() == {"room": Room.objects.get().pk}


@pytest.mark.parametrize(
    "body, answer",
    [
        ("{", (400, "bad_command")),
        ('{"users": "all"}', (400, "bad_command")),
        ('{"users": [1], "more": 1}', (400, "bad_command")),
        ('{"users": [999999]}', (404, "not_found")),
        (f'{{"users": [{"9" * 40}]}}', (400, "bad_command")),
    ],
)
def test_a_conversation_names_what_is_wrong(ada, body, answer):
    assert code(visit(ada).post("/direct/", body, content_type="application/json")) == answer


def test_asking_for_rooms_has_a_bound(ada, monkeypatch):
    monkeypatch.setattr(rate_limits.room_states, "amount", 2)
    room, browser = room_of(ada), visit(ada)
    paths = [f"/rooms/{room.pk}/{name}.json" for name in ("state", "open", "state")]
    answers = [browser.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_conversations_have_a_bound_and_name_the_wait(ada, bob, monkeypatch):
    monkeypatch.setattr(rate_limits.conversations, "amount", 1)
    browser, eve = visit(ada), person("eve")
    for _ in "one that is known costs nothing".split():
        assert browser.post("/direct/", {"users": [bob.pk]}, content_type="application/json").status_code == 200
    refused = browser.post("/direct/", {"users": [eve.pk]}, content_type="application/json")
    assert code(refused) == (429, "rate_limited")
    assert int(refused["Retry-After"]) > 0
