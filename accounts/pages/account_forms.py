"""allauth's forms, changed so that neither their texts nor their response times show who has an account."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, get_emailconfirmation_model
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.backends import find_owners
from accounts.models import User
from accounts.sign_in.email_queue import send_later
from realtime.shared.database_errors import is_unique_violation


class SignupForm(forms.SignupForm):
    """Create an account with any email address, which counts once its owner has opened the link sent to it.

    If another account has the address, its owner gets an email that says so, and the page shows no difference. A site
    that sends no email asks for no address, which could not be confirmed. (A taken username is an error: usernames
    are public.)
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not settings.ACCOUNTS_BY_EMAIL:
            del self.fields["email"]

    def validate_unique_email(self, value: str) -> str:
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Show the form again, with an error, if the username was taken after the form was validated.

        It is no transaction: saving hashes the password, and SQLite would block all other writes during that time.
        """
        try:
            return super().try_save(request)
        except IntegrityError as error:
            if not is_unique_violation(error):
                raise
            page = request.resolver_match  # sign-up, or another page with this form
            assert page is not None
            return None, page.func(request, *page.args, **page.kwargs)

    def save(self, request: HttpRequest) -> User:
        email = self.cleaned_data.pop("email", "")
        user = super().save(request)
        if email:
            address = EmailAddress.objects.add_new_email(request, user, email, send_verification=False)
            messages.info(
                request, gettext("We sent a link to %(email)s. Open it to confirm your address.") % {"email": email}
            )
            send_later(request, lambda request: send_link(request, address))
        return user


def send_link(request: HttpRequest, address: EmailAddress) -> None:
    """Email the link that confirms an address, or, if another account owns it, a message about the attempt."""
    if not ratelimit.consume(request, action="confirm_email", key=address.email):
        return
    if any(owner.pk != address.user_id for owner in find_owners(address.email)):
        get_adapter(request).send_account_already_exists_mail(address.email)
    else:
        get_emailconfirmation_model().create(address).send(request, signup=True)


class ResetPasswordForm(forms.ResetPasswordForm):
    """Answer before the owner of the address is looked up."""

    def clean_email(self) -> str:
        return get_adapter().clean_email(self.cleaned_data["email"].lower())

    def save(self, request: HttpRequest, **kwargs: PasswordResetTokenGenerator) -> str:
        send_later(request, lambda request: self.send_links(request, **kwargs))
        return self.cleaned_data["email"]

    def send_links(self, request: HttpRequest, **kwargs: PasswordResetTokenGenerator) -> None:
        self.users = [user for user in find_owners(self.cleaned_data["email"]) if user.is_active]
        super().save(request, **kwargs)
