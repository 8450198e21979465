"""What Django tells us and no view of ours could: admin and allauth sign people out, too."""

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.identity.languages import note_browser_language
from accounts.identity.sessions import note_renewal
from accounts.models import User
from accounts.sign_in.sign_in_limits import remember_place
from realtime.engine.publish import end_links


@receiver(user_logged_out)
def end_links_of_this_sign_in(request: HttpRequest, user: User | None, **_: object) -> None:
    """Close the links of the browser that signs out; its session still has its key here."""
    if user is not None and request.session.session_key:
        end_links(user.pk, session_key=request.session.session_key)


@receiver([user_logged_in, password_reset])
def remember_where_they_are(request: HttpRequest, user: User, **_: object) -> None:
    """Know this browser when the person signs in again; who has followed a link in their mail may be in a new one."""
    remember_place(request, user)


@receiver(user_logged_in)
def remember_language(request: HttpRequest, user: User, **_: object) -> None:
    """Note the language of the browser, for emails to a user who has chosen none."""
    note_browser_language(request, user)


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **_: object) -> None:
    """Let the first page after a sign-in find a session that need not be renewed."""
    note_renewal(request.session)
