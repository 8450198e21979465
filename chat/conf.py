"""Every bound of the chat, with its reason. An operator sets one as HUBBUB_<NAME> in the environment."""

from dataclasses import dataclass

from realtime.conf import Bounds


@dataclass
class ChatLimits(Bounds):
    """The default of each bound, with its reason."""

    MESSAGE_CHARACTERS: int = 8000  # four pages; they fit into a frame of the engine, however they are escaped

    # How fast a user may post, over all tabs.
    POSTS_PER_10_SECONDS: int = 10
    POSTS_BURST: int = 10

    # How fast a user may react, in a process: a person taps five times a second at most, and not for long.
    REACTIONS_PER_10_SECONDS: int = 15
    REACTIONS_BURST: int = 30

    # Requests for link previews. A slow site must not stop the previews of others.
    PREVIEW_FETCHES_AT_ONCE: int = 12  # in a process; of the 64 connections that pushes use, too
    # By all processes together: nobody shall use this site to flood another one.
    PREVIEW_FETCHES_OF_HOST_PER_MINUTE: int = 60


limits = ChatLimits.from_environment()
