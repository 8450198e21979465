"""Staff make streams, give them to people, make their tokens, publish by hand and announce; all in Django's admin."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications.models import Announcement, Notification, Stream, Subscription
from notifications.streams.announcements import (
    current_announcements,
    dismiss_announcement,
    end_announcement,
    make_announcement,
)
from notifications.streams.definitions import find_stream_of_token, rotate_token
from notifications.streams.pages import announcement_state
from notifications.streams.subscriptions import subscribe
from notifications.streams.values import publish_value
from tests.cast import person, visit
from tests.notifications.newsroom import news, rate, stream, titles  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("news")]
ADMIN = "/admin/notifications/stream"
NO_ROWS = {"subscriptions-TOTAL_FORMS": 0, "subscriptions-INITIAL_FORMS": 0}


@pytest.fixture
def root(db):
    return person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(root):
    """Root's browser."""
    return visit(root)


def subscribing_by_staff(user) -> dict:
    return {
        "subscriptions-TOTAL_FORMS": 1,
        "subscriptions-INITIAL_FORMS": 0,
        "subscriptions-0-user": user.pk,
        "subscriptions-0-active": "on",
    }


def test_a_stream_is_made_and_given_to_people(desk, ada, bob):
    fields = {"name": "Secret", "slug": "secret", "rule": "nobody", **subscribing_by_staff(ada)}
    assert desk.post(f"{ADMIN}/add/", fields).status_code == 302
    made = Stream.objects.get(slug="secret")
    assert [user.username for user in made.audience()] == ["ada"]
    assert [user.username for user in made.subscribers()] == ["ada"]


def test_who_subscribed_alone_before_can_be_given_it_too(desk, ada):
    made = stream()
    subscribe(ada, made)
    fields = {"name": "Deploys", "slug": "deploys", "rule": "nobody", **subscribing_by_staff(ada)}
    assert desk.post(f"{ADMIN}/{made.pk}/change/", fields).status_code == 302
    assert Subscription.objects.get().by_staff
    made.refresh_from_db()
    assert not made.is_open


def test_a_change_leaves_a_value_alone_that_came_meanwhile(desk, published):
    made = rate()
    page = desk.get(f"{ADMIN}/{made.pk}/change/")
    assert page.status_code == 200
    publish_value("eur-usd", 7)
    fields = {"name": "Euro", "slug": "eur-usd", "rule": "nobody", "is_open": "on", "keeps_value": "on", **NO_ROWS}
    assert desk.post(f"{ADMIN}/{made.pk}/change/", fields).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.value["value"], made.seq) == ("Euro", 7, 1)


def test_a_token_is_asked_for_shown_once_and_ends_the_one_before(desk, root):
    made = stream()
    old = rotate_token(made)
    address = f"{ADMIN}/{made.pk}/token/"
    assert b"the old token can't publish" in desk.get(address).content
    assert find_stream_of_token("deploys", old)
    answer = desk.post(address)
    assert "no-store" in answer["Cache-Control"]
    [key] = set(re.findall(r"hubs_[\w-]+", answer.content.decode()))
    assert find_stream_of_token("deploys", key)
    assert find_stream_of_token("deploys", old) is None
    assert key not in desk.get(address).content.decode()
    assert key not in desk.get(f"{ADMIN}/{made.pk}/history/").content.decode()


def test_what_is_published_is_seen_before_and_told_once(desk, root, ada, bob):
    made = stream(rule="everybody")
    address = f"{ADMIN}/{made.pk}/publish/"
    key = desk.get(address).context["form"].initial["key"]
    fields = {"title": "v2 <b>is</b> live", "body": "All green.", "url": "/rooms/", "key": key}
    preview = desk.post(address, fields).content.decode()
    assert "Preview for 3 people" in preview
    assert "v2 &lt;b&gt;is&lt;/b&gt; live" in preview
    assert titles(ada) == []
    assert "Preview" in desk.post(address, {**fields, "change": "Edit"}).content.decode()
    for _ in range(2):
        answer = desk.post(address, {**fields, "confirmed": "Tell 3 people"}, follow=True)
    assert "Notified 3 people: v2" in answer.content.decode()
    assert titles(ada) == ["v2 <b>is</b> live"]
    assert Notification.objects.filter(user=ada).get().actor == root


@pytest.mark.parametrize(
    "wrong, words", [({"title": ""}, "required"), ({"url": "javascript:x"}, "Start the link with / or https")]
)
def test_what_cannot_be_published_is_said_beside_its_field(desk, ada, wrong, words):
    made = stream(rule="everybody")
    fields = {"title": "hi", "key": "k", "confirmed": "x", **wrong}
    assert words in desk.post(f"{ADMIN}/{made.pk}/publish/", fields).content.decode()
    assert titles(ada) == []


def test_only_staff_with_the_right_come_in(ada):
    made = stream()
    helper = visit(person("helper", is_staff=True))
    for page in ("token", "publish"):
        assert helper.get(f"{ADMIN}/{made.pk}/{page}/").status_code == 403
        assert visit(ada).get(f"{ADMIN}/{made.pk}/{page}/").url.startswith("/admin/login/")


def test_a_stream_that_told_something_is_not_deleted(desk, ada):
    made = stream(rule="everybody")
    assert desk.get(f"{ADMIN}/{made.pk}/delete/").status_code == 200
    call_command("notify", "deploys", "v1", stdout=StringIO())
    assert desk.get(f"{ADMIN}/{made.pk}/delete/").status_code == 403
    assert desk.get(f"{ADMIN}/").status_code == 200


# -- announcements


def in_an_hour() -> dict:
    soon = timezone.now() + timedelta(hours=1)
    return {"expires_at_0": f"{soon:%Y-%m-%d}", "expires_at_1": f"{soon:%H:%M:%S}"}


def test_an_announcement_goes_out_when_it_is_saved_and_ends_by_an_action(desk, root, published):
    address = "/admin/notifications/announcement/"
    assert desk.post(f"{address}add/", {"text": "At six.", "url": "/", **in_an_hour()}).status_code == 302
    made = Announcement.objects.get()
    assert (made.created_by, [event.data["text"] for event in published]) == (root, ["At six."])
    desk.post(address, {"action": "end", "_selected_action": [made.pk]})
    assert not current_announcements(root).exists()
    assert [event.seq for event in published] == [1, 2]
    assert desk.get(f"{address}{made.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"expires_at_0": "2020-01-01"}, "in the future"),
        ({"expires_at_0": ""}, "required"),
        ({"url": "javascript:x"}, "a path of this site or an http(s) address"),
        ({"text": ""}, "required"),
        ({"text": "x" * 301}, "at most 300"),
    ],
)
def test_an_announcement_that_cannot_be_is_refused(desk, published, wrong, words):
    fields = {"text": "At six.", **in_an_hour(), **wrong}
    assert words in desk.post("/admin/notifications/announcement/add/", fields).content.decode()
    assert published == []


@pytest.mark.parametrize("back, leads_to", [
    ("/rooms/7/?x=1", "/rooms/7/?x=1"), ("", "/"), ("1", "/"), ("rooms", "/"), ("profile", "/"), ("..", "/"),
    ("//evil.example/", "/"), ("/\\evil.example/", "/"), ("https://evil.example/", "/"), ("/\x00", "/%00"),
])  # fmt: skip
def test_dismissing_leads_back_to_a_path_and_nowhere_else(ada, back, leads_to):
    one = make_announcement("one", timezone.now() + timedelta(hours=1))
    answer = visit(ada).post(f"/announcements/{one.pk}/dismiss/", {"back": back})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


def test_a_page_reads_what_is_announced_in_one_query(ada, bob, django_assert_num_queries):
    soon = timezone.now() + timedelta(hours=1)
    one, two = make_announcement("one", soon), make_announcement("two", soon)
    dismiss_announcement(ada, one.pk)
    end_announcement(two)
    with django_assert_num_queries(1):
        state = announcement_state(ada)
    assert (state["seq"], state["announcements"], state["dismissed"]) == (3, [], [one.pk])
    assert [each["text"] for each in announcement_state(bob)["announcements"]] == ["one"]
    Announcement.objects.update(expires_at=timezone.now())
    assert (announcement_state(bob)["seq"], announcement_state(bob)["announcements"]) == (3, [])


def test_who_dismissed_what_is_forgotten_when_nobody_sees_it_any_more(ada):
    made = make_announcement("At six.", timezone.now() + timedelta(hours=1))
    for _ in range(2):
        dismiss_announcement(ada, made.pk)
    dismiss_announcement(ada, 10**30)
    assert not current_announcements(ada).exists()
    Announcement.objects.update(expires_at=timezone.now())
    make_announcement("At seven.", timezone.now() + timedelta(hours=1))
    assert Announcement.dismissed_by.through.objects.count() == 0


# -- manage.py notify


def test_a_command_says_how_many_it_reached(ada, bob):
    stream(rule="everybody")
    out = StringIO()
    call_command(
        "notify", "deploys", "v2 is live", "--body", "All green.", "--url", "/rooms/", "--key", "v2", stdout=out
    )
    call_command("notify", "deploys", "--title", "v2 is live", "--key", "v2", stdout=out)
    assert out.getvalue() == "Notified 2 people.\n" * 2
    assert titles(ada) == ["v2 is live"]


@pytest.mark.parametrize(
    "words, error",
    [
        (["deploy", "hi"], "No stream is called 'deploy'. Streams: deploys. Staff can create one in the admin."),
        (["deploys"], "The title must not be empty"),
        (["deploys", "hi", "--title", "ho"], "not both"),
        (["deploys", "hi", "--url", "ftp://x"], "a path or an http"),
        ([], "the following arguments are required: stream"),
    ],
)
def test_a_command_that_cannot_be_says_why(ada, words, error):
    stream(rule="everybody")
    with pytest.raises(CommandError, match=re.escape(error)):
        call_command("notify", *words)
    assert titles(ada) == []
