"""Send a user's due email. At least once: a crash between the mail server's reply and the commit sends it twice."""

import logging
import smtplib

from django.db import transaction
from django.utils import timezone

from notifications.delivery import records
from notifications.delivery.batches import Batch, gather
from notifications.delivery.claims import Claim, release
from notifications.delivery.email.contents import write_letter
from notifications.delivery.records import Failure, Way
from notifications.models import Delivery, Inbox

logger = logging.getLogger(__name__)

PERMANENT = 500  # and above: the server says that it will not be otherwise


def deliver_mail(claim: Claim) -> None:
    """Send what is due as one mail, and put down what became of it."""
    for batch in gather([claim]):
        opened = records.open_records("mail", [Way(row.pk) for row in batch.rows])
        due = batch.rows
        batch.rows = [row for row in due if Way(row.pk) in opened]
        if batch.rows:
            send(batch, list(opened.values()))
        records.settle([claim], due)
    release([claim])


def send(batch: Batch, opened: list[Delivery]) -> None:
    try:
        write_letter(batch).send()
    except Exception as error:
        logger.warning("A mail to user %s was not sent: %r", batch.user.pk, error)
        detail, for_good = str(error) or repr(error), is_permanent(error)
        records.mark_failed([Failure(record, detail, for_good=for_good) for record in opened])
        return
    with transaction.atomic():
        records.mark_sent(opened)
        Inbox.objects.update_or_create(user_id=batch.user.pk, defaults={"mailed_at": timezone.now()})


def is_permanent(error: Exception) -> bool:
    """Say whether another try would fail as well: there is no such mailbox."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= PERMANENT for code, _ in error.recipients.values()
    )
