"""What is committed is delivered, once, whoever is killed: real servers, a real worker, a real mail server."""

import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from notifications.kinds import Kind, register
from notifications.models import Delivery, Lease, Notification, Preferences
from notifications.services import notify
from tests.services.smtp import Mailbox
from tests.services.worker import Worker

BOB = "bob@example.org"
SITES = {"sqlite": {}, "postgresql": {"postgres": True}}
DEPLOY = Kind("stream", "Streams", "radio")


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.close()


@pytest.fixture
def site(sites, mailbox, request):
    options = dict(getattr(request, "param", {}))
    environment = {"EMAIL_URL": mailbox.url, "SITE_NAME": "Hubbub"} | options.pop("environment", {})
    return sites(kind="uvicorn", environment=environment, **options)


@pytest.fixture
async def bob(site):
    return await site.person("bob", email=BOB)


@pytest.fixture
def worker(site):
    worker = Worker(site)
    yield worker
    worker.kill()


def on(*kinds, **environment):
    """Run a test on these databases, with the environment given."""
    options = [SITES[kind] | ({"environment": environment} if environment else {}) for kind in kinds]
    return pytest.mark.parametrize("site", options, ids=kinds, indirect=True)


def email_is(person, mode: str) -> None:
    Notification.objects.filter(user=person.id).delete()  # of the invitation to the room
    Preferences.objects.update_or_create(user_id=person.id, defaults={"mail": mode, "email_after_minutes": 60})


def let_time_pass(minutes: int) -> None:
    """Bring what is due nearer, as if so much time had passed."""
    passed = timedelta(minutes=minutes)
    waiting = Notification.objects.exclude(email_due_at=None)
    assert waiting.update(email_due_at=F("email_due_at") - passed)
    Lease.objects.update(until=F("until") - passed)


def due_at(person):
    return Notification.objects.values_list("email_due_at", flat=True).get(user=person.id)


def delivery_results(person):
    return list(Delivery.objects.filter(notification__user=person.id).values_list("state", "attempts"))


@on("sqlite", "postgresql")
async def test_a_server_killed_between_the_commit_and_the_delivery_delivers_when_it_is_back(
    site, mailbox, ada, bob, room
):
    await site.database(email_is, bob, "unread")
    async with ada.connect() as connection:
        await connection.subscribe(room)
        await connection.posts("@bob are you there?")  # acknowledged: committed
        site.servers[0].kill()
        await connection.closes()
    assert await site.database(due_at, bob) > timezone.now()
    assert mailbox.asked == 0
    await site.database(let_time_pass, 60)
    await site.servers[0].starts()
    [email] = await mailbox.receives(BOB)
    assert "are you there?" in email.get_body(["plain"]).get_content()
    await once(site, mailbox, bob)


@on("sqlite", "postgresql")
async def test_a_server_killed_while_it_delivers_delivers_when_it_is_back(site, mailbox, ada, bob, room):
    await site.database(email_is, bob, "at_once")
    mailbox.stall()
    async with ada.connect() as connection:
        await connection.subscribe(room)
        await connection.posts("@bob are you there?")
        await mailbox.is_asked()
        site.servers[0].kill()
        await connection.closes()
    assert mailbox.emails == []
    assert await site.database(due_at, bob) is not None  # whoever claimed it, only for a minute
    mailbox.flow()
    await site.database(let_time_pass, 1)
    await site.servers[0].starts()
    await mailbox.receives(BOB)
    await once(site, mailbox, bob)


@on("sqlite", "postgresql", DELIVERIES_BY_WORKER=1)
async def test_where_the_worker_delivers_the_servers_do_not(site, mailbox, ada, bob, room, worker):
    await site.database(email_is, bob, "at_once")
    async with ada.connect() as connection:
        await connection.subscribe(room)
        await connection.posts("@bob are you there?")
        for _ in range(2):  # another job of the servers' clock has two turns, so this one would have had one, too
            await site.database(sleep, ada)
            await site.database(until, lambda: not Notification.objects.exclude(snoozed_until=None).exists())
        assert mailbox.asked == 0
        await worker.starts()
        await mailbox.receives(BOB)
    await once(site, mailbox, bob)
    assert await worker.terminates() == 0
    assert "Traceback" not in worker.log


@on("sqlite", DELIVERIES_BY_WORKER=1)
async def test_a_killed_worker_delivers_when_it_is_back_and_needs_no_server(site, mailbox, bob, worker):
    await site.servers[0].terminates()
    await site.database(email_is, bob, "at_once")
    mailbox.stall()
    await worker.starts()
    await site.database(notify_user, bob)
    await mailbox.is_asked()
    worker.kill()
    mailbox.flow()
    await site.database(let_time_pass, 1)
    await worker.starts()
    await mailbox.receives(BOB)
    await once(site, mailbox, bob)
    assert await worker.terminates() == 0


@on("sqlite")
async def test_a_worker_delivers_beside_servers_that_do_so_too(site, mailbox, bob, worker):
    await site.servers[0].terminates()
    await site.database(email_is, bob, "at_once")
    await worker.starts()
    await site.database(notify_user, bob)
    await mailbox.receives(BOB)
    assert await worker.terminates() == 0


@on("postgresql")
async def test_many_processes_deliver_once(site, mailbox, bob, worker):
    """The server and the worker look at the same time, and each letter is sent by one of them."""
    await site.database(email_is, bob, "unread")
    await worker.starts()
    everybody = [await site.person(f"p{number}", email=f"p{number}@example.org") for number in range(30)]
    await site.database(notify_user, *everybody)
    await site.database(let_time_pass, 15)
    for person in everybody:
        await mailbox.receives(f"{person.username}@example.org")
    for person in everybody:
        await once(site, mailbox, person, f"{person.username}@example.org")


def notify_user(*people):
    register(DEPLOY)
    ids = [person.id for person in people]
    notify(to=User.objects.filter(pk__in=ids), kind="stream", title="Deployed", body="Version 7")


async def once(site, mailbox, person, address=BOB):
    """Say that the work is off the clock, with one letter and one record of it."""
    await site.database(until, lambda: due_at(person) is None)
    assert await site.database(delivery_results, person) == [("sent", 1)]
    assert len(mailbox.to(address)) == 1


def sleep(person) -> None:
    """Give a person a notification that is to wake up now."""
    register(DEPLOY)
    notify(to=User.objects.get(pk=person.id), kind="stream", title="Deployed")
    Notification.objects.filter(user=person.id).update(snoozed_until=timezone.now(), email_due_at=None)


def until(holds) -> None:
    """Look at the database until something holds there: another process writes it."""
    deadline = timezone.now() + timedelta(seconds=20)
    while not holds():
        assert timezone.now() < deadline, "it did not come to pass within 20 s"
        time.sleep(0.05)
