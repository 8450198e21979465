import msgspec

from accounts.models import User


class Person(msgspec.Struct, frozen=True):
    """A person as everybody may see them: the same JSON in events, pages and answers."""

    id: int
    username: str
    name: str
    avatar: str | None

    @classmethod
    def of(cls, user: User) -> "Person":
        avatar = user.avatar.url if user.avatar else None
        return cls(id=user.id, username=user.username, name=user.name, avatar=avatar)


def person_data(user: User) -> dict:
    """Return a person as everybody sees them."""
    return msgspec.to_builtins(Person.of(user))


def person_feed(user_id: int) -> str:
    """Return the topic on which a person's own events are."""
    return f"user.{user_id}"
