"""Filters that add text for screen readers to Django's admin, where it has a picture or an empty cell."""

from django import template

register = template.Library()
SEARCH = 'alt="Search"></label>'
HEAD = '<th class="original"></th>'


@register.filter(is_safe=True)
def label_search(html: str) -> str:
    """Replace the search icon's alternative text by a hidden label: an image's text is no visible label."""
    return html.replace(SEARCH, 'alt=""><span class="visually-hidden">Search</span></label>')


@register.filter(is_safe=True)
def label_table_head(html: str) -> str:
    """Give the empty heading of an inline table's first column a hidden name."""
    return html.replace(HEAD, '<th class="original"><span class="visually-hidden">Row</span></th>')
