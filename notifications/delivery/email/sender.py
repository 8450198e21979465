"""The sender of a user's due email. At least once: a crash between the server's reply and the commit sends it twice."""

import logging
import smtplib

from django.db import transaction
from django.utils import timezone

from notifications.delivery import records
from notifications.delivery.batches import Batch, gather
from notifications.delivery.claims import Claim, release
from notifications.delivery.email.contents import write_email
from notifications.delivery.records import Failure, Way
from notifications.models import Delivery, Inbox

logger = logging.getLogger(__name__)

PERMANENT = 500  # and above: permanent failure (RFC 5321)


def deliver_email(claim: Claim) -> None:
    """Send all that is due to a user as one email, and record the result."""
    for batch in gather([claim]):
        opened = records.open_records("mail", [Way(row.pk) for row in batch.rows])
        due = batch.rows
        batch.rows = [row for row in due if Way(row.pk) in opened]
        if batch.rows:
            send_email(batch, list(opened.values()))
        records.set_due_times([claim], due)
    release([claim])


def send_email(batch: Batch, opened: list[Delivery]) -> None:
    try:
        write_email(batch).send()
    except Exception as error:
        logger.warning("Sending an email to user %s failed: %r", batch.user.pk, error)
        detail, for_good = str(error) or repr(error), is_permanent(error)
        records.mark_failed([Failure(record, detail, for_good=for_good) for record in opened])
        return
    with transaction.atomic():
        records.mark_sent(opened)
        Inbox.objects.update_or_create(user_id=batch.user.pk, defaults={"emailed_at": timezone.now()})


def is_permanent(error: Exception) -> bool:
    """Return whether another try would fail, too: the server refuses every recipient for good."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= PERMANENT for code, _ in error.recipients.values()
    )
