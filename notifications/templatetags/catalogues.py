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
    path = catalogue_path()
    return format_html('<script type="module" src="{}" fetchpriority="low"></script>', path) if path else ""


def catalogue_path() -> str:
    """Return where the texts of the language in use are, or "" for English and what there is no catalogue of."""
    language = (get_language() or "").split("-")[0]
    return static(f"hubbub/js/languages/{language}.js") if language in LANGUAGES else ""
