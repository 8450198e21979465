"""What other settings would have done with the last week, told before they are saved."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notifications import groups, kinds, services
from notifications.groups import GroupLabel
from notifications.kinds import Kind
from notifications.models import Device, GroupRule, Notification, Preferences
from notifications.rules import preview
from tests.cast import person
from tests.notifications.settings_page import Settings

pytestmark = pytest.mark.django_db
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PREVIEW = "/notifications/preferences/preview/"


@pytest.fixture(autouse=True)
def _a_friday(monkeypatch):
    monkeypatch.setattr(groups, "_groups", {})
    groups.register("place", lambda _, ids: {id: GroupLabel(f"Place {id}") for id in ids})
    kinds.register(Kind("alarm", "Alarms", "bell", urgent=True))
    with time_machine.travel(FRIDAY_NOON, tick=False):
        yield


@pytest.fixture
def ada(db):
    ada = person("ada", email="ada@example.org")
    Device.objects.create(user=ada, name="phone", endpoint="https://push.example.org/1")
    return ada


@pytest.fixture
def page(ada):
    return Settings(ada)


def notify_user(user, *, ago=timedelta(hours=1), **how):
    """Notify, so long ago."""
    with time_machine.travel(FRIDAY_NOON - ago, tick=False):
        services.notify(to=user, **{"kind": "ping", "title": "Ping"} | how)


def tries(page, *without, **changes) -> preview.Preview:
    answer = page.sends(*without, do="preview", **changes)
    assert answer.status_code == 200
    assert not Preferences.objects.filter(user=page.user).exclude(channels={}).exists()
    return answer.context["preview"]


def effects(found) -> dict[str, str]:
    return dict(found.effects)


def reasons_of(found) -> list[tuple]:
    return [(shift.channel, shift.way, shift.before, shift.after) for item in found.items for shift in item.shifts]


def test_what_is_as_it_was_changes_nothing(ada, page):
    notify_user(ada)
    found = tries(page)
    assert (found.words, found.effects, found.items, found.looked_at) == ("", [], [], 1)


def test_a_channel_that_is_switched_off(ada, page):
    for _ in range(12):
        notify_user(ada)
    notify_user(ada, kind="alarm")
    found = tries(page, "ping-push")
    assert found.words == "12 fewer pushes"
    assert effects(found) == {"Pings: no push": "12 fewer pushes"}
    assert {item.row.kind for item in found.items} == {"ping"}
    assert reasons_of(found)[0] == (
        "push",
        "fewer",
        "You get these right away.",
        "You turned these off for this channel.",
    )


def test_each_change_is_counted_alone_and_all_together(ada, page):
    notify_user(ada)
    notify_user(ada, kind="alarm")
    found = tries(page, "ping-push", "alarm-mail")
    assert found.words == "1 fewer push, 1 fewer email"
    assert effects(found) == {"Alarms: no email": "1 fewer email", "Pings: no push": "1 fewer push"}


def test_one_change_may_hide_the_other(ada, page):
    notify_user(ada, ago=timedelta(hours=13))
    found = tries(page, "ping-push", **{"quiet-preset": "custom", "quiet-3": "on", "from-3": "22:00", "to-3": "07:00"})
    assert effects(found)["Quiet hours"] == "1 silent, 1 later push, 1 later email"
    assert found.words == "1 silent, 1 fewer push, 1 later email"


def test_quiet_hours_keep_back_what_came_in_them_and_nothing_urgent(ada, page):
    for hours in (13, 20, 1):
        notify_user(ada, ago=timedelta(hours=hours))
    notify_user(ada, ago=timedelta(hours=13), kind="alarm")
    found = tries(page, **{"quiet-preset": "custom", "quiet-3": "on", "from-3": "22:00", "to-3": "07:00"})
    assert found.words == "1 silent, 1 later push, 1 later email"
    assert len(found.items) == 1
    both = tries(
        page, "urgent_breaks_quiet", **{"quiet-preset": "custom", "quiet-3": "on", "from-3": "22:00", "to-3": "07:00"}
    )
    assert len(both.items) == 2


def test_what_was_read_in_time_is_not_mailed(ada, page):
    notify_user(ada)
    notify_user(ada)
    first = Notification.objects.earliest("pk")
    Notification.objects.filter(pk=first.pk).update(read_at=first.created_at + timedelta(minutes=30))
    assert tries(page, email_after_minutes="60").words == "1 fewer email, 1 later email"


def test_a_level_would_have_held_and_held_things_would_have_come(ada, page):
    quiet = GroupRule.objects.create(user=ada, group="place.1", level="nothing")
    loud = GroupRule.objects.create(user=ada, group="place.2", level="everything")
    for group in ("place.1", "place.2", "place.2", "place.3"):
        notify_user(ada, group=group)
    found = tries(page, **{f"level-{quiet.pk}": "everything", f"level-{loud.pk}": "nothing"})
    assert effects(found) == {
        "Place 1: all messages": "1 more in your list, 1 more push, 1 more email",
        "Place 2: nothing": "2 fewer in your list, 2 fewer pushes, 2 fewer emails",
    }
    assert len(found.items) == 3


def test_only_the_last_week_counts(ada, page):
    notify_user(ada, ago=timedelta(days=7, seconds=1))
    notify_user(ada, ago=timedelta(days=6, hours=23))
    assert tries(page, "ping-push").looked_at == 1


def test_what_holds_only_now_is_left_out(ada, page):
    services.set_do_not_disturb(ada.pk, FRIDAY_NOON + timedelta(hours=2))
    notify_user(ada)
    assert tries(page, "ping-push").words == "1 fewer push"


def test_nobody_sees_what_is_anothers_or_was_taken_back(ada, bob, page):
    notify_user(bob)
    notify_user(ada, target=bob)
    services.retract([bob])
    assert tries(page, "ping-push").looked_at == 0


def test_there_is_an_end_to_looking_and_to_listing_and_it_is_said(ada, page, monkeypatch):
    monkeypatch.setattr(preview, "MOST_ITEMS", 4)
    monkeypatch.setattr(preview, "ITEMS_SHOWN", 3)
    for number in range(6):
        notify_user(ada, title=f"number {number}")
    answer = page.sends("ping-push", do="preview")
    found = answer.context["preview"]
    assert (found.words, found.looked_at, found.bounded, found.more) == ("4 fewer pushes", 4, True, 1)
    assert [item.row.title for item in found.items] == ["number 5", "number 4", "number 3"]
    assert "Based on your newest 4 notifications." in answer.content.decode()
    assert "And 1 more." in answer.content.decode()


def test_a_script_gets_the_same_part_of_the_page(ada, page):
    notify_user(ada, title="<i>Ping</i>")
    form = page.form()
    del form["ping-push"]
    answer = page.client.post(PREVIEW, form)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>1 fewer push</strong>" in html
    assert "&lt;i&gt;Ping" in html
    assert "<html" not in html
    wrong = page.client.post(PREVIEW, form | {"mail": "pigeon"})
    assert wrong.status_code == 422
    assert 'href="#id_mail_0"' in wrong.content.decode()
    assert not Preferences.objects.exists()


def test_the_preview_tells_what_then_comes_true(ada, page):
    """What it said of the last week holds for what comes after saving."""
    rule = GroupRule.objects.create(user=ada, group="place.1", level="everything")
    notify_user(ada, group="place.1")
    [item] = tries(page, **{f"level-{rule.pk}": "nothing"}).items
    page.saves(**{f"level-{rule.pk}": "nothing"})
    services.notify(to=ada, kind="ping", title="later", group="place.1")
    later = Notification.objects.get(title="later")
    assert later.held is (item.shifts[0].way == "fewer") is True
