"""The site's users in the admin, whatever they have: how they are found and chosen."""

from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth import get_user_model

from accounts.identity.people import has_field


def user_lookups(path: str) -> tuple[str, ...]:
    """Return by what a person is searched for at the end of `path`: the name of their sign-in, and their address."""
    user = get_user_model()
    names = dict.fromkeys([user.USERNAME_FIELD, user.get_email_field_name()])
    return tuple(f"={path}__{name}" for name in names if has_field(name))


def is_searchable(site: AdminSite) -> bool:
    """Say whether the site's admin finds users by words, as a field that completes them needs."""
    try:
        return bool(site.get_model_admin(get_user_model()).search_fields)
    except NotRegistered:
        return False
