"""System checks: what a site must have for people to be told anything."""

from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.db.models import IntegerField


@register(Tags.models)
def check_user_key(app_configs, **kwargs) -> list[Error]:
    """Refuse users whose primary key is no integer, at once: topics (`user.7`) and events name people by number."""
    user = get_user_model()
    key = user._meta.pk
    if isinstance(getattr(key, "target_field", key), IntegerField):  # of a relation: what it names
        return []
    return [
        Error(
            f"The primary key of {user._meta.label} is no integer, so nobody can be told anything.",
            hint="realtime and notifications work with integer primary keys only (AutoField, IntegerField).",
            obj=user,
            id="realtime.E001",
        )
    ]
