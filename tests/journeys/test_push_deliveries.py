"""Pushes of many are sent once, by however many processes, and by the next one where one is killed: real processes."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from notifications.kinds import Kind, register
from notifications.models import Delivery, Device, Lease, Notification
from notifications.services import notify
from tests.services.push_service import CREATED, HOST, PushService, Subscribed
from tests.services.worker import Worker

PATIENCE_SECONDS = 60
SITES = [{}, {"postgres": True}]


@pytest.fixture
def service():
    service = PushService()
    yield service
    service.close()


@pytest.fixture
def site(sites, service, request):
    return sites(kind="uvicorn", environment=service.environment, **request.param)


@pytest.fixture
def worker(site):
    worker = Worker(site)
    yield worker
    worker.kill()


everywhere = pytest.mark.parametrize("site", SITES, ids=["sqlite", "postgresql"], indirect=True)


def notify_many(number: int) -> None:
    """Make people with a device each, to whom something is due now."""
    users = User.objects.bulk_create(User(username=f"p{index}") for index in range(number))
    keys = Subscribed("").keys
    Device.objects.bulk_create(
        Device(user=user, name="phone", endpoint=f"https://{HOST}/{user.username}", **keys) for user in users
    )
    register(Kind("stream", "Streams", "radio"))
    notify(to=User.objects.filter(pk__in=[user.pk for user in users]), kind="stream", title="Deployed")
    Notification.objects.update(push_due_at=timezone.now())


def pass_a_minute() -> None:
    minute = timedelta(minutes=1)
    Notification.objects.exclude(push_due_at=None).update(push_due_at=F("push_due_at") - minute)
    Lease.objects.update(until=F("until") - minute)


def all_sent(number: int) -> None:
    """Wait until all is off the clock, and say that each has one record."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Notification.objects.exclude(push_due_at=None).exists():
        assert time.monotonic() < deadline, f"it did not come to pass within {PATIENCE_SECONDS} s"
        time.sleep(0.05)
    assert list(Delivery.objects.values_list("state", "attempts")) == [("sent", 1)] * number


@everywhere
async def test_processes_share_what_is_due_and_each_push_goes_out_once(site, service, worker):
    await worker.starts()
    await site.database(notify_many, 150)
    await site.database(all_sent, 150)
    assert sorted(asked.path for asked in service.taken) == sorted(f"/p{index}" for index in range(150))
    assert await worker.terminates() == 0


@everywhere
async def test_what_a_killed_process_had_in_hand_goes_out_by_the_next(site, service, worker):
    """At most once more: what was on its way, or not yet put down, when it was killed."""
    await site.servers[0].terminates()
    flows, paused = threading.Event(), threading.Event()

    def reply(_):
        if len(service.taken) >= 20:
            paused.set()
            flows.wait(PATIENCE_SECONDS)
        return CREATED

    service.neighbour.replies = reply
    await worker.starts()
    await site.database(notify_many, 60)
    assert paused.wait(PATIENCE_SECONDS)
    worker.kill()
    flows.set()
    await site.database(pass_a_minute)
    await worker.starts()
    await site.database(all_sent, 60)
    assert {asked.path for asked in service.taken} == {f"/p{index}" for index in range(60)}
    assert max(Counter(asked.path for asked in service.taken).values()) <= 2
    assert await worker.terminates() == 0
