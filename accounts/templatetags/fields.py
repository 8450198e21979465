from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """Draw a field's input without the placeholder that only repeats its label."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def focused(field: BoundField) -> BoundField:
    """Let the page open with the caret in this field; the form's own copy of it, so no other form is changed."""
    field.field.widget.attrs["autofocus"] = True
    return field
