"""Send what is due to people's devices, several at once; close there what has been read elsewhere.

All database work is done for many people at once, in the thread that calls; the threads that send know no database.
A person's devices come one after the other, so that what is read meanwhile goes no further. At least once, as mail.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from time import monotonic

from django.db import transaction
from django.utils import timezone

from notifications import reasons
from notifications.delivery import records
from notifications.delivery.batches import Batch, gather_each
from notifications.delivery.claims import Claim, claim_due, release, rows_of
from notifications.delivery.push import sender
from notifications.delivery.push.contents import payload_of
from notifications.delivery.push.keys import Keys, find_keys
from notifications.delivery.push.removals import find_closings, mark_closed
from notifications.delivery.push.sender import Failed, Gone, Sent
from notifications.delivery.push.service_limits import AT_ONCE, domain_of, rests
from notifications.delivery.records import Failure, Way
from notifications.inbox.unread_counts import count_unread
from notifications.models import Delivery, Device, Notification
from notifications.models.querysets import DONE

logger = logging.getLogger(__name__)

PEOPLE_IN_HAND = 256
FEWEST_TO_CLAIM = PEOPLE_IN_HAND // 2  # of a burst: each look at the database is for many
PREPARED_AT_ONCE = 64
LOOK_SECONDS = 1.0
# A push ends within its lease, or does not begin: afterwards the person may be another process's.
LEAST_OF_LEASE = timedelta(seconds=10)


type Result = Sent | Gone | Failed


@dataclass(eq=False)
class Recipient:
    """A person in hand. Their devices get `closing` first, if it says anything, and then what `batch` says."""

    claim: Claim
    closing: dict | None = None
    batch: Batch | None = None
    devices: deque[Device] = field(default_factory=deque)  # whose turn is still to come


@dataclass(eq=False)
class Push:
    """What a device is to get next. Without records it is one that closes."""

    recipient: Recipient
    device: Device
    opened: Collection[Delivery] = ()
    payload: dict | None = None  # None: nothing


def deliver_pushes(is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Send all that is due until nothing is, or until it is to stop."""
    dispatcher = Dispatcher(is_stopping)
    dispatcher.claim()
    if dispatcher.people:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as senders:
            dispatcher.run(senders, find_keys())


class Dispatcher:
    """The people whose pushes this process sends now, at most PEOPLE_IN_HAND."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self.people: set[Recipient] = set()
        self._is_stopping = is_stopping
        self._idle: list[Recipient] = []  # of whom no push is on its way, in the order in which they are to be served
        self._running: dict[Future[Result], Push] = {}
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._results: list[tuple[Push, Result]] = []  # which the database does not have yet
        self._looked_at, self._left_some = 0.0, True

    def run(self, senders: Executor, keys: Keys) -> None:
        try:
            while self.people and not self._is_stopping():
                self._send(self._prepare(), senders, keys)
                self._record()
                self._advance()
                self.claim()
        finally:
            # Also where the database has failed: what was sent is put down if it can be, or it would go out again.
            while self._running:
                self._wait(None)
            self._record()
        self._give_back()

    def claim(self) -> None:
        """Take on more people, if there is room and somebody may wait."""
        room = PEOPLE_IN_HAND - len(self.people)
        is_idle, is_time = not self.people, monotonic() - self._looked_at >= LOOK_SECONDS
        if room < FEWEST_TO_CLAIM or not (is_idle or is_time or self._left_some):
            return
        self._looked_at = monotonic()
        claims = claim_due("push", timezone.now(), room)
        self._left_some = len(claims) == room
        if not claims:
            return
        recipients = [Recipient(claim) for claim in claims]
        self.people.update(recipients)
        closings = find_closings(claims)
        for recipient in recipients:
            recipient.closing = closings.get(recipient.claim.user_id)
        self._serve([recipient for recipient in recipients if recipient.closing])
        self._gather([recipient for recipient in recipients if not recipient.closing])

    def _serve(self, recipients: Collection[Recipient]) -> None:
        """Let what they are to get go to each of their devices."""
        devices = devices_of([recipient.claim.user_id for recipient in recipients]) if recipients else {}
        for recipient in recipients:
            recipient.devices = deque(devices.get(recipient.claim.user_id, ()))
        self._idle += recipients

    def _gather(self, recipients: Collection[Recipient]) -> None:
        """Find out what they get, now that what is done is closed. Who gets nothing is let go of."""
        claims = [recipient.claim for recipient in recipients]
        if not claims:
            return
        mark_closed([recipient.claim for recipient in recipients if recipient.closing is not None])
        records.forget_gone_devices(claims)
        batches = {batch.claim.user_id: batch for batch in gather_each(claims)}
        for recipient in recipients:
            recipient.closing, recipient.batch = None, batches.get(recipient.claim.user_id)
        self._let_go([recipient for recipient in recipients if recipient.batch is None])
        self._serve([recipient for recipient in recipients if recipient.batch is not None])

    def _prepare(self) -> deque[Push]:
        """Write what the next devices of the idle get: not more than can soon be on its way to each push service."""
        under_way = Counter(domain_of(push.device.endpoint) for push in self._running.values())
        latest = timezone.now() + LEAST_OF_LEASE
        chosen: list[Push] = []
        waiting: list[Recipient] = []
        for recipient in self._idle:
            if recipient.claim.until < latest:
                self.people.discard(recipient)  # the clock finds them again when the lease is over
                continue
            domain = domain_of(recipient.devices[0].endpoint) if recipient.devices else ""
            if domain and len(chosen) < PREPARED_AT_ONCE and under_way[domain] < 3 * rests.limit(domain):
                under_way[domain] += 1
                chosen.append(Push(recipient, recipient.devices.popleft()))
            else:
                waiting.append(recipient)
        self._idle = waiting
        failures = write(chosen)
        self._results += failures.items()
        self._idle += [push.recipient for push in chosen if push.payload is None and push not in failures]
        return deque(push for push in chosen if push.payload is not None)

    def _send(self, prepared: deque[Push], senders: Executor, keys: Keys) -> None:
        """Have what is prepared sent, for a while. What is then left is looked at anew: it may have been read."""
        until = monotonic() + LOOK_SECONDS
        while True:
            prepared = self._submit(prepared, senders, keys)
            left = until - monotonic()
            if left <= 0 or not self._running or (self._results and not prepared):
                break
            self._wait(left)
        for push in reversed(prepared):
            push.recipient.devices.appendleft(push.device)
            self._idle.insert(0, push.recipient)

    def _submit(self, prepared: deque[Push], senders: Executor, keys: Keys) -> deque[Push]:
        """Begin with what each push service bears, and return the rest."""
        under_way = Counter(domain_of(push.device.endpoint) for push in self._running.values())
        rest: deque[Push] = deque()
        for push in prepared:
            domain = domain_of(push.device.endpoint)
            if len(self._running) >= AT_ONCE or under_way[domain] >= rests.limit(domain):
                rest.append(push)
                continue
            under_way[domain] += 1
            assert push.payload is not None  # else it is not prepared
            future = senders.submit(attempt, push.device, push.payload, keys)
            self._running[future] = push
            future.add_done_callback(self._done.put)
        return rest

    def _wait(self, seconds: float | None) -> None:
        """Wait for one that has come to its end, and take all that have."""
        with suppress(Empty):
            future = self._done.get(timeout=seconds)
            while True:
                self._results.append((self._running.pop(future), future.result()))
                future = self._done.get_nowait()

    def _record(self) -> None:
        """Put down what became of them."""
        if not self._results:
            return
        with transaction.atomic():
            sent = [record for push, result in self._results if isinstance(result, Sent) for record in push.opened]
            gone = [push for push, result in self._results if isinstance(result, Gone)]
            failures = [
                Failure(record, *result)
                for push, result in self._results
                if isinstance(result, Failed)
                for record in push.opened
            ]
            if sent:
                records.mark_sent(sent)
            if gone:
                ids = [push.device.pk for push in gone]
                Device.objects.filter(pk__in=ids, gone_at=None).update(gone_at=timezone.now())
                records.mark_dropped([record for push in gone for record in push.opened], reasons.ENDPOINT_GONE)
            if failures:
                records.mark_failed(failures)
        self._idle += [push.recipient for push, _ in self._results]
        self._results = []

    def _advance(self) -> None:
        """Go on with those whose devices have all had their turn."""
        through = [recipient for recipient in self._idle if not recipient.devices]
        if not through:
            return
        self._idle = [recipient for recipient in self._idle if recipient.devices]
        settled = [recipient for recipient in through if recipient.batch is not None]
        settle([recipient.batch for recipient in settled if recipient.batch is not None])
        self._let_go(settled)
        self._gather([recipient for recipient in through if recipient.batch is None])

    def _let_go(self, recipients: Collection[Recipient]) -> None:
        self.people.difference_update(recipients)
        release([recipient.claim for recipient in recipients])

    def _give_back(self) -> None:
        """Leave those in hand to other processes at once."""
        if claims := [recipient.claim for recipient in self.people]:
            rows_of(claims).update(push_due_at=timezone.now())
            self._let_go(list(self.people))


def devices_of(user_ids: Collection[int]) -> dict[int, list[Device]]:
    devices: dict[int, list[Device]] = {}
    for device in Device.objects.reachable().filter(user__in=user_ids).order_by("pk"):
        devices.setdefault(device.user_id, []).append(device)
    return devices


def write(pushes: Collection[Push]) -> dict[Push, Failed]:
    """Say what each carries, and open the records of it. Return those that could not be written.

    They may have waited: what was read meanwhile, or taken by another process, is left, and so is who has signed out.
    """
    device_ids = [push.device.pk for push in pushes]
    reachable = set(Device.objects.reachable().filter(pk__in=device_ids).values_list("pk", flat=True))
    pushes = [push for push in pushes if push.device.pk in reachable]
    news = {push: push.recipient.batch for push in pushes if push.recipient.batch}
    for push in pushes:
        push.payload = None if push in news else push.recipient.closing
    if not news:
        return {}
    claims = [batch.claim for batch in news.values()]
    still = set(rows_of(claims).exclude(DONE).values_list("pk", flat=True))
    ways = [Way(row.pk, push.device.pk) for push, batch in news.items() for row in batch.rows if row.pk in still]
    opened = records.open_records("push", ways) if ways else {}
    unread = count_unread([claim.user_id for claim in claims]) if opened else {}
    failures = {}
    for push, batch in news.items():
        rows = [row for row in batch.rows if Way(row.pk, push.device.pk) in opened]
        push.opened = [opened[Way(row.pk, push.device.pk)] for row in rows]
        try:
            push.payload = payload_of(batch, rows, unread[batch.user.pk]) if rows else None
        except Exception as error:  # what one person was told must not keep the others from theirs
            logger.exception("A push to user %s could not be written", batch.user.pk)
            failures[push] = Failed(repr(error))
    return failures


def attempt(device: Device, payload: dict, keys: Keys) -> Result:
    try:
        return sender.transmit(device, payload, keys)
    except Exception as error:  # a device must not keep the others from theirs
        logger.exception("A push to device %d has failed", device.pk)
        return Failed(repr(error))


@transaction.atomic
def settle(batches: Collection[Batch]) -> None:
    """Put on the clock what is to be tried again, take off it what is done."""
    if not batches:
        return
    rows = [row for batch in batches for row in batch.rows]
    records.settle([batch.claim for batch in batches], rows)
    # What was read while it was on its way: whoever read it found nothing yet that a device shows.
    Notification.objects.filter(pk__in=[row.pk for row in rows]).done().update(push_due_at=timezone.now())
