import pytest

from chat import rate_limits, services
from chat.models import Membership, Room
from tests.chat.pages import OF_THE_FRAME, people, person, role, room_of, visit, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(ada, bob):
    return room_of(ada, bob, name="general", topic="Be kind")


def is_in(room, user) -> bool:
    return Membership.objects.filter(room=room, user=user, active=True).exists()


def test_an_owner_is_shown_all_there_is_to_do(ada, room):
    page = visit(ada).get(f"/rooms/{room.pk}/settings/").text
    for path in ("invite/", "archive/", "leave/", "role/", "remove/"):
        assert f"/rooms/{room.pk}/" in page
        assert path in page


def test_a_member_is_shown_what_they_may_do_and_no_more(bob, room):
    page = visit(bob).get(f"/rooms/{room.pk}/settings/").text
    assert "leave/" in page
    for path in ("archive/", "role/", "remove/", 'name="topic"'):
        assert path not in page


def test_a_conversation_has_people_and_nothing_to_change(ada, bob):
    conversation = services.open_direct(ada, [bob])
    page = visit(ada).get(f"/rooms/{conversation.pk}/settings/").text
    assert "<bdi>bob</bdi>" in page
    for path in ("leave/", "archive/", "role/", "remove/", "invite/", 'name="topic"'):
        assert path not in page


def test_name_and_topic_can_be_changed_by_who_may(ada, room):
    response = visit(ada).post(f"/rooms/{room.pk}/settings/", {"name": "Général", "topic": ""}, follow=True)
    room.refresh_from_db()
    assert (room.name, room.topic) == ("Général", "")
    assert words(response) == ["Saved."]


def test_a_name_that_is_taken_is_refused_beside_what_was_typed(ada, room):
    room_of(ada, name="random")
    response = visit(ada).post(f"/rooms/{room.pk}/settings/", {"name": "Random", "topic": "New topic"})
    assert response.status_code == 422
    assert "A public room with this name is already there." in response.text
    assert "New topic" in response.text


@pytest.mark.parametrize(
    "path, data",
    [
        ("settings/", {"name": "mine"}),
        ("archive/", {"confirmed": 1}),
        ("members/{ada}/role/", {"role": "member"}),
        ("members/{ada}/remove/", {"confirmed": 1}),
    ],
)
def test_what_a_member_may_not_do_is_refused(ada, bob, room, path, data):
    response = visit(bob).post(f"/rooms/{room.pk}/{path.format(ada=ada.pk)}", data, follow=True)
    assert words(response) == ["You don't have permission to do this."]
    room.refresh_from_db()
    assert (room.name, room.archived_at) == ("general", None)
    assert Membership.objects.get(room=room, user=ada).role == "owner"


@pytest.mark.parametrize("path", ["settings/", "invite/"])
def test_a_stranger_is_led_out_of_a_public_rooms_settings(eve, room, path):
    response = visit(eve).get(f"/rooms/{room.pk}/{path}", follow=True)
    assert response.redirect_chain == [(f"/rooms/{room.pk}/", 302)]
    assert words(response) == ["Join this room first."]


def test_a_role_is_given_and_told(ada, bob, room):
    response = visit(ada).post(f"/rooms/{room.pk}/members/{bob.pk}/role/", {"role": "moderator"}, follow=True)
    assert Membership.objects.get(room=room, user=bob).role == "moderator"
    assert words(response) == ["bob is now moderator."]


def test_the_last_owner_stays_one(ada, room):
    response = visit(ada).post(f"/rooms/{room.pk}/members/{ada.pk}/role/", {"role": "member"}, follow=True)
    assert words(response) == ["A room needs an owner. Make someone else an owner first."]


def test_a_moderator_removes_members_only(ada, bob, eve, room):
    services.invite(room, ada, [eve])
    role(room, bob, "moderator")
    page = visit(bob).get(f"/rooms/{room.pk}/settings/").text
    assert f"/members/{eve.pk}/remove/" in page
    assert f"/members/{ada.pk}/remove/" not in page
    visit(bob).post(f"/rooms/{room.pk}/members/{eve.pk}/remove/", {"confirmed": 1})
    visit(bob).post(f"/rooms/{room.pk}/members/{ada.pk}/remove/", {"confirmed": 1})
    assert not is_in(room, eve)
    assert is_in(room, ada)


@pytest.mark.parametrize("path", ["archive/", "leave/", "members/{bob}/remove/"])
def test_what_takes_away_asks_first(ada, bob, room, path):
    services.set_role(room, ada, bob, "owner")
    url = f"/rooms/{room.pk}/{path.format(bob=bob.pk)}"
    role(room, bob, "member") if "members" in path else None
    response = visit(ada).post(url, {"hand_over_to": bob.pk})
    assert response.status_code == 200
    assert 'name="confirmed"' in response.text
    assert f'name="hand_over_to" value="{bob.pk}"' in response.text
    assert is_in(room, ada)
    assert is_in(room, bob)


def test_the_last_owner_hands_over_before_leaving(ada, bob, room):
    browser, url = visit(ada), f"/rooms/{room.pk}/leave/"
    assert "New owner" in browser.get(f"/rooms/{room.pk}/settings/").text
    refused = browser.post(url, {"confirmed": 1}, follow=True)
    assert words(refused) == ["You're the only owner. Choose a new owner before you leave."]
    assert browser.post(url, {"confirmed": 1, "hand_over_to": bob.pk}).url == "/"
    assert Membership.objects.get(room=room, user=bob).role == "owner"
    assert not is_in(room, ada)


def test_a_room_is_archived_and_brought_back(ada, room):
    browser = visit(ada)
    browser.post(f"/rooms/{room.pk}/archive/", {"confirmed": 1})
    assert "Restore room" in browser.get(f"/rooms/{room.pk}/settings/").text
    browser.post(f"/rooms/{room.pk}/restore/")
    assert Room.objects.get(pk=room.pk).archived_at is None


def test_people_are_invited(bob, eve, room):
    response = visit(bob).post(f"/rooms/{room.pk}/invite/", {"users": [eve.pk]}, follow=True)
    assert is_in(room, eve)
    assert response.redirect_chain == [(f"/rooms/{room.pk}/", 302)], "back to where one came from"
    assert words(response) == ["eve is now in the room."]


def test_an_invitation_names_nobody_who_is_in_or_gone(ada, bob, room):
    person("gone", is_active=False)
    zoe = person("zoe")
    assert [user.pk for user in visit(ada).get(f"/rooms/{room.pk}/invite/").context["offered"]] == [zoe.pk]


def test_picking_needs_no_script(ada, bob, eve, room):
    """Search keeps the ticked boxes; the other button sends them."""
    found = visit(ada).post("/direct/new/", {"users": [bob.pk], "q": "eve", "search": "1"})
    assert [user.pk for user in found.context["picked"]] == [bob.pk]
    assert [user.pk for user in found.context["offered"]] == [eve.pk]
    started = visit(ada).post("/direct/new/", {"users": [bob.pk, eve.pk], "q": "eve"})
    assert started.url == f"/rooms/{Room.objects.get(kind='direct').pk}/"


@pytest.mark.parametrize("users", [[], ["x"], ["999999"], ["9" * 40]])
def test_picking_nobody_is_told_in_words(ada, users):
    response = visit(ada).post("/direct/new/", {"users": users})
    assert response.status_code == 422
    assert (
        "Pick at least one person." in response.text or "One of these people is no longer available." in response.text
    )


def test_too_many_for_a_conversation_is_told_in_words(ada):
    response = visit(ada).post("/direct/new/", {"users": [user.pk for user in people(9)]})
    assert response.status_code == 422
    assert "A direct conversation has at most 8 people." in response.text
    assert len(response.context["picked"]) == 9


def test_no_membership_of_another_room_orders_the_members(ada, bob, eve):
    """Else the page would reveal whether their names come before those of the members of one's own room."""
    foreign = room_of(bob, name="founders", kind=Room.Kind.PRIVATE).memberships.get()
    room = room_of(ada, eve)
    page = visit(ada).get(f"/rooms/{room.pk}/settings/", {"after": foreign.pk}).context["members"]
    assert ([member.user for member in page.rows], page.is_first) == ([ada, eve], True)


def test_members_are_paged_and_searched(ada, room):
    services.invite(room, ada, people(70))
    browser, seen, after = visit(ada), [], ""
    while after is not None:
        page = browser.get(f"/rooms/{room.pk}/settings/?after={after}").context["members"]
        seen += [member.user.username for member in page.rows]
        after = page.next
    assert seen == ["ada", "bob", *(f"p{index:03}" for index in range(70))]
    found = browser.get(f"/rooms/{room.pk}/settings/?q=p042").context["members"]
    assert [member.user.username for member in found.rows] == ["p042"]


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("path, most", [("settings/", 9), ("invite/", 4)])
def test_pages_take_the_same_queries_for_any_number_of_people(ada, number, path, most, django_assert_num_queries):
    room = room_of(ada, *people(number, "in"), name="crowd")
    people(number, "out")
    browser = visit(ada)
    browser.get(f"/rooms/{room.pk}/{path}")  # The site's first page names its history.
    with django_assert_num_queries(most + OF_THE_FRAME):
        browser.get(f"/rooms/{room.pk}/{path}")


def test_to_change_what_one_hears_has_a_bound(ada, monkeypatch):
    monkeypatch.setattr(rate_limits.levels, "amount", 2)
    room, browser = room_of(ada), visit(ada)
    for level in ("everything", "nothing", "everything"):
        answer = browser.post(f"/rooms/{room.pk}/level/", {"level": level}, follow=True)
    assert words(answer)[-1] == "You're changing what you're notified of too quickly. Try again in 60 min."


def test_to_come_and_go_has_a_bound(ada, monkeypatch):
    monkeypatch.setattr(rate_limits.joins, "amount", 2)
    room, bob = room_of(ada), person("bob")
    browser = visit(bob)
    for _ in "once twice".split():
        browser.post(f"/rooms/{room.pk}/join/")
        browser.post(f"/rooms/{room.pk}/join/")  # to be in already costs nothing
        browser.post(f"/rooms/{room.pk}/leave/", {"confirmed": "1"})
    refused = browser.post(f"/rooms/{room.pk}/join/", follow=True)
    assert words(refused)[-1] == "You're joining rooms too quickly. Try again in 60 min."
    assert not Membership.objects.get(room=room, user=bob).active
