"""Texts that are translated when they are written for somebody: only then is the reader's language known.

They are typed as the texts that they stand for, and are no str: what needs one (JSON, join) takes str() of them.
"""

from typing import cast

from django.utils import translation
from django.utils.functional import lazy


def lazy_text(text: str) -> str:
    """Mark a text of a module, a class or an error."""
    return cast("str", translation.gettext_lazy(text))


def fill_lazy(text: str, **values: object) -> str:
    """Return a lazy text with values for its placeholders."""
    return cast("str", _fill(text, **values))


_fill = lazy(lambda text, **values: str(text) % values, str)
