"""What a name may be made of."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from realtime.shared.texts import lazy_text as _

UNSEEN = {"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"}  # categories: controls, marks on nothing, spaces
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol, and drawn as nothing


def is_visible(text: str) -> bool:
    """Say whether there is anything in a text that can be seen."""
    return any(character not in BLANKS and unicodedata.category(character) not in UNSEEN for character in text)


def validate_visible(name: str) -> None:
    if not is_visible(name):
        raise ValidationError(_("A name needs something that can be seen."))


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
# The usernames that erased accounts get, and what could be taken for one.
ERASED_USERNAME = re.compile(r"deleted[._-]*\d")

# Vowel signs and accents written apart. Python's \w leaves them out, and with them most words of Hindi, Tamil or Thai.
MARKS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
MARKS_IN_A_ROW = 4  # More than any language writes is there to paint over the lines beside it.
# Marks that show nothing: a name with one is another name that looks the same.
UNSEEN_MARKS = "\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f"
UNSEEN_IN_NAMES = re.compile(f"[{UNSEEN_MARKS}{BLANKS}\u1160]")
TOO_MANY_MARKS = re.compile(f"[{MARKS}]{{{MARKS_IN_A_ROW + 1}}}")
USERNAME = re.compile(rf"\w(?:[\w{MARKS}.-]*[\w{MARKS}])?")
ANY_USERNAME = re.compile(rf"\w[\w{MARKS}.@+-]*")  # Django lets an administrator give these as well.


def validate_username(name: str) -> None:
    """Accept what an @mention can contain, and nothing that looks like an email address."""
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
        raise ValidationError(_("There are too many accents on one letter."))


username_validators = [
    validate_username,
    MaxLengthValidator(32, _("A username has at most 32 characters.")),
    validate_visible,
]

ZERO_WIDTH_JOINER = "\u200d"  # holds families and flags together


def validate_display_name(name: str) -> None:
    """Refuse characters that are not seen but change how the text around them is shown."""
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != ZERO_WIDTH_JOINER:
            raise ValidationError(_("A name cannot have invisible characters."))
    validate_visible(name)
