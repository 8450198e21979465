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
