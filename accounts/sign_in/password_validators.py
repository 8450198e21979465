from django.utils.translation import gettext

from accounts.models import User
from accounts.services import end_sessions


class EndSessions:
    """A password validator that accepts every password, and ends the user's sessions when their password has changed.

    Pages, the admin and `manage.py changepassword` all end in User.save(), which calls the validators.
    It does not call them when a better hasher replaces the hash of the same password.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        pass

    def get_help_text(self) -> str:
        return gettext("A new password signs out all other browsers and revokes all tokens.")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is not None:
            end_sessions(user, keep_tokens=user.keeps_tokens)
