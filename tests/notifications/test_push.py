"""Pushes on their way: sealed so that only the browser reads them, signed, sent, and what became of them."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import override_settings

from notifications.delivery.http import client
from notifications.delivery.push import sender, service_limits
from notifications.delivery.push.encryption import encrypt, read_reader
from notifications.delivery.push.keys import find_contact, find_keys
from notifications.delivery.push.payload import PAYLOAD_BYTES, pack_payload
from notifications.delivery.push.sender import Failed, Gone, Sent, send_push
from notifications.delivery.push.service_limits import Rests
from notifications.models import Device, ServerKey
from tests.services.push_service import CREATED, HOST, Subscribed, decode, read_proof

SAYS = {"title": "Ana wrote to you", "body": "Lunch?", "url": "/rooms/4/", "tag": "room.4", "ids": [7], "unread": 1}


@pytest.fixture
def service(push_service):
    return push_service


def device_of(user, subscribed: Subscribed, **fields) -> Device:
    return Device.objects.create(user=user, name="Phone", endpoint=subscribed.endpoint, **subscribed.keys, **fields)


@pytest.fixture
def phone(service):
    return service.subscribes()


@pytest.fixture
def device(ada, phone):
    return device_of(ada, phone)


# -- sealed


def test_it_is_sealed_as_the_standard_has_it():
    """The example of RFC 8291, appendix A, byte for byte."""
    from cryptography.hazmat.primitives.asymmetric import ec

    ours = ec.derive_private_key(
        int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    reader = read_reader(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    text = b"When I grow up, I want to be a watermelon"
    assert encrypt(text, reader, key=ours, salt=decode("DGv6ra1nlYgDCS1FRnbzlw")) == decode(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru"
        "3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_browser_reads_it_and_the_service_knows_who_sent_it(device, phone, service):
    with override_settings(DEFAULT_FROM_EMAIL="Hubbub <chat@example.org>"):
        assert send_push(device, SAYS) == Sent()
    [taken] = service.taken
    assert taken.path == phone.endpoint.removeprefix(f"https://{HOST}")
    assert phone.reads(taken) == SAYS
    assert b"Lunch" not in taken.body
    proof = read_proof(taken)
    assert (proof["aud"], proof["sub"]) == (f"https://{HOST}", "mailto:chat@example.org")
    assert proof["key"] == find_keys().public
    assert {name: taken.headers[name] for name in ("TTL", "Urgency", "Content-Encoding", "Topic")} == {
        "TTL": "86400",
        "Urgency": "high",
        "Content-Encoding": "aes128gcm",
        "Topic": None,
    }


def test_how_it_is_to_be_carried_can_be_said(device, service):
    assert send_push(device, SAYS, ttl=60, urgency="low", topic="room-4") == Sent()
    [taken] = service.taken
    assert [taken.headers[name] for name in ("TTL", "Urgency", "Topic")] == ["60", "low", "room-4"]


def test_each_push_is_sealed_anew(device, phone, service):
    send_push(device, SAYS)
    send_push(device, SAYS)
    one, other = service.taken
    assert one.body[16:90] != other.body[16:90]
    assert phone.reads(one) == phone.reads(other)


def test_a_larger_push_than_may_be_is_cut_where_it_hurts_least(device, phone, service):
    long = {**SAYS, "title": "é" * 1500, "body": '"ü"' * 2000, "ids": list(range(1000))}
    assert send_push(device, long) == Sent()
    said = phone.reads(service.taken[0])
    assert len(service.taken[0].body) < 4096
    assert said["ids"] == list(range(950, 1000))
    assert said["body"] == "…"
    assert said["title"].endswith("é…")
    assert (said["url"], said["tag"]) == (SAYS["url"], SAYS["tag"])


def test_what_fits_is_not_cut_and_what_is_cut_fits():
    whole = {**SAYS, "body": "x" * 2000}
    assert pack_payload(whole).count(b"x") == 2000
    for length in range(2700, 3300, 7):
        packed = pack_payload({**SAYS, "body": "😀x" * (length // 5)})
        assert len(packed) <= PAYLOAD_BYTES
        packed.decode()
    assert len(pack_payload({"close": [f"room.{number}" for number in range(9000)]})) <= PAYLOAD_BYTES


# -- what became of it


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_it_was_taken(device, service, status):
    service.answers(status)
    assert send_push(device, SAYS) == Sent()


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_put_down_as_gone(device, service, status):
    service.answers(status)
    assert send_push(device, SAYS) == Gone()
    device.refresh_from_db()
    assert device.gone_at is not None


@pytest.mark.parametrize(
    "status, header, seconds",
    [(429, "120", 120.0), (503, "Mon, 16 Nov 2026 12:05:00 GMT", 300.0), (500, "", None), (502, "soon", None)],
)
def test_what_passes_is_to_be_tried_again_when_the_service_says(time_machine, device, service, status, header, seconds):
    service.answers(status, b"busy", **({"Retry_After": header} if header else {}))
    time_machine.move_to(datetime(2026, 11, 16, 12, tzinfo=UTC), tick=False)
    assert send_push(device, SAYS) == Failed(f"The push service responded with {status} (busy).", seconds)
    device.refresh_from_db()
    assert device.gone_at is None


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
def test_what_would_be_refused_again_is_not_tried_again(device, service, status):
    service.answers(status, b'{"reason":"BadJwtToken"}', Retry_After="60", Location="http://127.0.0.1/")
    said = f'The push service responded with {status} ({{"reason":"BadJwtToken"}}).'
    assert send_push(device, SAYS) == Failed(said, None, for_good=True)
    assert len(service.taken) == 1


def test_a_service_that_does_not_answer_is_tried_again(monkeypatch, device, service):
    monkeypatch.setattr(client, "SECONDS", 0.3)
    silent = threading.Event()
    service.neighbour.replies = lambda _: silent.wait(5) and None
    assert send_push(device, SAYS) == Failed(f"{HOST} did not respond within 0 s.")
    silent.set()


def test_a_service_that_takes_long_holds_nobody_up_twice(monkeypatch, ada, bob, service):
    monkeypatch.setattr(sender, "rests", Rests())
    monkeypatch.setattr(client, "SECONDS", 0.3)
    monkeypatch.setattr(service_limits, "SLOW_SECONDS", 0.3)
    silent = threading.Event()
    service.neighbour.replies = lambda asked: silent.wait(5) and None if "slow" in asked.path else CREATED
    slow = [device_of(ada, Subscribed(f"https://{HOST}/slow/{number}")) for number in range(3)]
    quick = device_of(bob, service.subscribes())
    monkeypatch.setattr(service_limits, "domain_of", lambda endpoint: "slow" if "slow" in endpoint else "quick")
    assert send_push(slow[0], SAYS) == Failed(f"{HOST} did not respond within 0 s.")
    asked = len(service.taken)
    for device in slow:
        failed = send_push(device, SAYS)
        assert failed.detail == "The push service was too slow a moment ago."
        assert 50 < failed.retry_after <= service_limits.FIRST_REST_SECONDS
    assert len(service.taken) == asked
    monkeypatch.setattr(client, "SECONDS", 10)  # a machine that is busy answers later, too
    assert send_push(quick, SAYS) == Sent()
    silent.set()


def test_a_rest_becomes_longer_until_the_service_is_quick_again(monkeypatch):
    now = 0.0
    monkeypatch.setattr(service_limits, "monotonic", lambda: now)
    rests, endpoint = Rests(), "https://a.push.example.org/1"
    for rest in (60, 120, 240, 480, 960, 960):
        rests.note(endpoint, 5.0)
        assert rests.left("https://b.push.example.org/2") == rest
        now += rest
        assert rests.left(endpoint) == 0
    rests.note(endpoint, 0.1)
    now += 5
    rests.note(endpoint, 5.0)
    assert rests.left(endpoint) == 60
    assert rests.left("https://push.example.com/1") == 0


def test_an_endpoint_that_leads_into_the_network_is_never_asked(monkeypatch, device, service):
    monkeypatch.setattr(sender, "INTERNET", service.neighbour.network("169.254.169.254"))
    assert send_push(device, SAYS) == Failed(f"{HOST} is not a public address.", for_good=True)
    assert service.taken == []


def test_what_shows_nothing_is_kept_from_services_that_would_end_the_subscription(ada, service):
    apple = device_of(ada, Subscribed("https://web.push.apple.com/QGu"))
    assert send_push(apple, {"close": ["room.4"]}) == Sent()
    assert service.taken == []
    mozilla = device_of(ada, service.subscribes())
    assert send_push(mozilla, {"close": ["room.4"]}) == Sent()
    assert service.taken[0].headers["Urgency"] == "normal"


# -- the site's key


def test_the_key_is_made_once_and_kept(db):
    assert not ServerKey.objects.exists()
    first = find_keys().public
    assert len(decode(first)) == 65
    assert find_keys().public == first
    assert ServerKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_processes_that_make_the_key_at_once_have_the_same():
    start, found = threading.Barrier(8), []

    def need_it():
        start.wait(10)
        found.append(find_keys().public)
        connection.close()

    threads = [threading.Thread(target=need_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert ServerKey.objects.count() == 1


@pytest.mark.parametrize(
    "sender, site, contact",
    [
        ("Hubbub <chat@example.org>", "https://chat.example.org", "mailto:chat@example.org"),
        ("Hubbub <hubbub@localhost>", "https://chat.example.org", "https://chat.example.org"),
        ("Hubbub <hubbub@localhost>", "http://localhost:8000", "mailto:hubbub@localhost"),
    ],
)
def test_push_services_are_told_whom_to_turn_to(sender, site, contact):
    with override_settings(DEFAULT_FROM_EMAIL=sender, SITE_URL=site):
        assert find_contact() == contact
