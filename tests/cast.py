"""People in the test's own database, for tests that need no server."""

from django.contrib.auth import get_user_model
from django.test import Client


def person(username: str, **more):
    """Make a person."""
    return get_user_model().objects.create(username=username, **more)


def people(number: int, prefix: str = "p") -> list:
    """Make many people at once."""
    users = [get_user_model()(username=f"{prefix}{index:03}") for index in range(number)]
    return get_user_model().objects.bulk_create(users)


def visit(user) -> Client:
    """Return a browser in which that person is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
