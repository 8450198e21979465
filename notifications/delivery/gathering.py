"""What of a person's due notifications goes out now, what later, what not any more, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from accounts.people import person_feed
from notifications import reasons
from notifications.delivery import records
from notifications.delivery.claims import Claim
from notifications.listing import find_kind
from notifications.models import Inbox, Notification, Preferences, Stream
from notifications.rules import Outcome, Rules, find_switch, no_mail, unwanted, wait_for_quiet
from notifications.services.preferring import USUAL
from notifications.services.ruling import Standing, load_rules
from realtime.sequences import lock

# A conversation that goes on makes one mail after the other, and not one a message.
LEAST_BETWEEN_MAILS = timedelta(minutes=1)


@dataclass
class Batch:
    """What goes out to one person on one channel, together, oldest first; and what is to be hidden in it."""

    claim: Claim
    user: AbstractBaseUser
    rows: list[Notification]
    shows_private: bool

    def hides(self, row: Notification) -> bool:
        """Say whether what a row says stays inside: it is of a private place."""
        return bool(row.data.get("private")) and not self.shows_private


@transaction.atomic
def gather(claim: Claim) -> Batch | None:
    """Return what goes out, and put down what became of the rest. None: nothing is left, or somebody else has it."""
    lock([person_feed(claim.user_id)])  # as all who change them: nobody waits for another's row and holds one
    rows = list(claim.rows.order_by("created_at", "pk").select_related("actor", "stream"))
    user = get_user_model()._default_manager.get(pk=claim.user_id)
    standing = load_rules([user.pk], {row.group for row in rows})[user.pk]
    now = timezone.now()
    too_soon = wait_between_mails(user, standing.rules, now) if claim.channel == "mail" else None
    heard = heard_streams(user, rows)
    going = []
    for row in rows:
        reason = why_not(row, claim.channel, user, standing, now)
        if not reason and row.stream_id not in heard:
            reason = reasons.UNSUBSCRIBED
        if reason:
            records.drop(claim, row, reason)
        elif later := hold_up(row, claim.channel, standing.rules, now) or too_soon:
            records.put_off(claim, [row.pk], later)
        else:
            going.append(row)
    return Batch(claim, user, going, shows_private_content(user)) if going else None


def heard_streams(user: AbstractBaseUser, rows: Iterable[Notification]) -> set[int | None]:
    """Return of which of these streams a person still hears, who may have lost sight of one; None: of no stream."""
    ids = {row.stream_id for row in rows} - {None}
    streams = Stream.objects.visible_to(user).with_subscribed(user).filter(pk__in=ids, subscribed=True) if ids else ()
    return {None, *(stream.pk for stream in streams)}


def why_not(row: Notification, channel: str, user: AbstractBaseUser, standing: Standing, now: datetime) -> str:
    """Return why a notification is not to go out any more; "" where it is."""
    if row.withdrawn_at:
        return reasons.WITHDRAWN_MEANWHILE
    if row.read_at or row.archived_at:
        return reasons.READ_MEANWHILE
    if row.snoozed_until:
        return reasons.SNOOZED_MEANWHILE
    if not user.is_active:
        return reasons.INACTIVE
    kind, chosen = find_kind(row.kind), standing.levels.get(row.group, USUAL)
    return (
        unwanted(kind, chosen.level, chosen.muted_until, now)
        or find_switch(kind, channel, standing.rules)
        or nowhere_to_go(channel, standing.rules)
    )


def nowhere_to_go(channel: str, rules: Rules) -> str:
    if channel == "mail":
        return no_mail(rules)
    return "" if rules.has_device else reasons.NO_DEVICE


def hold_up(row: Notification, channel: str, rules: Rules, now: datetime) -> datetime | None:
    """Return until when it waits since it is quiet now; the rules may be newer than the notification."""
    calm: Outcome | None = wait_for_quiet(find_kind(row.kind), rules, now)
    return calm.due_at if calm else None


def wait_between_mails(user: AbstractBaseUser, rules: Rules, now: datetime) -> datetime | None:
    """Return when the next mail may go, if that is still to come."""
    mailed_at = Inbox.objects.filter(user=user).values_list("mailed_at", flat=True).first()
    if mailed_at is None:
        return None
    minutes = rules.mail_after_minutes if rules.mail == "unread" else 0
    next_at = mailed_at + max(LEAST_BETWEEN_MAILS, timedelta(minutes=minutes))
    return next_at if now < next_at else None


def shows_private_content(user: AbstractBaseUser) -> bool:
    return Preferences.objects.filter(user=user, private_content=True).exists()
