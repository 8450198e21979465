"""The level of a room: a user chooses it, all their tabs get it, and notifications follow it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chat import services
from chat.states.room_states import room_state
from chat.states.sidebar_entries import room_entries
from notifications import services as notifications
from notifications.models import GroupRule, Notification
from notifications.rules.mute_durations import ALWAYS
from notifications.services import Level
from realtime.shared.errors import Invalid, NotFound
from tests.cast import visit
from tests.chat.pages import room_of, words
from tests.chat.talk import entry, kinds, notified_kinds, place, post

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def choice(user, room) -> tuple:
    found = entry(user, room)
    return found["level"], found["muted_until"]


def test_the_usual_is_mentions_and_no_rule(ada, room):
    assert choice(ada, room) == ("mentions", None)
    services.set_level(room.pk, ada.pk, "nothing")
    services.set_level(room.pk, ada.pk, "mentions")
    assert choice(ada, room) == ("mentions", None)
    assert not GroupRule.objects.exists()


def test_a_choice_is_published_to_all_tabs_of_that_user_and_to_nobody_else(ada, bob, room, published):
    services.set_level(room.pk, ada.pk, "everything")
    assert kinds(published) == [f"user.{ada.pk} room"]
    assert (published[0].data["level"], published[0].data["muted_until"]) == ("everything", None)
    assert published[0].seq == published[0].data["person_seq"] == place(ada, room).person_seq
    assert choice(bob, room) == ("mentions", None)
    services.set_level(room.pk, ada.pk, "everything")
    assert len(published) == 1


@pytest.mark.parametrize(
    "word, until",
    [
        ("hour", NOON + timedelta(hours=1)),
        ("tomorrow", datetime(2026, 11, 20, 22, tzinfo=UTC)),  # nine in the morning in Sydney, where it is night
        ("always", ALWAYS),
    ],
)
def test_a_room_is_muted_by_the_persons_own_clock(ada, room, word, until):
    ada.time_zone = "Australia/Sydney"
    ada.save()
    with time_machine.travel(NOON, tick=False):
        services.set_level(room.pk, ada.pk, "everything")
        assert services.set_level(room.pk, ada.pk, mute=word) == Level("everything", until)
        assert choice(ada, room) == ("everything", until.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        assert services.set_level(room.pk, ada.pk, mute="off") == Level("everything", None)


def test_tomorrow_begins_in_the_zone_of_the_browser(ada, room):
    with time_machine.travel(NOON, tick=False):
        for zone, hour in (("Asia/Tokyo", 0), ("", 9), ("Mars/Olympus", 9)):
            level = services.set_level(room.pk, ada.pk, mute="tomorrow", zone=zone)
            assert level.muted_until == datetime(2026, 11, 21, hour, tzinfo=UTC)
    browser = visit(ada)
    browser.cookies["clock"] = "24:Asia/Tokyo"
    with time_machine.travel(NOON, tick=False):
        browser.post(f"/rooms/{room.pk}/level/", {"level": "tomorrow"})
    assert choice(ada, room)[1] == "2026-11-21T00:00:00.000Z"


def test_the_settings_offer_the_levels_that_a_conversation_has(ada, bob, room):
    direct = services.open_direct(ada, [bob])
    for each in (room, direct):
        services.set_level(each.pk, ada.pk, "nothing")
    form = visit(ada).get("/notifications/preferences/").context["forms"].levels
    labels = {row["label"].name: [label for _, label in row["level"].field.choices][:3] for row in form.table()}
    assert labels["# general"] == ["All messages", "Mentions", "Nothing"]
    assert labels[bob.name][:2] == ["All messages", "Nothing"]


def test_a_mute_that_is_over_is_forgotten_with_the_next_choice(ada, room):
    with time_machine.travel(NOON, tick=False) as clock:
        services.set_level(room.pk, ada.pk, mute="hour")
        clock.shift(timedelta(hours=2))
        assert services.set_level(room.pk, ada.pk, "nothing") == Level("nothing", None)


def test_a_choice_on_the_page_of_preferences_is_published_the_same_way(ada, room, published):
    notifications.set_levels(ada.pk, {f"room.{room.pk}": Level("nothing"), "room.12345": Level("nothing")})
    assert kinds(published) == [f"user.{ada.pk} room"]
    assert published[0].data["level"] == "nothing"


def test_nobody_chooses_for_a_room_they_are_not_in(ada, eve, room):
    for room_id in (room.pk, 12345):
        with pytest.raises(NotFound):
            services.set_level(room_id, eve.pk, "everything")


@pytest.mark.parametrize("wrong", [{"level": "loud"}, {"mute": "week"}, {"level": ""}, {"mute": ""}])
def test_a_choice_that_there_is_not_is_refused(ada, room, wrong):
    with pytest.raises(Invalid, match="from the list"):
        services.set_level(room.pk, ada.pk, **wrong)
    assert not GroupRule.objects.exists()


def test_who_wants_nothing_or_muted_the_room_is_told_nothing_and_can_see_why(ada, bob, room):
    bob_hears = []
    for how in ({"level": "nothing"}, {"level": "everything", "mute": "hour"}, {"mute": "off"}):
        services.set_level(room.pk, bob.pk, **how)
        post(room, ada, "@bob")
        bob_hears.append(notified_kinds(bob).count("mention"))
    assert bob_hears == [0, 0, 1]
    assert Notification.objects.filter(user=bob, kind="mention", held=True).count() == 2


def test_only_those_who_want_everything_cost_a_notification(ada, bob, eve, room):
    services.join(room, eve)
    services.set_level(room.pk, eve.pk, "everything")
    before = Notification.objects.count()
    post(room, ada, "to all")
    assert Notification.objects.count() == before + 1
    assert notified_kinds(eve) == ["room_message"]


def test_who_goes_out_and_comes_back_hears_the_usual(ada, bob, room):
    services.set_level(room.pk, bob.pk, "nothing", "always")
    services.remove_member(room, ada, bob)
    assert not GroupRule.objects.exists()
    services.invite(room, ada, [bob])
    assert choice(bob, room) == ("mentions", None)
    assert notified_kinds(bob)[-1] == "invitation"


def test_a_hundred_rooms_with_levels_cost_as_many_queries_as_one(ada, django_assert_num_queries):
    for number in range(20):
        services.set_level(room_of(ada, name=f"room {number}").pk, ada.pk, "nothing", "hour")
    with django_assert_num_queries(1):
        assert {found["level"] for found in room_entries(ada)} == {"nothing"}


def test_the_state_of_a_room_has_it(ada, room):
    services.set_level(room.pk, ada.pk, "everything")
    assert room_state(place(ada, room))["room"]["level"] == "everything"
    assert "announce" in room_state(place(ada, room))["can"]


def test_everybody_counts_as_a_mention_without_a_row_for_each(ada, bob, eve, room):
    services.join(room, eve)
    post(room, ada, "@room and @bob")
    message = post(room, ada, "@room")
    for user in (bob, eve):
        assert entry(user, room)["mentions"] == 2
    assert [entry(user, room)["personal_mentions"] for user in (ada, bob, eve)] == [0, 1, 0]
    assert entry(ada, room)["mentions"] == 0
    services.delete_message(room.pk, ada, message.pk)
    assert entry(eve, room)["mentions"] == 1
    services.mark_read(room.pk, eve.pk, message.posted_seq)
    assert entry(eve, room)["mentions"] == 0


def test_it_can_be_chosen_without_a_script(ada, room):
    browser, url = visit(ada), f"/rooms/{room.pk}/settings/"
    assert re.search(r'value="mentions"[^>]* checked', browser.get(url).text)
    assert re.findall(r"<span>(.*?)</span></label>", browser.get(url).text.split('id="hearing"')[1])[:6] == [
        "All messages",
        "Mentions",
        "Nothing",
        "Mute for 1 hour",
        "Mute until tomorrow",
        "Mute until I turn it back on",
    ]
    chooses = lambda level: browser.post(f"/rooms/{room.pk}/level/", {"level": level}, follow=True)  # noqa: E731
    assert words(chooses("everything")) == ["Saved."]
    chooses("always")
    assert choice(ada, room)[0] == "everything"
    assert re.search(r'value="muted"[^>]* checked', browser.get(url).text)
    chooses("muted")
    assert choice(ada, room)[1] is not None
    chooses("everything")
    assert choice(ada, room) == ("everything", None)


def test_a_form_that_cannot_be_is_refused(ada, room):
    response = visit(ada).post(f"/rooms/{room.pk}/level/", {"level": "loud"}, follow=True)
    assert words(response) == ["Choose from the list what to be notified of."]


def test_in_a_conversation_there_is_everything_or_nothing(ada, bob):
    direct = services.open_direct(ada, [bob])
    page = visit(ada).get(f"/rooms/{direct.pk}/settings/").text
    assert 'value="everything"' not in page
    visit(ada).post(f"/rooms/{direct.pk}/level/", {"level": "nothing"})
    assert choice(ada, direct) == ("nothing", None)


def test_a_stranger_chooses_nothing(eve, room):
    response = visit(eve).post(f"/rooms/{room.pk}/level/", {"level": "nothing"}, follow=True)
    assert words(response) == ["Join this room first."]
    assert not GroupRule.objects.exists()
