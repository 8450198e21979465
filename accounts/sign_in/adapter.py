import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.backends import find_owners
from accounts.identity.languages import language_of
from accounts.models import USERNAME_TAKEN, User, refuse_username
from accounts.sign_in.sign_in_limits import consume_try
from realtime.shared.address import find_address
from realtime.shared.texts import lazy_text as _

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """The texts and rules of allauth that Hubbub replaces."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Wrong username or password."),
        "email_password_mismatch": _("Wrong email address or password."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, or reset your password."),
        "incorrect_password": _("Wrong password."),
        "enter_current_password": _("Wrong password."),
        "username_taken": USERNAME_TAKEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether people may create accounts (SIGNUP_OPEN)."""
        return settings.SIGNUP_OPEN

    def clean_username(self, username: str, shallow: bool = False) -> str:
        username = super().clean_username(User.normalize_username(username), shallow=shallow)
        if not shallow:
            refuse_username(username)
        return username

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        if self.request.user.is_authenticated:
            return reverse("profile")
        return super().get_email_verification_redirect_url(email_address)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address as connections do. allauth's own answers 403 to headers that it cannot parse."""
        return find_address([request.headers.get("X-Forwarded-For", "")], request.META.get("REMOTE_ADDR", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before a password is hashed. allauth's own limit locks a username for its owner, too."""
        login = credentials.get("username") or credentials.get("email") or ""
        self._login_failed_rl_usage = consume_try(request, login)  # rolled back by allauth after a right password
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send an email. A failure is logged and is no error of the page.

        The change behind it is stored, and a page that fails for some addresses shows which of them have an account.
        """
        try:
            with translation.override(self.find_language(email, context)):
                super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("Could not send the email %s", template_prefix)

    def find_language(self, email: str, context: dict) -> str | None:
        """Return the language of the reader, or, for an address without an account, that of the request."""
        user = context.get("user") or next(iter(find_owners(email)), None)
        return language_of(user) if user is not None else translation.get_language()

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"
