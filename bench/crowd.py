"""Who is in which room: so many connections, spread evenly over so many rooms."""

from dataclasses import dataclass

FIRST_NUMBER = "@NUMBER@"  # the generator puts a post's number here
TEXT = f"Shall we meet at noon? post-{FIRST_NUMBER}"


@dataclass(frozen=True)
class Crowd:
    """`connections` people with one connection each, each in `each` of the rooms; they post to the first of theirs."""

    connections: int
    rooms: int = 1
    each: int = 1

    def seats(self, connection: int) -> list[int]:
        """Return the numbers of the rooms (from 0) that a connection is in."""
        return [(connection * self.each + step) % self.rooms for step in range(self.each)]


def long_text(characters: int) -> str:
    """Return a post of that length."""
    words = "Shall we meet at noon, or rather at one? "
    return TEXT + " " + (words * (characters // len(words) + 1))[: max(0, characters - len(TEXT) - 1)]
