from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language

register = template.Library()

# Those of static/js/languages/. English is the source of all texts and needs none.
LANGUAGES = frozenset({"de"})


@register.simple_tag
def script_catalogue() -> str:
    """Load the texts of the scripts in the page's language: before the first script of the page that shows any.

    Module scripts run in their order in the page and keep nothing waiting that is drawn.
    """
    language = (get_language() or "").split("-")[0]
    if language not in LANGUAGES:
        return ""
    path = static(f"hubbub/js/languages/{language}.js")
    return format_html('<script type="module" src="{}" fetchpriority="low"></script>', path)
