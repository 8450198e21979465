from django import template
from django.utils.html import format_html

from accounts.identity.languages import script_catalogue_path

register = template.Library()


@register.simple_tag
def script_catalogue() -> str:
    """Load the scripts' texts in the page's language. Put it before the first script that shows any of them.

    Module scripts run in page order and do not block drawing.
    """
    path = script_catalogue_path()
    return format_html('<script type="module" src="{}" fetchpriority="low"></script>', path) if path else ""
