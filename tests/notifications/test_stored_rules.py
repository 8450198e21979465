"""What people chose decides over what they are told, when it is told."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model

from notifications import kinds
from notifications.kinds import Kind
from notifications.models import Device, GroupRule, KindDefault, Notification, Preferences
from notifications.rules.stored_rules import load_rules
from notifications.services import mark_groups_read, notify, retract
from tests.cast import people, person

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY_NIGHT = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)
NIGHTS = {str(day): ["22:00", "07:00"] for day in range(7)}


@pytest.fixture
def ada(db):
    return person("ada", email="ada@example.org", time_zone="Europe/Berlin")


def wants(user, **chosen):
    Preferences.objects.update_or_create(user=user, defaults=chosen)


def has_a_device(user):
    return Device.objects.create(user=user, name="phone", endpoint=f"https://push.example.org/{user.pk}")


def notify_user(to, **how):
    notify(to=to, **{"kind": "ping", "title": "Ping"} | how)


def only(user) -> Notification:
    return Notification.objects.get(user=user)


def test_what_was_decided_is_stored_with_its_work(ada, published):
    has_a_device(ada)
    with time_machine.travel(MONDAY_NIGHT, tick=False):
        notify_user(ada)
    row = only(ada)
    assert row.decisions == {"app": "usual", "push": "usual", "mail": "after_unread"}
    assert row.push_due_at == MONDAY_NIGHT + timedelta(seconds=5)
    assert row.email_due_at == MONDAY_NIGHT + timedelta(minutes=15)
    assert published[0].data["notification"]["quiet"] is False
    assert published[0].data["notification"]["stream"] is None


def test_at_night_it_comes_quietly_and_the_rest_in_the_morning(ada, published):
    has_a_device(ada)
    wants(ada, quiet_hours=NIGHTS)
    with time_machine.travel(MONDAY_NIGHT, tick=False):
        notify_user(ada)
    row = only(ada)
    assert row.decisions == {"app": "quiet_hours", "push": "quiet_hours", "mail": "quiet_hours"}
    assert row.push_due_at == row.email_due_at == datetime(2026, 11, 17, 6, tzinfo=UTC)  # seven in Berlin
    assert published[0].data["notification"]["quiet"] is True


def test_what_is_held_has_no_place_and_nobody_hears_of_it(ada, bob, published):
    GroupRule.objects.create(user=ada, group="room.7", level="nothing")
    notify_user([ada, bob], group="room.7")
    row = only(ada)
    assert row.held
    assert (row.position, row.seq, row.push_due_at, row.email_due_at) == (None, 0, None, None)
    assert row.decisions == dict.fromkeys(("app", "push", "mail"), "level_nothing")
    assert [event.topic for event in published] == [f"user.{bob.pk}"]
    notify_user(ada)
    assert [event.seq for event in published] == [1, 1]  # no hole in her log
    assert published[-1].data["unread"] == 1


def test_a_rule_is_of_one_group_and_one_person(ada, bob, published):
    GroupRule.objects.create(user=ada, group="room.7", level="nothing")
    notify_user([ada, bob], group="room.8")
    assert len(published) == 2


def test_a_mute_ends(ada, published):
    GroupRule.objects.create(user=ada, group="room.7", muted_until=MONDAY_NIGHT)
    with time_machine.travel(MONDAY_NIGHT - timedelta(seconds=1), tick=False):
        notify_user(ada, group="room.7")
    assert only(ada).decisions["app"] == "muted"
    with time_machine.travel(MONDAY_NIGHT, tick=False):
        notify_user(ada, group="room.7")
    assert len(published) == 1


def test_the_operator_decides_for_those_who_have_not(ada, bob, published):
    KindDefault.objects.create(kind="ping", app=True, push=False, mail=False)
    wants(bob, channels={"ping": {"mail": True}})
    notify_user([ada, bob])
    assert only(ada).decisions["mail"] == "operator_off"
    assert only(bob).decisions["mail"] == "no_address"


def test_ambient_news_are_for_those_who_want_everything(ada, bob, published):
    kinds.register(Kind("talk", "All that is said", "hash", ambient=True))
    GroupRule.objects.create(user=ada, group="room.7", level="everything")
    notify_user([ada, bob], kind="talk", group="room.7")
    assert [event.topic for event in published] == [f"user.{ada.pk}"]


def test_a_key_holds_for_what_is_held_too(ada, published):
    wants(ada, channels={"ping": {"app": False}})
    notify_user(ada, key="once")
    notify_user(ada, key="once")
    assert Notification.objects.count() == 1


def test_one_who_wants_it_by_mail_alone_gets_it_by_mail_unless_it_is_read(ada, published):
    wants(ada, channels={"ping": {"app": False}})
    notify_user(ada, group="room.7", group_position=3)
    row = only(ada)
    assert row.held
    assert row.email_due_at is not None
    mark_groups_read([(ada.pk, "room.7", 3)])
    assert only(ada).read_at is not None
    assert published == []


def test_what_is_held_is_retracted_without_a_word(ada, bob, published):
    wants(ada, channels={"ping": {"app": False}})
    notify_user(ada, target=bob, body="secret")
    retract([bob])
    assert only(ada).body == ""
    assert published == []


@pytest.mark.parametrize(
    "stored",
    [
        {"quiet_hours": {"0": "all day"}},
        {"quiet_hours": {"0": ["22:00"]}},
        {"quiet_hours": {"0": [22, 7]}},
        {"quiet_hours": [1, 2]},
        {"quiet_hours": {"7": ["22:00", "07:00"]}},
        {"quiet_hours": {"0": ["22:00", "25:00"]}},
        {"channels": {"ping": "push"}},
        {"channels": 7},
        {"mail": "pigeon"},
    ],
)
def test_nothing_that_is_stored_stops_what_is_told(ada, bob, published, stored):
    wants(ada, **stored)
    notify_user([ada, bob])
    assert len(published) == 2


def test_a_time_zone_that_is_no_more_is_the_sites(ada, published):
    get_user_model().objects.filter(pk=ada.pk).update(time_zone="Europe/Atlantis")
    wants(ada, mail="daily")
    notify_user(ada)
    assert only(ada).email_due_at.time().hour == 8


@pytest.mark.parametrize("number", [2, 200])
def test_the_rules_of_any_number_take_three_queries(number, django_assert_num_queries):
    ids = [user.pk for user in people(number)]
    GroupRule.objects.create(user_id=ids[0], group="room.7", level="nothing")
    with django_assert_num_queries(3):
        rules_by_user = load_rules(ids, ["room.7", ""])
    assert rules_by_user.keys() == set(ids)
    assert rules_by_user[ids[0]].levels["room.7"].level == "nothing"
    assert not rules_by_user[ids[1]].levels
