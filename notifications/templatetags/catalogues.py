from django import template
from django.utils.html import format_html

from accounts.identity.languages import script_catalogue_path

register = template.Library()


@register.simple_tag
def script_catalogue() -> str:
    """Load the texts of the scripts in the page's language: before the first script of the page that shows any.

    Module scripts run in their order in the page and keep nothing waiting that is drawn.
    """
    path = script_catalogue_path()
    return format_html('<script type="module" src="{}" fetchpriority="low"></script>', path) if path else ""
