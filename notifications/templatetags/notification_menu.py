from django import template
from django.utils import timezone

from notifications.models import Preferences

register = template.Library()


@register.inclusion_tag("notifications/_menu.html", takes_context=True)
def notification_menu(context: template.Context) -> dict:
    """Put into a person's menu: their notifications, the settings, and "do not disturb". One query."""
    of_theirs = Preferences.objects.filter(user=context["user"].pk, do_not_disturb_until__gt=timezone.now())
    until = of_theirs.values_list("do_not_disturb_until", flat=True).first()
    return {"quiet_until": until, "csrf_token": context.get("csrf_token")}
