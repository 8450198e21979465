"""The errors that only the chat has; docs/protocol.md lists them with the engine's."""

from realtime.shared.errors import CommandError
from realtime.shared.texts import lazy_text as _


class Archived(CommandError):
    """The room is archived: it takes no new messages and no new members."""

    code = "archived"
    status = 409
    message = _("This room is archived.")


class Conflict(CommandError):
    code = "conflict"
    status = 409
    message = _("This key was used for another message.")
