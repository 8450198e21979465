"""The page of all notifications, as it works without a script."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import services
from notifications.inbox.list_page import ROWS_A_PAGE
from notifications.models import Notification
from tests.cast import visit
from tests.notifications.newsroom import news, stream

__all__ = ["news"]
pytestmark = pytest.mark.django_db
PAGE = "/notifications/"
SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def notify_user(user, *titles, **how):
    for title in titles or ("Ping",):
        services.notify(to=user, **{"kind": "ping", "title": title} | how)


def find(title) -> Notification:
    return Notification.objects.get(title=title)


def titles(response) -> list[str]:
    """What the page lists, in its order."""
    assert response.status_code == 200
    return [row.title for day in response.context["listing"].days for row in day.rows]


class InboxPage:
    """The page in somebody's browser."""

    def __init__(self, user) -> None:
        self.client = visit(user)

    def shows(self, **query):
        return self.client.get(PAGE, query)

    def presses(self, deed: str, title: str | None = None, **query):
        """Press a button of a row, or of the page, and go where that leads."""
        value = f"{deed} {find(title).pk}" if title else deed
        return self.client.post(PAGE + as_query(query), {"do": value}, follow=True)


def as_query(query) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


@pytest.fixture
def page(ada):
    return InboxPage(ada)


def test_the_newest_comes_first_under_its_day(ada, page):
    with time_machine.travel(SATURDAY_NIGHT, tick=False):
        notify_user(ada, "of tonight")
        Notification.objects.update(created_at=SATURDAY_NIGHT - timedelta(days=1))
        notify_user(ada, "of now")
        response = page.shows()
    assert titles(response) == ["of now", "of tonight"]
    assert [day.name for day in response.context["listing"].days] == ["Today", "Yesterday"]


def headings(response) -> list[str]:
    return [row.heading for day in response.context["listing"].days for row in day.rows]


def test_those_of_one_group_are_one_row_as_at_the_bell(ada, bob, page):
    for actor in (ada, bob, ada):
        notify_user(ada, f"{actor.name} wrote to you", actor=actor, group="place.7")
    notify_user(ada, "alone", "twice", "twice", group="")
    notify_user(ada, "Deploy 1", "Deploy 2", group="place.8")
    assert headings(page.shows()) == [
        "Deploy 2, and 1 more",
        "twice",
        "twice",
        "alone",
        f"{ada.name} and {bob.name} wrote to you",
    ]
    services.mark_read(ada.pk, [find("Deploy 1").pk])
    assert headings(page.shows())[:2] == ["Deploy 2", "Deploy 1"]


def test_a_row_of_several_is_opened_put_away_and_taken_back_in_one(ada, page):
    notify_user(ada, "one", "two", "three", group="place.7", url="/rooms/7/")
    ids = ",".join(str(find(title).pk) for title in ("three", "two", "one"))
    html = page.shows().content.decode()
    assert f'value="archive {ids}"' in html
    response = page.client.post(PAGE, {"do": f"archive {ids}"}, follow=True)
    assert (headings(response), response.context["undo"]) == ([], f"restore {ids}")
    response = page.client.post(PAGE, {"do": f"restore {ids}"}, follow=True)
    assert headings(response) == ["three, and 2 more"]
    page.client.get(f"{PAGE}{find('three').pk}/open/?with={ids}")
    assert Notification.objects.filter(read_at=None).count() == 0


def test_what_is_fetched_by_its_id_comes_with_its_row(ada, page):
    notify_user(ada, "one", "two", group="place.7")
    notify_user(ada, "apart")
    assert headings(page.shows(ids=str(find("one").pk))) == ["two, and 1 more"]
    services.archive(ada.pk, [find("two").pk])
    assert headings(page.shows(ids=str(find("two").pk))) == ["one"]


def test_a_day_begins_at_ones_own_midnight(ada, page):
    ada.time_zone = "Asia/Tokyo"
    ada.save()
    with time_machine.travel(SATURDAY_NIGHT, tick=False):
        notify_user(ada)
        [day] = page.shows().context["listing"].days
    assert (day.name, day.date.isoformat()) == ("Today", "2026-11-22")


def test_show_older_leads_through_everything_once(ada, page):
    names = [f"number {number:03}" for number in range(ROWS_A_PAGE * 2 + 1)]
    notify_user(ada, *names)
    seen, url = [], PAGE
    for _ in range(3):
        response = page.client.get(url)
        seen += titles(response)
        notify_user(ada, "what comes meanwhile moves nothing")
        older = re.search(r'href="(\?[^"]*before=\d+[^"]*)" rel="next"', response.content.decode())
        url = older and PAGE + older[1].replace("&amp;", "&")
    assert seen == names[::-1]
    assert url is None


def test_a_page_takes_no_more_queries_however_long_the_list_is(ada, page):
    page.shows()  # the first page of all makes the epoch
    counts = []
    for number in (2, ROWS_A_PAGE):
        notify_user(ada, *(f"{number} and {more}" for more in range(number)), actor=ada)
        with CaptureQueriesContext(connection) as queries:
            page.shows()
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_each_filter_shows_its_own(ada, page):
    notify_user(ada, "new", "read", "asleep", "away")
    services.mark_read(ada.pk, [find("read").pk])
    services.snooze(ada.pk, [find("asleep").pk], timezone.now() + timedelta(hours=1))
    services.archive(ada.pk, [find("away").pk])
    assert titles(page.shows()) == ["read", "new"]
    assert titles(page.shows(show="unread")) == ["new"]
    assert titles(page.shows(show="snoozed")) == ["asleep"]
    assert titles(page.shows(show="archived")) == ["away"]


def test_kind_and_stream_narrow_the_list_and_stay_in_its_links(ada, page, news):
    deploys = stream(rule="everybody")
    notify_user(ada, "a ping")
    services.notify(to=deploys, kind="stream", title="v2 is live")
    assert titles(page.shows(kind="ping")) == ["a ping"]
    response = page.shows(stream="deploys", show="unread")
    assert titles(response) == ["v2 is live"]
    tabs = re.search(r'<nav class="tabs".*?</nav>', response.content.decode(), re.DOTALL)[0]
    links = re.findall(r'href="([^"]*)"', tabs)
    assert links.pop() == "/notifications/held/"
    assert len(links) == 4
    assert all("stream=deploys" in link for link in links)


@pytest.mark.parametrize(
    "query, words",
    [
        ({}, "No notifications yet"),
        ({"show": "unread"}, "You're all caught up"),
        ({"show": "snoozed"}, "No snoozed notifications"),
        ({"show": "archived"}, "No archived notifications"),
        ({"kind": "ping"}, "no “Pings” notifications here"),
        ({"kind": "no-such", "stream": "nowhere"}, "no “No-such” notifications from “nowhere”"),
        ({"before": "1"}, "No older notifications"),
    ],
)
def test_an_empty_list_says_why(page, query, words):
    assert words in page.shows(**query).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"show": "everything"},
        {"before": "x"},
        {"before": "-1"},
        {"before": "9" * 40},
        {"ids": "x,,9,²"},
        {"kind": "\0"},
        {"stream": "a" * 5000},
        {"done": "archive"},
        {"done": "burn 1"},
    ],
)
def test_an_address_that_means_nothing_breaks_no_page(ada, page, query):
    notify_user(ada)
    assert page.shows(**query).status_code == 200


def test_archive_and_undo(ada, page):
    notify_user(ada, "first", "second")
    response = page.presses("archive", "first")
    assert titles(response) == ["second"]
    assert b"Archived." in response.content
    undone = page.presses(response.context["undo"])
    assert titles(undone) == ["second", "first"]
    assert find("first").read_at is None


def test_undo_leaves_read_what_had_been_read(ada, page):
    notify_user(ada, "first")
    services.mark_read(ada.pk, [find("first").pk])
    response = page.presses("archive", "first")
    page.presses(response.context["undo"])
    assert find("first").archived_at is None
    assert find("first").read_at is not None


def test_read_and_unread(ada, page):
    notify_user(ada, "first")
    assert page.presses("read", "first").context["unread"] == 0
    assert page.presses("unread", "first").context["unread"] == 1


def test_what_is_snoozed_sleeps_until_the_persons_morning(ada, page):
    ada.time_zone = "America/New_York"
    ada.save()
    notify_user(ada, "first")
    with time_machine.travel(SATURDAY_NIGHT, tick=False):
        response = page.presses("snooze-week", "first")
    assert b"Snoozed until Monday, 9:00." in response.content
    assert find("first").snoozed_until == MONDAY_NINE + timedelta(hours=5)


def test_the_page_one_was_on_stays(ada, page):
    notify_user(ada, "first", "second")
    response = page.presses("read", "first", show="unread", kind="ping")
    assert response.redirect_chain[0][0] == "/notifications/?show=unread&kind=ping"
    assert titles(response) == ["second"]


def test_all_are_read_but_what_came_since(ada, page):
    notify_user(ada, "first", "second")
    seen = page.shows().context["newest"]
    notify_user(ada, "third")
    response = page.presses(f"read-all {seen}")
    assert response.context["unread"] == 1
    assert find("third").read_at is None


def test_a_place_that_is_still_to_come_reads_nothing_ahead(ada, page):
    notify_user(ada, "first")
    page.presses("read-all 999999999999")
    notify_user(ada, "second")
    assert page.shows().context["unread"] == 1


def test_of_a_kind_only_those_are_read(ada, page, news):
    deploys = stream(rule="everybody")
    notify_user(ada, "a ping")
    services.notify(to=deploys, kind="stream", title="v2 is live")
    newest = page.shows().context["newest"]
    page.presses(f"read-all {newest}", kind="stream")
    assert find("v2 is live").read_at is not None
    assert find("a ping").read_at is None


def test_open_goes_where_it_leads_and_reads_it(ada, page):
    notify_user(ada, "first", url="/rooms/7/?message=3")
    notify_user(ada, "nowhere")
    answer = page.client.get(f"{PAGE}{find('first').pk}/open/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/rooms/7/?message=3")
    assert find("first").read_at is not None
    assert page.client.get(f"{PAGE}{find('nowhere').pk}/open/").headers["Location"] == PAGE


@pytest.mark.parametrize("deed", ["read", "unread", "archive", "restore", "restore-read", "snooze-hour"])
def test_nobody_touches_what_is_anothers(bob, page, deed):
    notify_user(bob, "his")
    assert page.presses(deed, "his").status_code == 404
    row = find("his")
    assert (row.read_at, row.archived_at, row.snoozed_until) == (None, None, None)


def test_anothers_and_none_look_the_same(bob, page):
    notify_user(bob, "his")
    for id in (find("his").pk, 999_999, 10**30):
        assert page.client.get(f"{PAGE}{id}/open/").status_code == 404
    assert titles(page.shows(ids=str(find("his").pk))) == []


@pytest.mark.parametrize("pressed", ["burn {}", "snooze-year {}", "{}", "", "archive", "archive x"])
def test_a_button_that_is_not_there_does_nothing(ada, page, pressed):
    notify_user(ada, "first")
    before = Notification.objects.values().get()
    answer = page.client.post(PAGE, {"do": pressed.format(find("first").pk)})
    assert answer.status_code in (400, 404)
    assert Notification.objects.values().get() == before


def test_what_was_taken_back_is_gone(ada, bob, page):
    notify_user(ada, "first", target=bob)
    id = find("first").pk
    services.retract([bob])
    assert titles(page.shows()) == []
    assert page.client.post(PAGE, {"do": f"archive {id}"}).status_code == 404


def test_what_one_is_told_is_text_and_nothing_else(ada, page):
    notify_user(ada, "<script>alert(1)</script>", body="<b>bold</b>")
    html = page.shows().content.decode()
    assert "<script>alert" not in html
    assert "&lt;b&gt;bold" in html


def test_who_is_not_signed_in_is_led_to_the_sign_in(client):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    assert client.post(PAGE, {"do": "read-all 1"}).status_code == 302
