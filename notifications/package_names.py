"""The check that the packages `accounts` and `realtime` are Hubbub's: a site may have an app of the same name."""

from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PACKAGES = ("accounts", "realtime")
HERE = Path(__file__).resolve().parent


def check_package_names() -> None:
    """Refuse to start where another package has one of these names. Raises ImproperlyConfigured.

    This is no system check: Django imports all models before it runs those, and our models import these packages.
    """
    for name in PACKAGES:
        found = find_folder(name)
        if found != HERE.with_name(name):
            raise ImproperlyConfigured(
                f"notifications needs Hubbub's package {name!r}, but importing that name finds {found or 'nothing'}. "
                f"Rename your own package and keep its label, so that its tables and migrations stay: "
                f'class PeopleConfig(AppConfig): name = "people"; label = "{name}". See docs/embedding.md.'
            )


def find_folder(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).resolve().parent if spec is not None and spec.origin else None
