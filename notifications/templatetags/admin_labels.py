"""Words for a screen reader where Django's admin has a picture, or nothing."""

from django import template

register = template.Library()
SEARCH = 'alt="Search"></label>'
HEAD = '<th class="original"></th>'


@register.filter(is_safe=True)
def label_search(html: str) -> str:
    """Name the field in words: the alternative text of a picture is no visible label."""
    return html.replace(SEARCH, 'alt=""><span class="visually-hidden">Search</span></label>')


@register.filter(is_safe=True)
def label_table_head(html: str) -> str:
    return html.replace(HEAD, '<th class="original"><span class="visually-hidden">Row</span></th>')
