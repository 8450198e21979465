from django import template

from accounts.identity.people import Person
from accounts.models import User
from accounts.names.initials import find_hue, find_initials

register = template.Library()
register.filter("hue", find_hue)


@register.inclusion_tag("accounts/_avatar.html")
def avatar(user: User | Person, size: str = "") -> dict:
    """Render a user's picture, or their initials on their hue. Size "s" is 22 px, "l" 72, else 34.

    It is hidden from screen readers, because the name stands beside it.
    """
    person = user if isinstance(user, Person) else Person.of(user)
    return {
        "avatar": person.avatar,
        "initials": find_initials(person.name),
        "hue": find_hue(person.id),
        "size": size,
    }
