"""Every bound of the chat, with its reason. An operator sets one as HUBBUB_<NAME> in the environment."""

from dataclasses import dataclass

from realtime.conf import Bounds


@dataclass
class Limits(Bounds):
    """The defaults, and why they are what they are."""

    MESSAGE_CHARACTERS: int = 8000  # four pages; a frame of the engine carries as many, however they are escaped

    # How fast a person may post, over all tabs.
    POSTS_PER_10_SECONDS: int = 10
    POSTS_BURST: int = 10


limits = Limits.from_environment()
