"""System checks: the chat needs Hubbub's own user model."""

from django.conf import settings
from django.core.checks import Error, Tags, register

USERS = "accounts.User"


@register(Tags.models)
def check_users(app_configs, **kwargs) -> list[Error]:
    """Refuse another user model than Hubbub's: rooms show names, pictures and time zones, which are its columns."""
    if settings.AUTH_USER_MODEL == USERS:
        return []
    return [
        Error(
            f"chat works with Hubbub's own users ({USERS}), and not with {settings.AUTH_USER_MODEL}.",
            hint="Run the chat as a site of its own. The bell and notify() work on any site: docs/embedding.md.",
            id="chat.E001",
        )
    ]
