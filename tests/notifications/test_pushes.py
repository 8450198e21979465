"""Pushes: to every device once, together where they come together, none for what was read at once."""

from datetime import timedelta

import pytest
from django.db import connection

from notifications import groups, services
from notifications.delivery.push import dispatcher, sender
from notifications.delivery.push.sender import Failed, Gone, Sent
from notifications.groups import GroupLabel
from notifications.jobs import send_due_pushes
from notifications.models import Delivery, Device, Notification
from notifications.streams.definitions import create_stream
from tests.notifications.post import MINUTE, NIGHTS, NOON, at, delivery_results, newest, notify_user, wants

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(seconds=5)
CLOSED = {"close": ["room.7", "several"], "unread": 0}


class Services:
    """The push services: what they were sent, and what they answer, one after the other and then Sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict]] = []
        self.answers: list = []
        self.meanwhile = lambda: None  # what happens while a push is on its way

    def transmit(self, device, payload, keys):
        self.sent.append((device.name, payload))
        self.meanwhile()
        connection.close()
        answer = self.answers.pop(0) if self.answers else Sent()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pushed(self, when):
        """Let the clock send at that moment, and return what went out."""
        before = len(self.sent)
        with at(when):
            send_due_pushes()
        return self.sent[before:]


@pytest.fixture
def service(monkeypatch):
    service = Services()
    monkeypatch.setattr(sender, "transmit", service.transmit)
    return service


@pytest.fixture
def phone(ada):
    return device(ada, "phone")


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(groups, "_groups", {})
    groups.register("room", lambda _, ids: {id: GroupLabel(f"Room {id}") for id in ids})


def device(user, name):
    return Device.objects.create(user=user, name=name, endpoint=f"https://push.example.org/{user.pk}/{name}")


def test_one_comes_after_a_moment_with_all_that_a_device_shows(ada, phone, service):
    notify_user(ada, title="Bob wrote to you", body="Are you there?", url="/rooms/7/?message=9", group="room.7")
    assert service.pushed(SOON - timedelta(seconds=1)) == []
    [(name, payload)] = service.pushed(SOON)
    assert name == "phone"
    assert payload == {
        "title": "Bob wrote to you",
        "body": "Are you there?",
        "url": "/rooms/7/?message=9",
        "open": f"/notifications/{newest(ada).pk}/open/",
        "tag": "room.7",
        "ids": [newest(ada).pk],
        "unread": 1,
    }
    assert delivery_results(ada, "push") == [("sent", "sent")]
    assert service.pushed(SOON + timedelta(days=1)) == []


def test_news_say_whose_they_are(ada, phone, service):
    notify_user(create_stream("deploys", "Deploys", rule="everybody"), title="v2 is live")
    assert [payload["title"] for _, payload in service.pushed(SOON)] == ["Deploys: v2 is live"]


def test_who_reads_at_once_gets_none(ada, phone, service):
    notify_user(ada)
    with at(NOON):
        services.mark_read(ada.pk, [newest(ada).pk])
    assert service.pushed(SOON) == []
    assert delivery_results(ada, "push") == [("dropped", "read_meanwhile")]


def test_every_device_gets_it_once(ada, phone, service):
    device(ada, "laptop")
    notify_user(ada)
    assert [name for name, _ in service.pushed(SOON)] == ["phone", "laptop"]
    assert delivery_results(ada, "push") == [("sent", "sent")] * 2


def test_what_comes_together_is_one_push_a_group(ada, phone, service, rooms):
    for number in range(5):
        notify_user(ada, title=f"Ping {number}", url=f"/rooms/7/?message={number}", group="room.7")
    [(_, payload)] = service.pushed(SOON)
    assert payload["title"] == "5 new in Room 7"
    assert payload["body"] == "Ping 4\nPing 3\nPing 2"
    assert payload["tag"] == "room.7"
    assert payload["url"] == "/rooms/7/?message=4"
    assert len(payload["ids"]) == payload["unread"] == 5


def test_what_was_held_for_the_night_is_one_push_in_the_morning(ada, phone, service, rooms):
    wants(ada, quiet_hours=NIGHTS)
    night = NOON + timedelta(hours=11)
    for number in range(3):
        notify_user(ada, when=night + number * MINUTE, group=f"room.{number}")
    assert service.pushed(night + timedelta(hours=7)) == []
    [(_, payload)] = service.pushed(NOON + timedelta(hours=19))
    assert payload["title"] == "3 new notifications"
    assert payload["tag"] == "several"
    assert payload["url"] == "/notifications/"


def test_do_not_disturb_that_is_newer_than_the_notification_holds(ada, phone, service):
    notify_user(ada)
    wants(ada, do_not_disturb_until=NOON + timedelta(hours=2))
    assert service.pushed(SOON) == []
    assert len(service.pushed(NOON + timedelta(hours=2))) == 1


@pytest.mark.parametrize("shown", [False, True])
def test_what_a_private_room_says_is_not_sent_unless_the_person_wants_it(ada, phone, service, rooms, shown):
    wants(ada, private_content=shown)
    for number in range(2):
        notify_user(ada, title="Bob in Secret", body="We sell.", group="room.7", data={"private": True})
        [(_, payload)] = service.pushed(SOON + number * MINUTE)
        assert (payload["title"] == "Bob in Secret") is shown
        assert (payload["body"] == "We sell.") is shown
    for _ in range(2):
        notify_user(ada, title="Bob in Secret", body="We sell.", group="room.7", data={"private": True})
    [(_, payload)] = service.pushed(SOON + 5 * MINUTE)
    assert ("Room 7" in payload["title"]) is shown
    assert ("Secret" in payload["body"]) is shown


# -- taken back


def test_what_was_shown_is_closed_when_it_is_read_elsewhere(ada, phone, service):
    device(ada, "laptop")
    notify_user(ada, group="room.7", group_position=3)
    service.pushed(SOON)
    with at(NOON + MINUTE):
        services.mark_groups_read([(ada.pk, "room.7", 3)])
    assert service.pushed(NOON + MINUTE) == [(name, CLOSED) for name in ("phone", "laptop")]
    assert delivery_results(ada, "push") == [("sent", "closed")] * 2
    assert service.pushed(NOON + 2 * MINUTE) == []


@pytest.mark.parametrize(
    "what",
    [
        lambda user, id: services.mark_read(user.pk, [id]),
        lambda user, _: services.mark_all_read(user.pk, 99),
        lambda user, id: services.archive(user.pk, [id]),
        lambda user, id: services.snooze(user.pk, [id], NOON + timedelta(days=1)),
        lambda user, _: services.retract([user]),
    ],
)
def test_so_is_what_is_settled_in_any_other_way(ada, phone, service, what):
    notify_user(ada, target=ada, group="room.7")
    service.pushed(SOON)
    with at(NOON + MINUTE):
        what(ada, newest(ada).pk)
    assert service.pushed(NOON + MINUTE) == [("phone", CLOSED)]


def test_a_group_is_closed_when_nothing_of_it_is_left(ada, phone, service):
    notify_user(ada, group="room.7", group_position=3)
    service.pushed(SOON)
    notify_user(ada, when=SOON, group="room.7", group_position=4)
    service.pushed(SOON + MINUTE)
    with at(SOON + 2 * MINUTE):
        services.mark_groups_read([(ada.pk, "room.7", 3)])
    assert service.pushed(NOON + timedelta(days=9)) == []
    with at(NOON + timedelta(days=9)):
        services.mark_groups_read([(ada.pk, "room.7", 4)])
    assert len(service.pushed(NOON + timedelta(days=9))) == 1


def test_what_was_pushed_from_outside_of_the_list_is_closed_too(ada, phone, service):
    wants(ada, channels={"ping": {"app": False}})
    notify_user(ada, group="room.7", group_position=3)
    assert len(service.pushed(SOON)) == 1
    with at(NOON + MINUTE):
        services.mark_groups_read([(ada.pk, "room.7", 3)])
    assert service.pushed(NOON + MINUTE) == [("phone", CLOSED)]


def test_nothing_is_closed_that_was_never_shown(ada, service):
    notify_user(ada)
    phone = device(ada, "phone")
    with at(NOON + MINUTE):
        services.mark_read(ada.pk, [newest(ada).pk])
    assert service.pushed(NOON + MINUTE) == []
    assert phone.gone_at is None


def test_what_is_read_while_it_is_on_its_way_goes_no_further_and_is_closed(ada, phone, service):
    device(ada, "laptop")
    notify_user(ada, group="room.7")
    service.meanwhile = lambda: services.mark_read(ada.pk, [newest(ada).pk])
    [(name, payload), *closings] = service.pushed(SOON)
    assert (name, payload["title"]) == ("phone", "Ping")
    assert closings == [(name, CLOSED) for name in ("phone", "laptop")]
    assert delivery_results(ada, "push") == [("sent", "closed")]
    assert newest(ada).push_due_at is None


def test_what_is_read_before_the_first_device_is_put_down_as_read(ada, phone, service, monkeypatch):
    notify_user(ada)
    look = dispatcher.devices_of

    def look_slowly(user_ids):
        services.mark_read(ada.pk, [newest(ada).pk])
        return look(user_ids)

    monkeypatch.setattr(dispatcher, "devices_of", look_slowly)
    assert service.pushed(SOON) + service.pushed(SOON) == []
    assert delivery_results(ada, "push") == [("dropped", "read_meanwhile")]
    assert newest(ada).push_due_at is None


# -- what goes wrong


def test_a_device_that_is_no_more_is_dropped_for_good(ada, phone, service):
    device(ada, "laptop")
    service.answers = [Gone()]
    notify_user(ada)
    assert len(service.pushed(SOON)) == 2
    phone.refresh_from_db()
    assert phone.gone_at is not None
    assert delivery_results(ada, "push") == [("dropped", "endpoint_gone"), ("sent", "sent")]
    notify_user(ada, when=NOON + MINUTE)
    assert [name for name, _ in service.pushed(NOON + 2 * MINUTE)] == ["laptop"]


def test_whatever_a_service_says_is_put_down(ada, phone, service):
    service.answers = [Failed("\0 no \0" * 500, None)]
    notify_user(ada)
    service.pushed(SOON)
    assert delivery_results(ada, "push") == [("queued", "tried_in_vain")]
    assert Delivery.objects.get().detail.startswith(" no ")


def test_one_device_that_fails_is_tried_again_and_the_others_have_it_once(ada, phone, service):
    device(ada, "laptop")
    service.answers = [Failed("503", None), Sent(), Failed("503", 600.0)]
    notify_user(ada)
    service.pushed(SOON)
    assert delivery_results(ada, "push") == [("queued", "tried_in_vain"), ("sent", "sent")]
    assert [name for name, _ in service.pushed(SOON + MINUTE)] == ["phone"]
    # It asked for ten minutes.
    assert service.pushed(SOON + 10 * MINUTE) == []
    assert [name for name, _ in service.pushed(SOON + 11 * MINUTE)] == ["phone"]
    assert delivery_results(ada, "push") == [("sent", "sent")] * 2


def test_what_is_read_between_the_tries_is_not_tried_again(ada, phone, service):
    service.answers = [Failed("503", None)]
    notify_user(ada)
    service.pushed(SOON)
    services.mark_read(ada.pk, [newest(ada).pk])
    assert service.pushed(SOON + MINUTE) == []
    assert delivery_results(ada, "push") == [("dropped", "read_meanwhile")]


def test_it_is_given_up_after_some_tries(ada, phone, service, settings):
    settings.DELIVERY_TRIES = 2
    service.answers = [Failed("503", None)] * 5
    notify_user(ada)
    for minutes in range(10):
        service.pushed(SOON + minutes * MINUTE)
    assert len(service.sent) == 2
    record = Delivery.objects.get()
    assert (record.state, record.reason, record.detail) == ("failed", "gave_up", "503")


def test_what_will_never_be_taken_is_tried_once(ada, phone, service):
    service.answers = [Failed("too large", for_good=True)]
    notify_user(ada)
    service.pushed(SOON)
    assert delivery_results(ada, "push") == [("failed", "refused")]
    assert newest(ada).push_due_at is None


def test_an_error_of_ours_is_a_try_in_vain_and_not_the_others(ada, phone, service):
    device(ada, "laptop")
    service.answers = [RuntimeError("no")]
    notify_user(ada)
    assert len(service.pushed(SOON)) == 2
    assert delivery_results(ada, "push") == [("queued", "tried_in_vain"), ("sent", "sent")]


def test_what_cannot_be_put_into_words_is_a_try_in_vain(ada, bob, phone, service):
    device(bob, "tablet")
    notify_user([ada, bob])
    Notification.objects.filter(user=ada).update(data="of another time")
    assert [name for name, _ in service.pushed(SOON)] == ["tablet"]
    assert delivery_results(ada, "push") == [("queued", "tried_in_vain")]


@pytest.mark.parametrize("removed", [True, False])
def test_a_device_that_goes_between_the_tries_is_waited_for_no_longer(ada, phone, service, removed):
    device(ada, "laptop")
    service.answers = [Failed("503", None)]
    notify_user(ada)
    service.pushed(SOON)
    if removed:
        phone.delete()
    else:
        Device.objects.filter(pk=phone.pk).update(gone_at=SOON)
    assert service.pushed(SOON + MINUTE) == []
    assert sorted(delivery_results(ada, "push")) == [("dropped", "endpoint_gone"), ("sent", "sent")]
    assert newest(ada).push_due_at is None
