"""The reasons for what happened to a notification on a channel: the stored codes, and their sentences for the user."""

from realtime.shared.texts import lazy_text as _

USUAL = "usual"
URGENT = "urgent"
KIND_OFF = "kind_off"
KIND_DEFAULT_OFF = "kind_default_off"
OPERATOR_OFF = "operator_off"
LEVEL_NOTHING = "level_nothing"
LEVEL_MENTIONS = "level_mentions"
MUTED = "muted"
QUIET_HOURS = "quiet_hours"
DO_NOT_DISTURB = "do_not_disturb"
NO_DEVICE = "no_device"
NO_ADDRESS = "no_address"
EMAIL_OFF = "mail_off"
NO_EMAIL_SERVER = "no_mail_server"
AT_ONCE = "at_once"
AFTER_UNREAD = "after_unread"
DAILY_DIGEST = "daily_digest"
SENT = "sent"
CLOSED = "closed"
READ_MEANWHILE = "read_meanwhile"
SNOOZED_MEANWHILE = "snoozed_meanwhile"
RETRACTED_MEANWHILE = "retracted_meanwhile"
INACTIVE = "inactive"
UNSUBSCRIBED = "unsubscribed"
ENDPOINT_GONE = "endpoint_gone"
REFUSED = "refused"
TRIED_IN_VAIN = "tried_in_vain"
GAVE_UP = "gave_up"

SENTENCES = {
    # Decided when the notification was made.
    USUAL: _("You get these right away."),
    URGENT: _("It was urgent, so it ignored quiet hours and do not disturb."),
    KIND_OFF: _("You turned these off for this channel."),
    KIND_DEFAULT_OFF: _("These are off for this channel unless you turn them on."),
    OPERATOR_OFF: _("This site has turned these off for this channel."),
    LEVEL_NOTHING: _("You chose “Nothing” there."),
    LEVEL_MENTIONS: _("You only get mentions there."),
    MUTED: _("It was muted."),
    QUIET_HOURS: _("It came during your quiet hours."),
    DO_NOT_DISTURB: _("Do not disturb was on."),
    NO_DEVICE: _("Push is off on all your devices."),
    NO_ADDRESS: _("Your account has no email address."),
    EMAIL_OFF: _("You turned email off."),
    NO_EMAIL_SERVER: _("This site doesn't send email."),
    AT_ONCE: _("You get emails right away."),
    AFTER_UNREAD: _("You get emails about unread notifications."),
    DAILY_DIGEST: _("You get one email a day."),
    # The result of sending it.
    SENT: _("Sent."),
    CLOSED: _("Shown, then removed because you were done with it."),
    READ_MEANWHILE: _("You had already read it."),
    SNOOZED_MEANWHILE: _("You had snoozed it."),
    RETRACTED_MEANWHILE: _("It was removed before it was sent."),
    INACTIVE: _("Your account was deactivated."),
    UNSUBSCRIBED: _("You were no longer subscribed to the stream."),
    ENDPOINT_GONE: _("Push stopped working on the device."),
    REFUSED: _("It was rejected, so it won't be tried again."),
    TRIED_IN_VAIN: _("Sending failed and will be tried again."),
    GAVE_UP: _("Sending failed after several tries."),
}


def sentence(code: str) -> str:
    """Return the sentence for a reason code. A code of another version of Hubbub is shown in words of its own."""
    return str(SENTENCES.get(code, code.replace("_", " ").capitalize() + "."))
