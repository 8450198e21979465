"""Validators of usernames and display names."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from realtime.shared.texts import lazy_text as _

UNSEEN = {"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"}  # Unicode categories: controls, marks, spaces
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol without a visible glyph


def is_visible(text: str) -> bool:
    """Say whether a text has a visible character."""
    return any(character not in BLANKS and unicodedata.category(character) not in UNSEEN for character in text)


def validate_visible(name: str) -> None:
    if not is_visible(name):
        raise ValidationError(_("Enter a name with visible characters."))


# Words that mention everybody, or that look official.
RESERVED = (
    "room",
    "everybody",
    "everyone",
    "here",
    "all",
    "channel",
    "nobody",
    "anonymous",
    "deleted",
    "system",
    "hubbub",
)

ERASED_NAME = "Deleted user"
# The usernames of erased accounts, and names that look like one.
ERASED_USERNAME = re.compile(r"deleted[._-]*\d")

# Combining vowel signs and accents. Python's \w excludes them, and so most words of Hindi, Tamil and Thai.
MARKS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
MARKS_IN_A_ROW = 4  # No language needs more, and a higher stack of marks covers the lines above and below.
# Invisible marks: a name with one would look the same as the name without it.
UNSEEN_MARKS = "\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f"
UNSEEN_IN_NAMES = re.compile(f"[{UNSEEN_MARKS}{BLANKS}\u1160]")
TOO_MANY_MARKS = re.compile(f"[{MARKS}]{{{MARKS_IN_A_ROW + 1}}}")
USERNAME = re.compile(rf"\w(?:[\w{MARKS}.-]*[\w{MARKS}])?")
ANY_USERNAME = re.compile(rf"\w[\w{MARKS}.@+-]*")  # Django's own rule, for names that an administrator gives.


def validate_username(name: str) -> None:
    """Refuse a name that an @mention cannot contain, or that looks like an email address."""
    if not USERNAME.fullmatch(name):
        raise ValidationError(_("Use letters and digits, with . - or _ between them."))
    validate_username_marks(name)


def validate_any_username(name: str) -> None:
    if not ANY_USERNAME.fullmatch(name):
        raise ValidationError(_("Use letters and digits, with . - _ + or @ between them."))
    validate_username_marks(name)


def validate_username_marks(name: str) -> None:
    if UNSEEN_IN_NAMES.search(name):
        raise ValidationError(_("A username cannot have invisible characters."))
    if TOO_MANY_MARKS.search(name):
        raise ValidationError(_("One letter of this name has too many accents."))


username_validators = [
    validate_username,
    MaxLengthValidator(32, _("A username has at most 32 characters.")),
    validate_visible,
]

ZERO_WIDTH_JOINER = "\u200d"  # joins the emoji of a family or a flag


def validate_display_name(name: str) -> None:
    """Refuse invisible characters, because some change how the text around them is shown."""
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != ZERO_WIDTH_JOINER:
            raise ValidationError(_("A name cannot have invisible characters."))
    validate_visible(name)
