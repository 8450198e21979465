"""Pushes to many: several at once, in order for each device, whatever push services and the database do meanwhile."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import services
from notifications.delivery import batches, claims, records
from notifications.delivery.batches import gather
from notifications.delivery.claims import claim_due, release
from notifications.delivery.push import dispatcher, sender, service_limits
from notifications.delivery.push.sender import Sent
from notifications.delivery.push.service_limits import AT_ONCE, FIRST_LIMIT, LARGEST_LIMIT, Rests
from notifications.jobs import send_due_pushes
from notifications.models import Delivery, Device, Lease, Notification
from tests.cast import people
from tests.notifications.post import MINUTE, NOON, at, delivery_results, newest, notify_user
from tests.services.push_service import CREATED, HOST, Subscribed

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(seconds=5)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """What is known of push services, of this test alone."""
    fresh = Rests()
    for module in (sender, dispatcher):
        monkeypatch.setattr(module, "rests", fresh)
    return fresh


@pytest.fixture
def sent(monkeypatch):
    """What goes to devices, (name, payload), in place of real push services; `sent.meanwhile` happens on its way."""

    class Sending(list):
        meanwhile = staticmethod(lambda: None)

        def transmit(self, device, payload, keys):
            self.append((device.name, payload))
            self.meanwhile()
            connection.close()
            return Sent()

    sending_ = Sending()
    monkeypatch.setattr(sender, "transmit", sending_.transmit)
    return sending_


def device(user, name="phone", subscribed=None):
    subscribed = subscribed or Subscribed(f"https://{HOST}/{user.pk}/{name}")
    return Device.objects.create(user=user, name=name, endpoint=subscribed.endpoint, **subscribed.keys)


def crowd(number, path=""):
    """People with a device each, to whom something is due SOON."""
    everybody = people(number, f"p{path}")
    for user in everybody:
        device(user, subscribed=Subscribed(f"https://{HOST}/{path}/{user.pk}"))
    notify_user(everybody)
    return everybody


def push_at(moment):
    with at(moment):
        send_due_pushes()


def all_sent():
    return list(Delivery.objects.values_list("state", flat=True).distinct()) == ["sent"]


# -- several at once


def test_several_are_on_their_way_at_once_and_no_more_than_a_service_bears(push_service):
    together, most, now, lock = threading.Barrier(FIRST_LIMIT), 0, 0, threading.Lock()

    def reply(asked):
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        if len(push_service.taken) <= FIRST_LIMIT:
            together.wait(20)  # or it breaks, and the push fails
        with lock:
            now -= 1
        return CREATED

    push_service.neighbour.replies = reply
    crowd(3 * FIRST_LIMIT)
    push_at(SOON)
    assert all_sent()
    assert len(push_service.taken) == 3 * FIRST_LIMIT
    assert FIRST_LIMIT <= most <= LARGEST_LIMIT


def test_one_that_hangs_keeps_nobody_elses_waiting(push_service):
    others_have_theirs = threading.Event()

    def reply(asked):
        if "slow" in asked.path:
            assert others_have_theirs.wait(20)
        elif len(push_service.taken) > 2 * AT_ONCE:
            others_have_theirs.set()
        return CREATED

    push_service.neighbour.replies = reply
    crowd(1, "slow")
    crowd(2 * AT_ONCE)
    push_at(SOON)
    assert all_sent()


def test_a_service_that_has_too_much_to_do_gets_fewer_at_once(push_service, fresh, ada):
    phone = device(ada, subscribed=push_service.subscribes())
    domain = service_limits.domain_of(phone.endpoint)
    for _ in range(2 * LARGEST_LIMIT):
        fresh.note(phone.endpoint, 0.1)
    assert fresh.limit(domain) == LARGEST_LIMIT
    for status, limit in ((429, 12), (503, 6), (500, 7), (201, 8), (429, 4), (429, 2), (429, 1), (429, 1)):
        push_service.answers(status)
        sender.send_push(phone, {"title": "Ping"})
        assert fresh.limit(domain) == limit
    assert fresh.left(phone.endpoint) == 0


def test_one_slow_answer_among_quick_ones_is_no_reason_to_rest(fresh):
    endpoint = f"https://{HOST}/1"
    fresh.note(endpoint, 0.1)  # while the slow one was on its way
    fresh.note(endpoint, 5.0)
    assert fresh.left(endpoint) == 0
    assert fresh.limit(service_limits.domain_of(endpoint)) == (FIRST_LIMIT + 1) // 2


def test_those_who_wait_for_the_same_service_let_it_rest_once(fresh):
    endpoint = f"https://{HOST}/1"
    for _ in range(8):
        fresh.note(endpoint, 5.0)
    assert 0 < fresh.left(endpoint) <= service_limits.FIRST_REST_SECONDS


# -- a burst


def test_a_burst_is_worked_off_some_people_at_a_time(monkeypatch, sent):
    monkeypatch.setattr(dispatcher, "PEOPLE_IN_HAND", 8)
    monkeypatch.setattr(dispatcher, "FEWEST_TO_CLAIM", 4)
    in_hand = []
    sent.meanwhile = lambda: in_hand.append(Lease.objects.count())
    crowd(30)
    push_at(SOON)
    assert len(sent) == 30
    assert max(in_hand) <= 8
    assert all_sent()
    assert not Lease.objects.exists()


def test_of_one_person_not_all_is_taken_at_once(monkeypatch, ada, sent):
    monkeypatch.setattr(claims, "ROWS_AT_ONCE", 3)
    device(ada)
    for _ in range(5):
        notify_user(ada)
    push_at(SOON)
    assert sorted(len(payload["ids"]) for _, payload in sent) == [2, 3]


def test_what_goes_out_is_found_in_as_many_queries_for_many_as_for_few(db):
    counts = []
    for number in (2, 20):
        crowd(number, str(number))
        with at(SOON):
            found = claim_due("push", SOON, 100)
            with CaptureQueriesContext(connection) as queries:
                assert len(gather(found)) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- order


def test_what_is_newer_waits_until_nobody_has_the_person_in_hand(ada):
    device(ada)
    notify_user(ada)
    [claim] = claim_due("push", SOON)
    notify_user(ada, when=SOON)
    later = SOON + timedelta(seconds=10)
    assert claim_due("push", later) == []
    release([claim])
    [newer] = claim_due("push", later)
    assert [row.pk for row in newer.rows] == [newest(ada).pk]


def test_what_is_newer_goes_out_with_what_a_killed_process_had_in_hand(ada, sent):
    device(ada)
    notify_user(ada)
    claim_due("push", SOON)  # and it is killed
    notify_user(ada, when=SOON)
    push_at(SOON + timedelta(seconds=59))
    assert sent == []
    push_at(SOON + MINUTE)
    [(_, payload)] = sent
    assert len(payload["ids"]) == 2


def test_no_device_gets_two_at_once(ada, sent):
    """What is read, and what comes, while a push is on its way, goes out after it."""
    device(ada)
    notify_user(ada, group="room.1")
    notify_user(ada, when=SOON, group="room.2")
    under_way = []

    def meanwhile():
        under_way.append(len(sent))
        if len(sent) == 1:
            services.mark_read(ada.pk, [newest(ada).pk - 1])
        assert under_way == list(range(1, len(sent) + 1))

    sent.meanwhile = meanwhile
    push_at(SOON)
    push_at(SOON + MINUTE)
    assert ["close" in payload for _, payload in sent] == [False, True, False]


def test_nothing_begins_that_might_end_after_the_lease(ada, sent):
    device(ada, "phone")
    device(ada, "laptop")
    notify_user(ada)
    with time_machine.travel(SOON, tick=False) as time:
        sent.meanwhile = lambda: time.shift(55)
        send_due_pushes()
    assert [name for name, _ in sent] == ["phone"]
    sent.meanwhile = lambda: None
    push_at(SOON + timedelta(minutes=2))
    assert [name for name, _ in sent] == ["phone", "laptop"]
    assert delivery_results(ada, "push") == [("sent", "sent")] * 2


# -- what goes wrong


def test_a_device_that_is_signed_out_before_its_turn_gets_nothing(ada, sent):
    device(ada, "phone")
    laptop = device(ada, "laptop")
    notify_user(ada)
    sent.meanwhile = lambda: Device.objects.filter(pk=laptop.pk).delete()
    push_at(SOON)
    assert [name for name, _ in sent] == ["phone"]
    assert newest(ada).push_due_at is None


def test_what_one_person_has_due_keeps_nobody_elses_however_bad_it_is(ada, bob, sent, monkeypatch, caplog):
    device(ada, "hers")
    device(bob, "his")
    notify_user([ada, bob])
    usual = batches.why_not

    def fail(row, channel, user, *more):
        return 1 / 0 if user == ada else usual(row, channel, user, *more)

    monkeypatch.setattr(batches, "why_not", fail)
    push_at(SOON)
    assert [name for name, _ in sent] == ["his"]
    assert f"Gathering the deliveries of user {ada.pk} failed" in caplog.text
    monkeypatch.undo()
    assert newest(ada).push_due_at > SOON  # and is looked at again


def test_what_was_sent_is_put_down_though_the_database_failed_for_a_moment(sent, monkeypatch):
    crowd(5)
    usual, failed = records.mark_sent, []

    def fail_once(opened):
        if not failed:
            failed.append(opened)
            raise RuntimeError("no")
        usual(opened)

    monkeypatch.setattr(records, "mark_sent", fail_once)
    with pytest.raises(RuntimeError):
        push_at(SOON)
    push_at(SOON + MINUTE)
    assert len(sent) == 5
    assert all_sent()


def test_who_is_told_to_stop_leaves_the_rest_to_others_at_once(sent, monkeypatch):
    crowd(3 * AT_ONCE)
    with at(SOON):
        dispatcher.deliver_pushes(lambda: len(sent) > 0)
        begun = len(sent)
        assert 0 < begun < 3 * AT_ONCE
        assert not Lease.objects.exists()
        send_due_pushes()
    assert len(sent) == 3 * AT_ONCE
    assert all_sent()
    assert not Notification.objects.exclude(push_due_at=None).exists()


def test_what_a_busy_service_refuses_is_tried_when_it_says(push_service):
    """One answer after the other, and nothing twice."""
    everybody = crowd(20)
    push_service.answers(429, Retry_After="90")
    push_at(SOON)
    assert len(push_service.taken) == 20
    assert all(delivery_results(user, "push") == [("queued", "tried_in_vain")] for user in everybody)
    push_service.answers(201)
    push_at(SOON + timedelta(seconds=80))
    assert len(push_service.taken) == 20
    push_at(SOON + timedelta(seconds=100))
    assert len(push_service.taken) == 40
    assert all_sent()
