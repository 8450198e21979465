from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Let the operator close sign-up (SIGNUP_OPEN=0)."""
        return settings.SIGNUP_OPEN
