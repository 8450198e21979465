"""A room of thousands: its page and its state are about as large as those of a room of 200."""

import pytest
from django.db import connection

from accounts.models import User
from chat.models import Membership, Room
from chat.states import room_states
from chat.states.room_states import MEMBERS_AT_FIRST, room_state
from notifications.models import Keyword
from notifications.rules.preferences import set_keywords
from tests.chat.pages import people, person, role, room_of, visit
from tests.chat.talk import post
from tests.database_steps import count_steps

pytestmark = pytest.mark.django_db


def fill(room: Room, count: int, letter: str = "p") -> list[Membership]:
    users = User.objects.bulk_create(
        User(username=f"{letter}{number:05}", email=f"{letter}{number:05}@example.org") for number in range(count)
    )
    return Membership.objects.bulk_create(Membership(room=room, user=user) for user in users)


def names(state: dict) -> list[str]:
    return [member["user"]["username"] for member in state["members"]]


def own_place(room: Room, user) -> Membership:
    return Membership.objects.select_related("room").get(room=room, user=user)


def test_a_state_has_all_the_people_of_a_usual_room(ada):
    room = room_of(ada)
    fill(room, MEMBERS_AT_FIRST - 1)
    state = room_state(own_place(room, ada))
    assert (len(state["members"]), state["member_count"]) == (MEMBERS_AT_FIRST, MEMBERS_AT_FIRST)


def test_of_a_large_room_a_state_has_who_runs_it_oneself_and_the_first(ada, monkeypatch):
    monkeypatch.setattr(room_states, "MEMBERS_AT_FIRST", 5)
    room = room_of(ada)
    members = fill(room, 20)
    role(room, members[15].user, "moderator")
    reader = Membership.objects.select_related("room").get(pk=members[18].pk)
    state = room_state(reader)
    assert names(state) == ["ada", "p00015", "p00018", "p00000", "p00001"]
    assert state["member_count"] == 21


def test_a_page_does_not_grow_with_people_who_are_not_shown(ada):
    room = room_of(ada)
    fill(room, MEMBERS_AT_FIRST + 50)
    browser = visit(ada)
    some = len(browser.get(f"/rooms/{room.pk}/").content)
    fill(room, 1000, letter="q")
    assert len(browser.get(f"/rooms/{room.pk}/").content) < some + 500
    assert len(browser.get(f"/rooms/{room.pk}/state.json").content) < 60_000


def test_people_of_a_room_are_found_in_it_alone(ada, bob):
    room = room_of(ada)
    fill(room, 3)
    person("p99999")
    found = visit(ada).get(f"/people/search.json?in={room.pk}&q=p").json()["people"]
    assert [one["username"] for one in found] == ["p00000", "p00001", "p00002"]
    assert visit(bob).get(f"/people/search.json?in={room.pk}&q=p").status_code == 403


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts its steps")
@pytest.mark.parametrize("text", ["hello", "a deploy", "hello @bob", "hello @nobody-here"])
def test_a_post_looks_at_as_many_rows_in_a_large_room_as_in_a_small_one(ada, bob, text):
    small, large = room_of(ada, bob, name="small"), room_of(ada, bob, name="large")
    fill(large, 1000)
    set_keywords(bob.pk, ["deploy", "incident"])
    Keyword.objects.bulk_create(Keyword(user=user, word="deploy") for user in people(300, prefix="elsewhere"))
    for room in (small, large):
        post(room, ada, text)  # statements are prepared
    steps = [count_steps(lambda room=room: post(room, ada, text)) for room in (small, large)]
    assert steps[1] <= 1.1 * steps[0]
