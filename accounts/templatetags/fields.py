from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """Draw a field's input without the placeholder that only repeats its label."""
    return field.as_widget(attrs={"placeholder": False})
