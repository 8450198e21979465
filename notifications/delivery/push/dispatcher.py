"""The dispatcher of pushes: sends due pushes to devices in parallel, and removes there the ones read elsewhere.

One thread does all database work, for many users at once; the sender threads never touch the database. A user's devices
are served one after the other, so that a notification read meanwhile is not sent to the next one. At least once, like
emails.
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
FEWEST_TO_CLAIM = PEOPLE_IN_HAND // 2  # in a burst: each query should serve many users
PREPARED_AT_ONCE = 64
LOOK_SECONDS = 1.0
# A push must end within its claim, or not start: afterwards another process may hold the user.
LEAST_OF_LEASE = timedelta(seconds=10)


type Result = Sent | Gone | Failed


@dataclass(eq=False)
class Recipient:
    """A claimed user. Their devices get the removals in `closing` first, then the notifications of `batch`."""

    claim: Claim
    closing: dict | None = None
    batch: Batch | None = None
    devices: deque[Device] = field(default_factory=deque)  # not served yet


@dataclass(eq=False)
class Push:
    """The next push for a device. Without records it is a removal."""

    recipient: Recipient
    device: Device
    opened: Collection[Delivery] = ()
    payload: dict | None = None  # None: nothing to send


def deliver_pushes(is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Send pushes until none is due or `is_stopping()`."""
    dispatcher = Dispatcher(is_stopping)
    dispatcher.claim()
    if dispatcher.people:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as senders:
            dispatcher.run(senders, find_keys())


class Dispatcher:
    """The users whose pushes this process sends now, at most PEOPLE_IN_HAND."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self.people: set[Recipient] = set()
        self._is_stopping = is_stopping
        self._idle: list[Recipient] = []  # users without a running push, in the order to serve them
        self._running: dict[Future[Result], Push] = {}
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._results: list[tuple[Push, Result]] = []  # not recorded in the database yet
        self._looked_at, self._left_some = 0.0, True

    def run(self, senders: Executor, keys: Keys) -> None:
        try:
            while self.people and not self._is_stopping():
                self._send(self._prepare(), senders, keys)
                self._record()
                self._advance()
                self.claim()
        finally:
            # Also after a database error: results that can be recorded must be, or the pushes would be sent again.
            while self._running:
                self._wait(None)
            self._record()
        self._give_back()

    def claim(self) -> None:
        """Claim more users if there is room and some may be waiting."""
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
        """Queue these users' devices."""
        devices = devices_of([recipient.claim.user_id for recipient in recipients]) if recipients else {}
        for recipient in recipients:
            recipient.devices = deque(devices.get(recipient.claim.user_id, ()))
        self._idle += recipients

    def _gather(self, recipients: Collection[Recipient]) -> None:
        """Gather the batches of users whose removals are sent. Release users without a batch."""
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
        """Write the next pushes of idle users, limited to about what each push service can soon take."""
        under_way = Counter(domain_of(push.device.endpoint) for push in self._running.values())
        latest = timezone.now() + LEAST_OF_LEASE
        chosen: list[Push] = []
        waiting: list[Recipient] = []
        for recipient in self._idle:
            if recipient.claim.until < latest:
                self.people.discard(recipient)  # they are due again when the claim ends
                continue
            domain = domain_of(recipient.devices[0].endpoint) if recipient.devices else ""
            if domain and len(chosen) < PREPARED_AT_ONCE and under_way[domain] < 3 * rests.limit(domain):
                under_way[domain] += 1
                chosen.append(Push(recipient, recipient.devices.popleft()))
            else:
                waiting.append(recipient)
        self._idle = waiting
        failures = write_payloads(chosen)
        self._results += failures.items()
        self._idle += [push.recipient for push in chosen if push.payload is None and push not in failures]
        return deque(push for push in chosen if push.payload is not None)

    def _send(self, prepared: deque[Push], senders: Executor, keys: Keys) -> None:
        """Send prepared pushes for LOOK_SECONDS.

        The rest goes back to be prepared again: its notifications may have been read.
        """
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
        """Start as many pushes as each push service may have at once, and return the rest."""
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
        """Wait for one push to finish, and collect all that have finished."""
        with suppress(Empty):
            future = self._done.get(timeout=seconds)
            while True:
                self._results.append((self._running.pop(future), future.result()))
                future = self._done.get_nowait()

    def _record(self) -> None:
        """Record the results."""
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
        """Go on with users whose devices have all been served."""
        served = [recipient for recipient in self._idle if not recipient.devices]
        if not served:
            return
        self._idle = [recipient for recipient in self._idle if recipient.devices]
        settled = [recipient for recipient in served if recipient.batch is not None]
        settle_batches([recipient.batch for recipient in settled if recipient.batch is not None])
        self._let_go(settled)
        self._gather([recipient for recipient in served if recipient.batch is None])

    def _let_go(self, recipients: Collection[Recipient]) -> None:
        self.people.difference_update(recipients)
        release([recipient.claim for recipient in recipients])

    def _give_back(self) -> None:
        """Make the remaining users' pushes due again at once, for other processes."""
        if claims := [recipient.claim for recipient in self.people]:
            rows_of(claims).update(push_due_at=timezone.now())
            self._let_go(list(self.people))


def devices_of(user_ids: Collection[int]) -> dict[int, list[Device]]:
    devices: dict[int, list[Device]] = {}
    for device in Device.objects.reachable().filter(user__in=user_ids).order_by("pk"):
        devices.setdefault(device.user_id, []).append(device)
    return devices


def write_payloads(pushes: Collection[Push]) -> dict[Push, Failed]:
    """Write the payloads of pushes and open their records. Return those that failed.

    Notifications that were read or claimed by another process meanwhile are left out, and so are devices that have
    signed out.
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
        except Exception as error:  # one user's notifications must not stop the others' pushes
            logger.exception("Writing a push to user %s failed", batch.user.pk)
            failures[push] = Failed(repr(error))
    return failures


def attempt(device: Device, payload: dict, keys: Keys) -> Result:
    try:
        return sender.transmit(device, payload, keys)
    except Exception as error:  # one device must not stop the others
        logger.exception("Sending a push to device %d failed", device.pk)
        return Failed(repr(error))


@transaction.atomic
def settle_batches(batches: Collection[Batch]) -> None:
    """Set the due times of notifications to their next try, or clear them."""
    if not batches:
        return
    rows = [row for batch in batches for row in batch.rows]
    records.set_due_times([batch.claim for batch in batches], rows)
    # Notifications that were read while their push was being sent: the reader's request found no shown push to remove
    # yet.
    Notification.objects.filter(pk__in=[row.pk for row in rows]).done().update(push_due_at=timezone.now())
