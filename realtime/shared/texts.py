"""Lazy texts: translated when they are shown, because only then is the reader's language known.

They are typed as str, and are none: code that needs one (JSON, join) calls str() on them.
"""

from typing import cast

from django.utils import translation
from django.utils.functional import lazy


def lazy_text(text: str) -> str:
    """Mark a text of a module, a class or an error for translation."""
    return cast("str", translation.gettext_lazy(text))


def fill_lazy(text: str, **values: object) -> str:
    """Return a lazy text with its placeholders filled."""
    return cast("str", _fill(text, **values))


_fill = lazy(lambda text, **values: str(text) % values, str)
