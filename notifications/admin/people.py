"""Lookups of the site's users in the admin, for any user model."""

from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth import get_user_model

from accounts.identity.people import has_field


def user_lookups(path: str) -> tuple[str, ...]:
    """Return the search lookups for a user at the end of `path`: the username field and the email field."""
    user = get_user_model()
    names = dict.fromkeys([user.USERNAME_FIELD, user.get_email_field_name()])
    return tuple(f"={path}__{name}" for name in names if has_field(name))


def is_searchable(site: AdminSite) -> bool:
    """Return whether the site's user admin can be searched, which an autocomplete field needs."""
    try:
        return bool(site.get_model_admin(get_user_model()).search_fields)
    except NotRegistered:
        return False
