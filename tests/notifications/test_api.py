"""What the bell asks over HTTP: the panel, the list by keyset, and each thing that can be done."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notifications import services
from notifications.models import Notification
from notifications.services import notify
from realtime.shared.http import BODY_BYTES
from tests.chat.pages import visit

pytestmark = pytest.mark.django_db
WRITES = ("read", "archive", "restore", "snooze")
SATURDAY = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)


def notify_user(user, number=1, **how):
    for _ in range(number):
        notify(to=user, kind="ping", title="Ping", **how)


def ids(user):
    return list(Notification.objects.filter(user=user).order_by("position").values_list("pk", flat=True))


class Bell:
    """A person's bell: `asks` a page, `does` a command."""

    def __init__(self, user) -> None:
        self.browser = visit(user)

    def asks(self, page, **query):
        return self.browser.get(f"/notifications/{page}.json", query)

    def does(self, deed, **data):
        return self.browser.post(f"/notifications/{deed}.json", data, content_type="application/json")

    def shows(self, page="panel", **query) -> list[int]:
        return [row["id"] for row in self.asks(page, **query).json()["notifications"]]


@pytest.fixture
def bell(ada):
    return Bell(ada)


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize("deed", [*WRITES, "devices/register", "devices/see"])
def test_a_form_is_no_json(ada, deed):
    """The CSRF check reads a form before the view can ask for the body."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["csrftoken"] = "a" * 32
    form = f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{"a" * 32}\r\n--x--\r\n'
    answer = browser.post(f"/notifications/{deed}.json", form, content_type="multipart/form-data; boundary=x")
    assert refusal(answer) == (400, "bad_command")


def test_the_signed_out_are_told_so(client, db):
    for page in ("panel", "list"):
        assert refusal(client.get(f"/notifications/{page}.json")) == (401, "signed_out")
    for deed in WRITES:
        assert refusal(client.post(f"/notifications/{deed}.json")) == (401, "signed_out")


def test_nobody_changes_anything_from_another_page(ada):
    browser = visit(ada)
    browser.handler.enforce_csrf_checks = True
    notify_user(ada)
    for deed in WRITES:
        answer = browser.post(f"/notifications/{deed}.json", {"ids": ids(ada)}, content_type="application/json")
        assert answer.status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post(
        "/notifications/read.json", {"ids": ids(ada)}, content_type="application/json", HTTP_X_CSRFTOKEN="a" * 32
    )
    assert answer.json()["unread"] == 0


def test_the_panel_has_the_unread_first_and_says_whether_there_is_more(ada, bell):
    notify_user(ada, 40)
    oldest, *_ = all_of_hers = ids(ada)
    services.mark_read(ada.pk, all_of_hers[1:])
    answer = bell.asks("panel").json()
    assert [row["id"] for row in answer["notifications"]] == [oldest, *reversed(all_of_hers[-29:])]
    assert (answer["unread"], answer["more"]) == (1, True)
    assert answer["seq"] == max(Notification.objects.values_list("seq", flat=True))
    services.archive(ada.pk, all_of_hers[:30])
    assert (len(bell.shows()), bell.asks("panel").json()["more"]) == (10, False)


def test_the_panel_costs_the_same_however_much_there_is(ada, bell, django_assert_max_num_queries):
    notify_user(ada, 60, actor=ada)
    with django_assert_max_num_queries(7):  # two of them are the sign-in
        bell.asks("panel")


def test_the_list_goes_down_by_place(ada, bob, bell):
    notify_user(ada, 35)
    notify_user(bob, 3)
    hers = list(reversed(ids(ada)))
    first = bell.asks("list").json()
    assert ([row["id"] for row in first["notifications"]], first["more"]) == (hers[:30], True)
    second = bell.asks("list", before=first["notifications"][-1]["position"]).json()
    assert ([row["id"] for row in second["notifications"]], second["more"]) == (hers[30:], False)


def test_each_filter_shows_its_own(ada, bell):
    notify_user(ada, 5)
    plain, read, archived, asleep, gone = ids(ada)
    services.mark_read(ada.pk, [read])
    services.archive(ada.pk, [archived])
    services.snooze(ada.pk, [asleep], timezone.now() + timedelta(hours=1))
    Notification.objects.filter(pk=gone).update(retracted_at=timezone.now())
    assert bell.shows() == [plain, read]
    assert bell.shows("list") == [read, plain]
    assert bell.shows("list", show="unread", kind="ping") == [plain]
    assert bell.shows("list", show="archived") == [archived]
    assert bell.shows("list", show="snoozed") == [asleep]
    assert bell.shows("list", stream="deploys") == []


@pytest.mark.parametrize(
    "query, words",
    [
        ({"show": "none"}, "“show” must be one of all, unread, snoozed, archived."),
        ({"before": "x"}, "before is a whole number."),
        ({"before": "9" * 30}, "before is a whole number."),
        ({"kind": "pong"}, "No kind of notification is called 'pong'. Registered kinds: ping."),
    ],
)
def test_a_question_that_cannot_be_is_named(bell, query, words):
    answer = bell.asks("list", **query)
    assert refusal(answer) == (400, "invalid")
    assert answer.json()["error"]["message"] == words


def test_read_archive_restore_answer_with_the_badge(ada, bell):
    notify_user(ada, 3)
    one, two, three = ids(ada)
    assert bell.does("read", ids=[one]).json() == {"unread": 2, "seq": 4}
    assert bell.does("archive", ids=[two]).json() == {"unread": 1, "seq": 5}
    assert bell.does("restore", ids=[one, two]).json() == {"unread": 3, "seq": 7}
    assert bell.does("read", up_to=2).json() == {"unread": 1, "seq": 8}
    assert bell.shows("list", show="unread") == [three]


def test_nothing_that_is_still_to_come_is_read(ada, bell):
    notify_user(ada)
    bell.does("read", up_to=2**52)
    notify_user(ada)
    assert bell.asks("panel").json()["unread"] == 1
    assert bell.does("read", up_to=3).json()["unread"] == 0


def test_what_is_anothers_is_passed_over(ada, bob, bell):
    notify_user(bob)
    for deed in ("read", "archive", "restore"):
        assert bell.does(deed, ids=[*ids(bob), 10**12]).json() == {"unread": 0, "seq": 0}
    bell.does("snooze", ids=ids(bob), **{"for": "hour"})
    assert Bell(bob).asks("panel").json()["unread"] == 1


@pytest.mark.parametrize(
    "zone, word, wakes_at",
    [
        ("UTC", "hour", datetime(2026, 11, 21, 23, 30, tzinfo=UTC)),
        ("UTC", "tomorrow", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("UTC", "week", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Asia/Tokyo", "tomorrow", datetime(2026, 11, 23, 0, tzinfo=UTC)),  # there it is Sunday already
        ("America/New_York", "week", datetime(2026, 11, 23, 14, tzinfo=UTC)),
    ],
)
def test_what_sleeps_wakes_in_the_persons_own_morning(ada, zone, word, wakes_at):
    ada.time_zone = zone
    ada.save()
    with time_machine.travel(SATURDAY, tick=False):
        notify_user(ada)
        bell = Bell(ada)
        assert bell.does("snooze", ids=ids(ada), **{"for": word}).json()["unread"] == 0
    assert Notification.objects.get().snoozed_until == wakes_at


@pytest.mark.parametrize(
    "deed, data, words",
    [
        ("read", {}, 'Send {"ids": […]} or {"up_to": position}.'),
        ("read", {"ids": [1], "up_to": 2}, 'Send {"ids": […]} or {"up_to": position}.'),
        ("read", {"ids": ["1"]}, "Expected `int`, got `str` - at `$.ids[0]`."),
        ("archive", {"ids": []}, "Expected `array` of length >= 1 - at `$.ids`."),
        ("archive", {"ids": list(range(1001))}, "Expected `array` of length <= 1000 - at `$.ids`."),
        ("restore", {"ids": [1], "all": True}, "Object contains unknown field `all`."),
        ("restore", {"ids": [-1]}, "Expected `int` >= 0 - at `$.ids[0]`."),
        ("snooze", {"ids": [1]}, "Object missing required field `for`."),
        ("snooze", {"ids": [1], "for": "ever"}, "A notification can be snoozed for one of: hour, tomorrow, week."),
    ],
)
def test_what_cannot_be_done_is_said(bell, deed, data, words):
    answer = bell.does(deed, **data)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == words


@pytest.mark.parametrize(
    "body, status, code", [(b"ids=1", 400, "bad_command"), (b"\xff", 400, "bad_command"), (b"[]", 400, "bad_command")]
)
def test_what_is_no_json_object_is_said(bell, body, status, code):
    answer = bell.browser.generic("POST", "/notifications/read.json", body, content_type="application/json")
    assert refusal(answer) == (status, code)


def test_too_much_is_refused(bell, settings):
    for settings.DATA_UPLOAD_MAX_MEMORY_SIZE in (10 * BODY_BYTES, 10):
        body = b" " * (BODY_BYTES + 1)
        answer = bell.browser.generic("POST", "/notifications/read.json", body, content_type="application/json")
        assert refusal(answer) == (413, "too_large")


def test_a_page_is_got_and_a_deed_is_posted(bell):
    assert bell.browser.post("/notifications/panel.json").status_code == 405
    assert bell.browser.get("/notifications/read.json").status_code == 405
