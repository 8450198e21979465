"""The clients of a load: a number of connections, spread evenly over a number of rooms."""

from dataclasses import dataclass

FIRST_NUMBER = "@NUMBER@"  # the generator replaces this by a post's number
TEXT = f"Shall we meet at noon? post-{FIRST_NUMBER}"


@dataclass(frozen=True)
class Clients:
    """`connections` people with one connection each, each in `each` of the rooms; they post to their first room."""

    connections: int
    rooms: int = 1
    each: int = 1

    def rooms_of(self, connection: int) -> list[int]:
        """Return the numbers of the rooms (from 0) of a connection."""
        return [(connection * self.each + step) % self.rooms for step in range(self.each)]


def long_text(characters: int) -> str:
    """Return a post of this length."""
    words = "Shall we meet at noon, or rather at one? "
    return TEXT + " " + (words * (characters // len(words) + 1))[: max(0, characters - len(TEXT) - 1)]
