"""The batches of due notifications: which of a user's are sent now, which later, which not at all, and why."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.identity.people import user_topic
from accounts.names.bidi_isolation import isolate
from notifications import reasons
from notifications.delivery import records
from notifications.delivery.claims import Claim, rows_of
from notifications.kinds import find_or_generic
from notifications.models import Inbox, Notification, Preferences
from notifications.rules.decisions import Outcome, Rules, find_switch, no_email, unwanted, wait_for_quiet
from notifications.rules.preferences import USUAL
from notifications.rules.stored_rules import UserRules, load_rules
from realtime.engine.sequences import lock
from realtime.shared.database_errors import is_outage

logger = logging.getLogger(__name__)

# A lively conversation must not cause one email a message.
LEAST_BETWEEN_EMAILS = timedelta(minutes=1)


@dataclass
class Batch:
    """The notifications that one user gets on one channel together, oldest first. Private text may be hidden."""

    claim: Claim
    user: AbstractBaseUser
    rows: list[Notification]
    shows_private: bool

    def hides(self, row: Notification) -> bool:
        """Say whether a notification's text must not leave the site, because it quotes a private room."""
        return bool(row.data.get("private")) and not self.shows_private


@transaction.atomic
def gather(claims: Sequence[Claim]) -> list[Batch]:
    """Return a batch for each user with something to send, and record the rest; constant queries, however many users.

    Users with nothing left, or claimed by another process by now, have no batch. All claims must be of one channel.
    """
    lock([user_topic(claim.user_id) for claim in claims])  # as every change does: nobody waits while holding a row
    rows: dict[int, list[Notification]] = {}
    for row in rows_of(claims).order_by("created_at", "pk").select_related("actor", "stream"):
        rows.setdefault(row.user_id, []).append(row)
    claims = [claim for claim in claims if claim.user_id in rows]
    if not claims:
        return []
    people = get_user_model()._default_manager.in_bulk(rows)
    rules_by_user = load_rules(list(rows), {row.group for theirs in rows.values() for row in theirs})
    subscribed = subscribed_streams(rows)
    shows_private = find_showing_private(rows)
    now = timezone.now()
    batches = []
    dropped: list[tuple[Notification, str]] = []
    later: dict[datetime, list[int]] = {}
    for claim in claims:
        user, user_rules = people[claim.user_id], rules_by_user[claim.user_id]
        too_soon = wait_between_emails(user, user_rules.rules, now) if claim.channel == "mail" else None
        going = []
        for row in rows[claim.user_id]:
            reason = why_not(row, claim.channel, user, user_rules, now)
            if not reason and row.stream_id and (user.pk, row.stream_id) not in subscribed:
                reason = reasons.UNSUBSCRIBED
            if reason:
                dropped.append((row, reason))
            elif until := hold_up(row, claim.channel, user_rules.rules, now) or too_soon:
                later.setdefault(until, []).append(row.pk)
            else:
                going.append(row)
        if going:
            batches.append(Batch(claim, user, going, user.pk in shows_private))
    records.record_dropped(claims, dropped)
    for until, ids in later.items():
        records.put_off(claims, ids, until)
    return batches


def gather_each(claims: Sequence[Claim]) -> list[Batch]:
    """Gather for all claims, or for each alone if that fails: one bad row must not stop the others' deliveries."""
    try:
        return gather(claims)
    except Exception as error:
        if is_outage(error):
            raise
        if len(claims) == 1:
            logger.exception("Gathering the deliveries of user %s failed", claims[0].user_id)
            return []
    return [batch for claim in claims for batch in gather_each([claim])]


def subscribed_streams(rows: Mapping[int, Sequence[Notification]]) -> set[tuple[int, int]]:
    """Return the (user id, stream id) that are still subscribed; a user may have lost access. One query a stream."""
    streams = {row.stream_id: row.stream for theirs in rows.values() for row in theirs if row.stream is not None}
    return {
        (user_id, stream.pk)
        for stream in streams.values()
        for user_id in stream.subscribers().filter(pk__in=list(rows)).values_list("pk", flat=True)
    }


def find_showing_private(user_ids: Collection[int]) -> set[int]:
    """Return the users who chose to see the text of private rooms in emails and pushes."""
    wanting = Preferences.objects.filter(user__in=list(user_ids), private_content=True)
    return set(wanting.values_list("user_id", flat=True))


def why_not(row: Notification, channel: str, user: AbstractBaseUser, user_rules: UserRules, now: datetime) -> str:
    """Return the reason why a notification must not be sent any more; "" if it may."""
    if row.retracted_at:
        return reasons.RETRACTED_MEANWHILE
    if row.read_at or row.archived_at:
        return reasons.READ_MEANWHILE
    if row.snoozed_until:
        return reasons.SNOOZED_MEANWHILE
    if not user.is_active:
        return reasons.INACTIVE
    kind, chosen = find_or_generic(row.kind), user_rules.levels.get(row.group, USUAL)
    return (
        unwanted(kind, chosen.level, chosen.muted_until, now)
        or find_switch(kind, channel, user_rules.rules)
        or nowhere_to_go(channel, user_rules.rules)
    )


def nowhere_to_go(channel: str, rules: Rules) -> str:
    if channel == "mail":
        return no_email(rules)
    return "" if rules.has_device else reasons.NO_DEVICE


def hold_up(row: Notification, channel: str, rules: Rules, now: datetime) -> datetime | None:
    """Return when quiet hours or "do not disturb" end, if they hold it back now.

    The settings may be newer than the notification.
    """
    calm: Outcome | None = wait_for_quiet(find_or_generic(row.kind), rules, now)
    return calm.due_at if calm else None


def wait_between_emails(user: AbstractBaseUser, rules: Rules, now: datetime) -> datetime | None:
    """Return when the next email may be sent, if that is in the future."""
    emailed_at = Inbox.objects.filter(user=user.pk).values_list("emailed_at", flat=True).first()
    if emailed_at is None:
        return None
    minutes = rules.email_after_minutes if rules.mail == "unread" else 0
    next_at = emailed_at + max(LEAST_BETWEEN_EMAILS, timedelta(minutes=minutes))
    return next_at if now < next_at else None


def titled(row: Notification) -> str:
    """Return a notification's title, with the stream's name before it for news."""
    return f"{isolate(row.stream.name)}: {row.title}" if row.stream else row.title


def name_several(count: int, place: str) -> str:
    """Return the title of an email or a push about several notifications."""
    if place:
        return gettext("%(count)s new in %(place)s") % {"count": count, "place": place}
    return gettext("%(count)s new notifications") % {"count": count}
