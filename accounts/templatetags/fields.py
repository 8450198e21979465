from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """Render a field's input without its placeholder: allauth's only repeat the label."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def focused(field: BoundField) -> BoundField:
    """Focus this field when the page opens. A form has its own copy of a field, so no other form changes."""
    field.field.widget.attrs["autofocus"] = True
    return field
