"""The people and the rooms of the demo."""

from typing import NamedTuple

PASSWORD = "hubbub-demo"  # noqa: S105 it is printed at every start


class Part(NamedTuple):
    """A person of the demo."""

    username: str
    name: str
    time_zone: str


class Scene(NamedTuple):
    """A room of the demo. Its messages are in `<file>.txt`, and the first of its people has created it."""

    file: str
    kind: str
    name: str
    people: str
    moderators: str = ""


CAST = [
    Part("ada", "Ada Lovelace", "Europe/London"),
    Part("bob", "Bob Kahn", "America/Los_Angeles"),
    Part("eve", "Eve Adeyemi", "Africa/Lagos"),
    Part("grace", "Grace Hopper", "America/New_York"),
    Part("linus", "Linus Sundqvist", "Europe/Helsinki"),
    Part("mary", "Mary Solberg", "Europe/Oslo"),
    Part("tim", "Tim Tanaka", "Asia/Tokyo"),
    Part("zoe", "Zoe Okafor", "Europe/Berlin"),
]
SCENES = [
    Scene("general", "public", "general", "ada bob eve grace linus mary tim", moderators="grace"),
    Scene("random", "public", "random", "bob ada eve grace linus mary tim"),
    Scene("help", "public", "help", "ada bob eve grace linus mary tim", moderators="grace linus"),
    Scene("founders", "private", "founders", "ada bob"),
    Scene("direct-grace", "direct", "", "ada grace"),
    Scene("direct-zoe-mary", "direct", "", "zoe ada mary"),
]
