"""Signal handlers for sign-ins and sign-outs, because the admin and allauth do them, too."""

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.identity.languages import note_browser_language
from accounts.identity.sessions import note_renewal
from accounts.models import User
from accounts.sign_in.sign_in_limits import remember_place
from realtime.engine.publish import end_connections


@receiver(user_logged_out)
def end_connections_of_this_sign_in(request: HttpRequest, user: User | None, **_: object) -> None:
    """Close the connections of the browser that signs out. Its session still has its key at this moment."""
    if user is not None and request.session.session_key:
        end_connections(user.pk, session_key=request.session.session_key)


@receiver([user_logged_in, password_reset])
def remember_browser(request: HttpRequest, user: User, **_: object) -> None:
    """Mark this browser as known to the user. A reset counts, because its link may be opened in a new browser."""
    remember_place(request, user)


@receiver(user_logged_in)
def remember_language(request: HttpRequest, user: User, **_: object) -> None:
    """Note the language of the browser, for emails to a user who has chosen none."""
    note_browser_language(request, user)


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **_: object) -> None:
    """Mark the new session as just extended, so that the next page does not save it again."""
    note_renewal(request.session)
