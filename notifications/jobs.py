"""The scheduled jobs of delivery: send the emails and the pushes that are due. Any number of processes may run them."""

import logging

from django.utils import timezone

from notifications.delivery.claims import claim_due
from notifications.delivery.email.sender import deliver_email
from notifications.delivery.push.dispatcher import deliver_pushes
from realtime.shared.database_errors import is_outage
from realtime.shared.scheduler import scheduler

logger = logging.getLogger(__name__)


def send_due_emails() -> None:
    """Send all emails that are due, one after the other; users are claimed in batches."""
    while claims := claim_due("mail", timezone.now()):
        for claim in claims:
            if scheduler.is_stopping:
                return
            try:
                deliver_email(claim)
            except Exception as error:  # one user's failure must not stop the emails of the others
                if is_outage(error):
                    raise
                logger.exception("The email to user %s failed", claim.user_id)


def send_due_pushes() -> None:
    """Send all pushes that are due, several at once, until the scheduler stops."""
    deliver_pushes(lambda: scheduler.is_stopping)
