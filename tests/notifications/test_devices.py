"""A person's devices: registered by their browsers, seen again, named, tried, removed, forgotten at the sign-out."""

import json
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.services import deactivate, end_sessions
from notifications.cleanup import sweep
from notifications.delivery.push import views
from notifications.delivery.push.browser_names import name_browser
from notifications.delivery.push.devices import DEVICES_A_PERSON, GONE_KEPT
from notifications.delivery.push.dispatcher import devices_of
from notifications.delivery.push.keys import find_keys
from notifications.models import Device
from notifications.rules.stored_rules import load_rules
from tests.cast import visit
from tests.services.push_service import HOST, Subscribed

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:147.0) Gecko/147.0 Firefox/147.0"


class Browser:
    """Somebody's browser, which has asked its push service to be reached."""

    def __init__(self, user, *, subscribed: Subscribed | None = None) -> None:
        self.user, self.client = user, visit(user)
        self.subscribed = subscribed or Subscribed(f"https://{HOST}/to/{Device.objects.count()}-{id(self)}")

    def does(self, deed, **data):
        headers = {"User-Agent": FIREFOX}
        path = f"/notifications/devices/{deed}.json"
        return self.client.post(path, data, content_type="application/json", headers=headers)

    def registers(self, **more) -> dict:
        answer = self.does("register", **self.subscribed.as_json, **more)
        assert answer.status_code == 200, answer.content
        return answer.json()["device"]

    def is_refused(self, deed, **data) -> tuple[int, str]:
        answer = self.does(deed, **data)
        error = answer.json()["error"]
        return answer.status_code, error["message"]

    def devices(self) -> list[dict]:
        return self.client.get("/notifications/devices/state.json").json()["devices"]

    def is_seen(self) -> dict | None:
        return self.does("see", endpoint=self.subscribed.endpoint).json()["device"]


@pytest.fixture
def phone(ada):
    return Browser(ada)


def names(browser) -> list[str]:
    return [device["name"] for device in browser.devices()]


# -- registered


def test_a_browser_registers_and_has_a_name_by_itself(ada, phone):
    made = phone.registers()
    assert phone.devices() == [made]
    assert (made["name"], made["gone_at"]) == ("Firefox on Android", None)
    device = Device.objects.get(user=ada)
    assert (device.endpoint, device.p256dh, device.auth) == (
        phone.subscribed.endpoint,
        phone.subscribed.keys["p256dh"],
        phone.subscribed.keys["auth"],
    )
    assert device.last_used_at is not None
    assert phone.subscribed.endpoint not in json.dumps(made)


def test_registering_again_changes_the_keys_and_keeps_the_name(ada, phone):
    device = phone.registers()
    assert phone.does(f"{device['id']}/rename", name="My phone").status_code == 200
    Device.objects.update(gone_at=timezone.now())
    phone.subscribed = Subscribed(phone.subscribed.endpoint)
    assert phone.registers()["id"] == device["id"]
    assert names(phone) == ["My phone"]
    kept = Device.objects.get()
    assert (kept.auth, kept.gone_at) == (phone.subscribed.keys["auth"], None)


def test_a_browser_with_a_new_endpoint_stays_the_same_device(ada, phone):
    device = phone.registers()
    before = phone.subscribed.endpoint
    phone.subscribed = Subscribed(before + "-anew")
    assert phone.registers(replaces=before)["id"] == device["id"]
    assert Device.objects.get().endpoint == phone.subscribed.endpoint
    assert phone.registers(replaces=before)["id"] == device["id"]  # the word came twice


def test_what_it_replaces_must_be_the_same_persons(ada, bob, phone):
    phone.registers()
    Browser(bob).registers(replaces=phone.subscribed.endpoint)
    assert [device.user for device in Device.objects.order_by("pk")] == [ada, bob]


def test_an_endpoint_belongs_to_who_registered_it_last(ada, bob, phone):
    theirs = phone.registers()
    bobs = Browser(bob, subscribed=phone.subscribed)
    assert bobs.registers()["id"] != theirs["id"]
    assert phone.devices() == []
    assert phone.is_seen() is None
    assert Device.objects.get().user == bob


def test_there_may_be_so_many_and_those_that_are_gone_count_no_more(ada):
    browsers = [Browser(ada) for _ in range(DEVICES_A_PERSON)]
    for browser in browsers:
        browser.registers()
    one_more = Browser(ada)
    refusal = (400, "You already have 10 devices. Remove one to add this one.")
    assert one_more.is_refused("register", **one_more.subscribed.as_json) == refusal
    assert browsers[0].registers()  # one that is there already may
    Device.objects.filter(user=ada).update(gone_at=timezone.now())
    one_more.registers()
    assert [bool(device["gone_at"]) for device in one_more.devices()] == [False] + [True] * GONE_KEPT


POINT = Subscribed("").keys["p256dh"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/1",
        "https://localhost/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://10.1.2.3/1",
        "https://redis/1",
        "https://nas.local/1",
        "https://169.254.169.254/latest/meta-data/",
        "https://push.example.org:8443/1",
        "https://ada:secret@push.example.org/1",
        "ftp://push.example.org/",
        "nonsense",
    ],
)
def test_an_endpoint_that_could_not_be_asked_is_refused(phone, endpoint):
    status, said = phone.is_refused("register", endpoint=endpoint, keys=phone.subscribed.keys)
    assert status == 400
    assert said.startswith("Your browser's push service can't be used. ")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": POINT, "auth": "c2hvcnQ"},
        {"p256dh": POINT[:-4], "auth": "A" * 22},
        {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
        {"p256dh": "!" * 87, "auth": "A" * 22},
        {"p256dh": POINT, "auth": "é" * 22},
        {"p256dh": "x" * 201, "auth": "A" * 22},
        {"p256dh": POINT},
        {},
    ],
)
def test_keys_with_which_nothing_can_be_sealed_are_refused(phone, keys):
    status, _ = phone.is_refused("register", endpoint=phone.subscribed.endpoint, keys=keys)
    assert status == 400
    assert not Device.objects.exists()


def test_what_is_no_subscription_is_refused(phone):
    assert phone.is_refused("register", endpoint="https://push.example.org/" + "x" * 1000, keys={})[0] == 400
    assert phone.is_refused("register")[0] == 400
    for body in (b"[", b'{"more": ' + b"[" * 50_000):
        answer = phone.client.post("/notifications/devices/register.json", body, content_type="application/json")
        assert answer.status_code == 400


@pytest.mark.parametrize("mark", ["\0", "\n", " ", "é"])
def test_what_no_browser_calls_an_endpoint_is_refused(phone, mark):
    endpoint = phone.subscribed.endpoint
    assert phone.is_refused("register", endpoint=endpoint + mark, keys=phone.subscribed.keys)[0] == 400
    assert phone.is_refused("register", endpoint=endpoint, replaces=mark, keys=phone.subscribed.keys)[0] == 400
    assert phone.is_refused("see", endpoint=endpoint + mark)[0] == 400
    assert not Device.objects.exists()


def test_one_may_change_devices_so_often_in_an_hour(monkeypatch, phone):
    monkeypatch.setattr(views.changes, "amount", 2)
    phone.registers()
    phone.registers()
    status, said = phone.is_refused("register", **phone.subscribed.as_json)
    assert (status, said) == (429, "You're changing your devices too quickly. Try again in 60 min.")


# -- seen, named, removed


def test_a_browser_that_is_here_again_is_noted(time_machine, phone):
    time_machine.move_to(datetime(2026, 11, 16, 12, tzinfo=UTC), tick=False)
    device = phone.registers()
    time_machine.move_to(datetime(2026, 11, 17, 12, tzinfo=UTC), tick=False)
    assert phone.is_seen() == {**device, "last_used_at": "2026-11-17T12:00:00.000Z"}


def test_a_browser_that_was_removed_or_is_gone_is_told_so(phone):
    phone.registers()
    Device.objects.update(gone_at=timezone.now())
    assert phone.is_seen() is None
    Device.objects.all().delete()
    assert phone.is_seen() is None


def test_a_device_is_named_in_one_line(phone):
    device = phone.registers()
    phone.does(f"{device['id']}/rename", name="  My \n\u202ephone\t ")
    assert names(phone) == ["My phone"]
    assert phone.is_refused(f"{device['id']}/rename", name=" \u200b ") == (400, "Enter a name for the device.")
    assert phone.is_refused(f"{device['id']}/rename", name="x" * 81)[0] == 400
    assert names(phone) == ["My phone"]


def test_a_device_is_removed(phone):
    device = phone.registers()
    assert phone.does(f"{device['id']}/remove").json() == {}
    assert phone.devices() == []


@pytest.mark.parametrize("deed", ["rename", "remove", "test"])
def test_somebody_elses_device_is_not_there(bob, phone, deed):
    device = phone.registers()
    bobs = Browser(bob)
    theirs, none = f"{device['id']}/{deed}", f"{device['id'] + 1000}/{deed}"
    assert bobs.is_refused(theirs, name="Mine") == bobs.is_refused(none, name="Mine")
    assert bobs.is_refused(theirs, name="Mine")[0] == 404
    assert names(phone) == ["Firefox on Android"]


def test_the_signed_out_have_no_devices(client, db):
    assert client.get("/notifications/devices/state.json").status_code == 401
    for deed in ("register", "see", "1/rename", "1/remove", "1/test"):
        assert client.post(f"/notifications/devices/{deed}.json").status_code == 401
        assert client.get(f"/notifications/devices/{deed}.json").status_code == 405


# -- tried


def test_a_trial_arrives(phone, push_service):
    device = phone.registers()
    answer = phone.does(f"{device['id']}/test").json()
    said = "Sent to Firefox on Android. It should appear there in a moment."
    assert (answer["outcome"], answer["message"]) == ("sent", said)
    [taken] = push_service.taken
    payload = phone.subscribed.reads(taken)
    assert (payload["title"], payload["always"]) == (f"Push from {settings.SITE_NAME} works", True)
    assert taken.headers["TTL"] == "60"


@pytest.mark.parametrize(
    "status, outcome, sentence",
    [
        (410, "gone", "Push stopped working on Firefox on Android. Turn it on again there."),
        (500, "failed", "The test failed. The push service responded with 500. Try again later."),
        (
            403,
            "failed",
            "The test failed. The push service responded with 403. Remove the device and turn push on again.",
        ),
    ],
)
def test_a_trial_that_fails_says_why(phone, push_service, status, outcome, sentence):
    device = phone.registers()
    push_service.answers(status)
    answer = phone.does(f"{device['id']}/test").json()
    assert (answer["outcome"], answer["message"]) == (outcome, sentence)
    assert bool(answer["device"]["gone_at"]) == (outcome == "gone")


def test_one_may_try_so_often_in_an_hour(monkeypatch, phone, push_service):
    monkeypatch.setattr(views.trials, "amount", 1)
    device = phone.registers()
    assert phone.does(f"{device['id']}/test").status_code == 200
    assert phone.is_refused(f"{device['id']}/test")[0] == 429
    assert len(push_service.taken) == 1


# -- signed out


def test_signing_out_ends_the_pushes_to_this_browser_alone(ada, phone):
    other = Browser(ada)
    phone.registers()
    other.registers()
    assert phone.client.post("/accounts/logout/").status_code == 302
    assert [device.endpoint for device in Device.objects.all()] == [other.subscribed.endpoint]


def test_a_browser_that_signed_in_anew_is_known_by_being_seen(ada, phone):
    phone.registers()
    phone.client = visit(ada)
    assert phone.is_seen() is not None
    phone.client.post("/accounts/logout/")
    assert not Device.objects.exists()


def test_who_has_no_device_here_signs_out_and_keeps_the_others(ada, phone):
    phone.registers()
    assert visit(ada).post("/accounts/logout/").status_code == 302
    assert Device.objects.count() == 1


@pytest.mark.parametrize("end", [end_sessions, deactivate, lambda user: (user.set_password("x"), user.save())])
def test_signing_out_everywhere_ends_all_pushes(ada, bob, phone, end):
    phone.registers()
    Browser(bob).registers()
    end(ada)
    assert [device.user for device in Device.objects.all()] == [bob]


def expire(browser):
    Session.objects.filter(pk=browser.client.session.session_key).update(expire_date=timezone.now())


def test_an_expired_session_takes_its_pushes_with_it(ada, phone):
    other = Browser(ada)
    phone.registers()
    other.registers()
    expire(phone)
    assert [device.endpoint for device in Device.objects.reachable()] == [other.subscribed.endpoint]
    assert [device.endpoint for device in devices_of([ada.pk])[ada.pk]] == [other.subscribed.endpoint]
    expire(other)
    assert not load_rules([ada.pk])[ada.pk].rules.has_device
    sweep()
    assert not Device.objects.exists()


def test_the_sign_in_after_it_brings_them_back(ada, phone):
    phone.registers()
    expire(phone)
    phone.client = visit(ada)
    assert phone.is_seen() is not None
    assert len(Device.objects.reachable()) == 1


def test_a_device_of_no_known_session_is_reachable(ada, settings):
    """It was registered before sessions were kept with it, or the site keeps its sessions elsewhere."""
    Device.objects.create(user=ada, name="phone", endpoint="https://push.example.org/1")
    assert Device.objects.reachable().count() == 1
    Device.objects.update(session_key="elsewhere")
    assert Device.objects.reachable().count() == 0
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    assert Device.objects.reachable().count() == 1


# -- what pages and workers are told


def test_the_pages_get_the_key_of_the_site(phone):
    state = phone.client.get("/notifications/devices/state.json")
    assert state.json()["key"] == find_keys().public
    assert state["Cache-Control"] == "no-store, private"
    assert "PRIVATE" not in state.content.decode()


def test_a_worker_may_post_with_the_token_that_it_was_given(ada, phone):
    """It has no page from which it could read the cookie."""
    phone.client.handler.enforce_csrf_checks = True
    assert phone.does("register", **phone.subscribed.as_json).status_code == 403
    token = phone.client.get("/notifications/devices/state.json").json()["csrf"]
    answer = phone.client.post(
        "/notifications/devices/register.json",
        phone.subscribed.as_json,
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200


def test_the_worker_is_served_to_everybody_and_looked_for_each_time(client):
    worker = client.get("/service-worker.js")
    assert worker.status_code == 200
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in worker
    script = worker.content.decode()
    assert script.startswith('import { begin } from "/static/hubbub/js/worker/main.js"\n')
    assert '"/notifications/read.json"' in script


@pytest.mark.parametrize(
    "user_agent, name",
    [
        (FIREFOX, "Firefox on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) (KHTML, like Gecko) Chrome/156.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) CriOS/140 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605", "Safari on Mac"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(user_agent, name):
    assert name_browser(user_agent) == name
