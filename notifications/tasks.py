"""The work of delivery as django.tasks: done at once in the clock's thread, or by `manage.py worker`."""

from collections.abc import Iterator
from datetime import datetime

from django.tasks import Task, task, task_backends
from django.utils import timezone

from notifications.delivery.claims import Claim, claim_due
from notifications.delivery.mailing import deliver_mail
from notifications.delivery.pushing import deliver_pushes
from realtime.clock import clock
from realtime.topic_ids import pack_user_key, unpack_user_key

# A task that waits for longer than its claim lasts does nothing: the clock puts down another one.
MOST_WAITING = 100


@task
def send_mail(user_id: int | str, until: str) -> None:
    """Send a person's mail that was claimed until then."""
    deliver_mail(Claim("mail", unpack_user_key(user_id), datetime.fromisoformat(until)))


@task
def send_pushes(user_id: int | str, until: str) -> None:
    """Send a person's pushes that were claimed until then."""
    deliver_pushes(Claim("push", unpack_user_key(user_id), datetime.fromisoformat(until)))


def send_due_mail() -> None:
    """Have all mail sent that is due. Any number of processes may call it, by the clock."""
    hand_out("mail", send_mail)


def send_due_pushes() -> None:
    """Have all pushes sent that are due. Any number of processes may call it, by the clock."""
    hand_out("push", send_pushes)


def hand_out(channel: str, work: Task) -> None:
    for claim in due_claims(channel):
        work.enqueue(pack_user_key(claim.user_id), claim.until.isoformat())


def due_claims(channel: str) -> Iterator[Claim]:
    """Claim what is due, some people at a time, while the work goes on."""
    while not queue_is_full() and (claims := claim_due(channel, timezone.now())):
        for claim in claims:
            if clock.is_stopping:
                return
            yield claim


def queue_is_full() -> bool:
    """Say whether so much waits for the worker that more would wait for too long. At once: nothing waits."""
    backend = task_backends["default"]
    if not backend.supports_defer:
        return False
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.ready().count() >= MOST_WAITING
