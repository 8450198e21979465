from django.utils.translation import gettext

from accounts.models import User
from accounts.services import end_sessions


class EndSessions:
    """A password validator that refuses nothing: it is told of every new password, whoever sets it.

    Pages, the admin and `manage.py changepassword` all end in User.save(), which tells the validators.
    A hash that is only made anew by a better hasher is not told.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        pass

    def get_help_text(self) -> str:
        return gettext("A new password signs every other browser out, and ends tokens.")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is not None:
            end_sessions(user, keep_tokens=user.keeps_tokens)
