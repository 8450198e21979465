"""The explanation of a notification: the decision on each channel and the result, as sentences for its user."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.pages.local_time import time_element
from notifications import reasons
from notifications.groups import GroupLabel
from notifications.kinds import Kind, find_or_generic
from notifications.models import Delivery, Notification
from realtime.shared.texts import lazy_text as _

SENT, QUEUED = Delivery.State.SENT, Delivery.State.QUEUED
EMAIL_REASONS = (reasons.EMAIL_OFF, reasons.AT_ONCE, reasons.AFTER_UNREAD, reasons.DAILY_DIGEST)
# The section of the settings page that changes a reason. Other reasons cannot be changed by the user.
SECTIONS = {
    reasons.URGENT: ("quiet-hours", _("Change quiet hours")),
    reasons.QUIET_HOURS: ("quiet-hours", _("Change quiet hours")),
    reasons.DO_NOT_DISTURB: ("do-not-disturb", _("Change do not disturb")),
    reasons.NO_DEVICE: ("devices", _("Turn on push")),
    reasons.ENDPOINT_GONE: ("devices", _("See your devices")),
    **dict.fromkeys(EMAIL_REASONS, ("email", _("Change email settings"))),
}
CHANNEL_NAMES = {"push": _("Push"), "mail": _("Email")}
OF_A_KIND = {reasons.USUAL, reasons.KIND_OFF, reasons.KIND_DEFAULT_OFF}
OF_A_GROUP = {reasons.LEVEL_NOTHING, reasons.LEVEL_MENTIONS, reasons.MUTED}


class Link(NamedTuple):
    url: str
    words: str


class ExplanationLine(NamedTuple):
    """A sentence, as text or safe HTML, and a link to the setting behind it."""

    sentence: str
    link: Link | None = None


class Explanation(NamedTuple):
    """The result on one channel."""

    channel: str
    outcome: str
    icon: str
    lines: list[ExplanationLine]


def explain_row(
    row: Notification, deliveries: Sequence[Delivery], label: GroupLabel | None = None
) -> list[Explanation]:
    """Return the explanations for the list, for push and for email. `label` is that of the notification's group."""
    pushes = [each for each in deliveries if each.channel == "push"]
    emails = [each for each in deliveries if each.channel == "mail"]
    return [
        explain_app(row, label),
        explain_sending(row, "push", pushes, row.push_due_at, label),
        explain_sending(row, "mail", emails, row.email_due_at, label),
    ]


def explain_app(row: Notification, label: GroupLabel | None) -> Explanation:
    reason = row.decisions.get("app", "")
    quiet = reason in (reasons.QUIET_HOURS, reasons.DO_NOT_DISTURB)
    outcome = (
        gettext("Not in your list")
        if row.held
        else gettext("In your list, silent")
        if quiet
        else gettext("In your list")
    )
    icon = "x" if row.held else "bell-off" if quiet else "check"
    return Explanation(gettext("In the app"), outcome, icon, [decided(row, "app", label), *since(row)])


def explain_sending(
    row: Notification, channel: str, deliveries: Sequence[Delivery], due_at: datetime | None, label: GroupLabel | None
) -> Explanation:
    sent = any(each.state == SENT for each in deliveries)
    is_over = bool(row.read_at or row.archived_at or row.retracted_at)
    waits = not sent and (any(each.state == QUEUED for each in deliveries) or (due_at is not None and not is_over))
    lines = [decided(row, channel, label), *map(explain_delivery, deliveries)]
    if due_at is not None and not deliveries:
        later = format_html(gettext("It will be sent {} if it's still unread."), in_words(due_at))
        lines.append(ExplanationLine(reasons.sentence(reasons.READ_MEANWHILE) if is_over else later))
    outcome, icon = (
        (gettext("Sent"), "check")
        if sent
        else (gettext("Waiting"), "alarm-clock")
        if waits
        else (gettext("Not sent"), "x")
    )
    return Explanation(str(CHANNEL_NAMES[channel]), outcome, icon, lines)


def decided(row: Notification, channel: str, label: GroupLabel | None) -> ExplanationLine:
    reason = row.decisions.get(channel, "")
    if not reason:
        return ExplanationLine(gettext("The reason is no longer known."))
    return ExplanationLine(reasons.sentence(reason), find_link(reason, row, label))


def find_link(reason: str, row: Notification, label: GroupLabel | None = None) -> Link | None:
    """Return a link to the setting behind a reason."""
    settings = reverse("notification_preferences")
    if reason == reasons.NO_ADDRESS:
        return Link(reverse("account_email"), gettext("Add email address"))
    if reason in OF_A_KIND:
        return Link(f"{settings}#kind-{row.kind}", gettext("Change channels"))
    if reason in OF_A_GROUP:
        named = gettext("Change level of %(name)s") % {"name": label.name} if label else ""
        return Link(f"{settings}#levels", named or gettext("Change level"))
    section = SECTIONS.get(reason)
    return Link(f"{settings}#{section[0]}", section[1]) if section else None


def explain_delivery(delivery: Delivery) -> ExplanationLine:
    """Return the result of a delivery to one device or by email."""
    device = (
        delivery.device.name if delivery.device else gettext("Removed device") if delivery.channel == "push" else ""
    )
    next_try_at = delivery.next_try_at if delivery.state == QUEUED else None
    again = format_html(" " + gettext("Next try: {}."), in_words(next_try_at)) if next_try_at else ""
    words = reasons.sentence(delivery.reason or STATES[Delivery.State(delivery.state)])
    detail = (
        " " + gettext("Response: “%(detail)s”") % {"detail": delivery.detail}
        if delivery.detail and delivery.state != SENT
        else ""
    )
    section = SECTIONS.get(delivery.reason)
    link = Link(f"{reverse('notification_preferences')}#{section[0]}", section[1]) if section else None
    return ExplanationLine(
        format_html("{}{}{}{}", where_and_when(device, delivery.done_at), words, again, detail), link
    )


def where_and_when(device: str, at: datetime | None) -> str:
    """Return "Firefox on the laptop, at 12:00: ", or the known part of it."""
    if at is None:
        return f"{device}: " if device else ""
    if device:
        return format_html("{}, {}: ", device, in_words(at))
    return format_html("{}: ", time_element(at, "sentence"))


STATES = {
    Delivery.State.QUEUED: "waits_to_be_sent",
    Delivery.State.SENT: reasons.SENT,
    Delivery.State.FAILED: reasons.GAVE_UP,
    Delivery.State.DROPPED: "not_sent",
}


def since(row: Notification) -> Iterator[ExplanationLine]:
    """Yield the user's actions on the notification, and its retraction."""
    if row.retracted_at:
        yield ExplanationLine(format_html(gettext("It was removed {}."), in_words(row.retracted_at)))
    if row.read_at:
        yield ExplanationLine(format_html(gettext("You read it {}."), in_words(row.read_at)))
    if row.archived_at:
        yield ExplanationLine(format_html(gettext("You archived it {}."), in_words(row.archived_at)))
    if row.snoozed_until:
        yield ExplanationLine(format_html(gettext("You snoozed it until {}."), time_element(row.snoozed_until, "soon")))


def in_words(moment: datetime) -> SafeString:
    """Return "at 09:14" for today, "on Thursday, 19 November, at 09:14" for another day."""
    return time_element(moment, "words")


class HeldNotification(NamedTuple):
    """A held notification: its kind, its group's label, the reason, and a link to the setting behind it."""

    row: Notification
    kind: Kind
    label: GroupLabel | None
    because: str
    change: Link | None


def explain_held(row: Notification, label: GroupLabel | None) -> HeldNotification:
    reason = row.decisions.get("app", "")
    because = reasons.sentence(reason) if reason else ""
    return HeldNotification(row, find_or_generic(row.kind), label, because, find_link(reason, row))
