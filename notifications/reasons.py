"""Why something came, came quietly, later, or not at all: every word that is stored, and what it says to the person."""

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
MAIL_OFF = "mail_off"
NO_MAIL_SERVER = "no_mail_server"
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
    # What was decided when it came.
    USUAL: _("You get these as they come."),
    URGENT: _("It was urgent, so it came although you wanted quiet."),
    KIND_OFF: _("You switched these off here."),
    KIND_DEFAULT_OFF: _("These do not come this way unless you choose so."),
    OPERATOR_OFF: _("Whoever runs this site switched these off here."),
    LEVEL_NOTHING: _("You want to hear nothing from there."),
    LEVEL_MENTIONS: _("You want to hear only what concerns you from there."),
    MUTED: _("You had muted it."),
    QUIET_HOURS: _("You had quiet hours."),
    DO_NOT_DISTURB: _("You did not want to be disturbed."),
    NO_DEVICE: _("No device of yours takes pushes."),
    NO_ADDRESS: _("Your account has no e-mail address."),
    MAIL_OFF: _("You want no mail."),
    NO_MAIL_SERVER: _("This site sends no mail."),
    AT_ONCE: _("You want mail at once."),
    AFTER_UNREAD: _("You want mail about what stays unread."),
    DAILY_DIGEST: _("It was for your daily mail."),
    # What became of it.
    SENT: _("It was sent."),
    CLOSED: _("It was shown, and taken back when you had read it."),
    READ_MEANWHILE: _("You had read it before it was sent."),
    SNOOZED_MEANWHILE: _("You had snoozed it before it was sent."),
    RETRACTED_MEANWHILE: _("It was taken back before it was sent."),
    INACTIVE: _("The account was switched off."),
    UNSUBSCRIBED: _("You no longer heard of that stream when it was to be sent."),
    ENDPOINT_GONE: _("The device takes no pushes any more."),
    REFUSED: _("It was refused, and would be again."),
    TRIED_IN_VAIN: _("It could not be sent; it is tried again."),
    GAVE_UP: _("It could not be sent, after several tries."),
}


def sentence(code: str) -> str:
    """Return what a reason says to the person. One that an older or newer version stored says itself."""
    return str(SENTENCES.get(code, code.replace("_", " ").capitalize() + "."))
