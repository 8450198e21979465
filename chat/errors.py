"""The errors that only the chat has; docs/protocol.md lists them with the engine's."""

from realtime.shared.errors import CommandError


class Archived(CommandError):
    code = "archived"
    status = 409
    message = "This room is archived."
