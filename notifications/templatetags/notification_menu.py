from django import template

from notifications.rules.do_not_disturb import find_quiet_until

register = template.Library()


@register.inclusion_tag("notifications/_menu.html", takes_context=True)
def notification_menu(context: template.Context) -> dict:
    """Render the menu entries for notifications, their settings, and "do not disturb". One query."""
    return {"quiet_until": find_quiet_until(context["user"]), "csrf_token": context.get("csrf_token")}
