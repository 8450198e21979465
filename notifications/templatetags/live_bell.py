from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from notifications.inbox.panel import bell_data

register = template.Library()

type Visitor = AbstractBaseUser | AnonymousUser


@register.inclusion_tag("notifications/live_bell.html", takes_context=True)
def live_bell(context: template.Context, *, assets: bool = True) -> dict:
    """Render the live bell, or nothing for a visitor who is not signed in.

    `assets`: also load its script, its styles and the styles these build on (colours, spacing, buttons). Hubbub's own
    pages load them already.
    """
    request = context.get("request")
    user: Visitor | None = context.get("user") or getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"bell": None}
    return {"bell": bell_data(user, request), "assets": assets}
