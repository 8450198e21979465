"""Why did I get this, why didn't I: in sentences, with the place where it is changed."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone
from django.utils.html import strip_tags

from notifications import groups, reasons, services
from notifications.groups import GroupLabel
from notifications.inbox.explanations import EMAIL_REASONS, find_link
from notifications.models import Delivery, Device, GroupRule, Notification, Preferences
from realtime.shared.cursors import make_cursor
from tests.cast import person, visit

pytestmark = pytest.mark.django_db
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HELD = "/notifications/held/"
SETTINGS = "/notifications/preferences/"


@pytest.fixture(autouse=True)
def _a_friday(monkeypatch):
    monkeypatch.setattr(groups, "_groups", {})
    groups.register("place", lambda _, ids: {id: GroupLabel(f"Place {id}", f"/places/{id}/") for id in ids})
    with time_machine.travel(FRIDAY_NOON, tick=False):
        yield


@pytest.fixture
def ada(db):
    return person("ada", email="ada@example.org")


def notify_user(user, **how) -> Notification:
    services.notify(to=user, **{"kind": "ping", "title": "Ping"} | how)
    return Notification.objects.filter(user=user).latest("pk")


def has_a_device(user, name="Firefox on the laptop"):
    return Device.objects.create(user=user, name=name, endpoint=f"https://push.example.org/{name}")


def delivered(row, state, reason, *, channel="push", **more):
    times = {} if state == "queued" else {"done_at": FRIDAY_NOON}
    return Delivery.objects.create(notification=row, channel=channel, state=state, reason=reason, **times, **more)


def ask(user, row):
    return visit(user).get(f"/notifications/{row.pk}/why/")


def explained(user, row) -> dict[str, tuple[str, list[str]]]:
    """What the page says of each channel: the outcome, and its sentences."""
    answer = ask(user, row)
    assert answer.status_code == 200
    return {
        each.channel: (each.outcome, [unescape(strip_tags(line.sentence)) for line in each.lines])
        for each in answer.context["explanations"]
    }


def links(user, row) -> set[str]:
    return {line.link.url for each in ask(user, row).context["explanations"] for line in each.lines if line.link}


def test_what_came_as_usual_waits_to_be_sent(ada):
    has_a_device(ada)
    row = notify_user(ada)
    assert explained(ada, row) == {
        "In the app": ("In your list", ["You get these right away."]),
        "Push": ("Waiting", ["You get these right away.", "It will be sent at 12:00 if it's still unread."]),
        "Email": (
            "Waiting",
            ["You get emails about unread notifications.", "It will be sent at 12:15 if it's still unread."],
        ),
    }


def test_what_is_read_before_its_time_is_said_to_stay(ada):
    has_a_device(ada)
    row = notify_user(ada)
    services.mark_read(ada.pk, [row.pk])
    said = explained(ada, row)
    assert said["In the app"][1][-1] == "You read it at 12:00."
    assert said["Email"] == (
        "Not sent",
        ["You get emails about unread notifications.", "You had already read it."],
    )


def test_what_became_of_it_on_each_device(ada):
    row = notify_user(ada)
    Notification.objects.update(push_due_at=None, email_due_at=None)
    delivered(row, "sent", reasons.SENT, device=has_a_device(ada))
    delivered(row, "dropped", reasons.ENDPOINT_GONE, device=has_a_device(ada, "Old phone"), detail="410 Gone")
    delivered(row, "dropped", reasons.READ_MEANWHILE)
    delivered(
        row,
        "queued",
        reasons.TRIED_IN_VAIN,
        channel="mail",
        detail="refused",
        next_try_at=FRIDAY_NOON + timedelta(minutes=5),
    )
    said = explained(ada, row)
    assert said["Push"][0] == "Sent"
    assert said["Push"][1][1:] == [
        "Firefox on the laptop, at 12:00: Sent.",
        "Old phone, at 12:00: Push stopped working on the device. Response: “410 Gone”",
        "Removed device, at 12:00: You had already read it.",
    ]
    assert said["Email"][0] == "Waiting"
    assert said["Email"][1][1] == "Sending failed and will be tried again. Next try: at 12:05. Response: “refused”"
    assert f"{SETTINGS}#devices" in links(ada, row)


def test_what_failed_for_good_was_not_sent(ada):
    row = notify_user(ada)
    Notification.objects.update(email_due_at=None)
    delivered(row, "failed", reasons.GAVE_UP, channel="mail", detail="550 no such user")
    outcome, sentences = explained(ada, row)["Email"]
    assert outcome == "Not sent"
    assert "550 no such user" in sentences[1]


def test_a_quiet_one_says_so_and_leads_to_the_quiet(ada):
    Preferences.objects.create(user=ada, quiet_hours={"4": ["00:00", "00:00"]})
    row = notify_user(ada)
    assert explained(ada, row)["In the app"] == ("In your list, silent", ["It came during your quiet hours."])
    assert f"{SETTINGS}#quiet-hours" in links(ada, row)


def test_a_held_one_says_why_and_names_the_place(ada):
    GroupRule.objects.create(user=ada, group="place.7", level="nothing")
    row = notify_user(ada, group="place.7", url="/places/7/")
    assert explained(ada, row)["In the app"] == ("Not in your list", ["You chose “Nothing” there."])
    html = ask(ada, row).content.decode()
    assert "Why didn't I get this?" in html
    assert "Change level of Place 7" in html
    assert f"{SETTINGS}#levels" in links(ada, row)


def test_a_kind_that_is_off_leads_to_its_own_row(ada):
    Preferences.objects.create(user=ada, channels={"ping": {"push": False}})
    row = notify_user(ada)
    assert f"{SETTINGS}#kind-ping" in links(ada, row)
    page = visit(ada).get(SETTINGS).content.decode()
    assert 'id="kind-ping"' in page


def test_one_that_was_taken_back_tells_nothing_of_what_it_said(ada, bob):
    row = notify_user(ada, target=bob, body="secret")
    services.retract([bob])
    assert "It was removed at 12:00." in explained(ada, row)["In the app"][1]
    assert "secret" not in ask(ada, row).content.decode()


def test_an_old_one_says_that_it_is_not_known(ada):
    row = notify_user(ada)
    Notification.objects.update(decisions={}, push_due_at=None, email_due_at=None)
    assert explained(ada, row)["Push"] == ("Not sent", ["The reason is no longer known."])


@pytest.mark.parametrize("word", ["a_word_of_tomorrow", *sorted(reasons.SENTENCES)])
def test_every_reason_has_its_sentence_and_a_link_that_leads_somewhere(ada, word):
    row = notify_user(ada)
    Notification.objects.update(
        decisions=dict.fromkeys(("app", "push", "mail"), word), push_due_at=None, email_due_at=None
    )
    html = ask(ada, row).content.decode()
    assert reasons.sentence(word).replace("'", "&#x27;") in html
    row.refresh_from_db()
    if link := find_link(word, row):
        path, _, part = link.url.partition("#")
        page = visit(ada).get(path)
        assert page.status_code in (200, 302)
        assert not part or f'id="{part}"' in page.content.decode()


def test_the_reasons_of_mail_lead_to_mail():
    assert all(find_link(word, Notification()).url.endswith("#email") for word in EMAIL_REASONS)


def test_anothers_and_none_look_the_same(ada, bob):
    row = notify_user(bob)
    client = visit(ada)
    for id in (row.pk, 999_999, 10**30):
        assert client.get(f"/notifications/{id}/why/").status_code == 404


def test_what_was_held_back_in_the_last_week(ada, bob):
    GroupRule.objects.create(user=ada, group="place.7", level="nothing")
    with time_machine.travel(FRIDAY_NOON - timedelta(days=7, seconds=1), tick=False):
        notify_user(ada, group="place.7", title="long ago")
    notify_user(ada, group="place.7", title="first", actor=bob)
    notify_user(ada, group="place.7", title="second")
    notify_user(ada, title="came")
    notify_user(bob, title="his")
    notify_user(ada, group="place.7", title="taken back", target=bob)
    services.retract([bob])
    answer = visit(ada).get(HELD)
    assert [each.row.title for each in answer.context["rows"]] == ["second", "first"]
    html = answer.content.decode()
    assert html.count("You chose “Nothing” there.") == 2
    assert re.search(r'href="/notifications/\d+/why/"', html)


def test_what_was_held_back_comes_in_pages(ada, monkeypatch):
    monkeypatch.setattr("notifications.inbox.views.explanations.HELD_A_PAGE", 2)
    GroupRule.objects.create(user=ada, group="place.7", level="nothing")
    for number in range(3):
        notify_user(ada, group="place.7", title=f"number {number}")
    first = visit(ada).get(HELD)
    assert [each.row.title for each in first.context["rows"]] == ["number 2", "number 1"]
    second = visit(ada).get(HELD, {"before": first.context["next"]})
    assert [each.row.title for each in second.context["rows"]] == ["number 0"]
    assert second.context["next"] is None
    assert "No older notifications" in visit(ada).get(HELD, {"before": make_cursor("held", 1)}).content.decode()


def test_nothing_held_back_is_said(ada):
    notify_user(ada)
    html = visit(ada).get(HELD).content.decode()
    assert "Nothing was held back" in html
    tabs = re.findall(r'<a href="([^"]*)"([^>]*?) ?>', html[html.index('class="tabs"') :])
    assert tabs[1] == ("/notifications/?show=unread", "")
    assert tabs[4] == (HELD, ' aria-current="page"')
    assert timezone.now() == FRIDAY_NOON
