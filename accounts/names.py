"""What a name may be made of."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator

UNSEEN = {"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"}  # categories: controls, marks on nothing, spaces
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol, and drawn as nothing


def is_visible(text: str) -> bool:
    """Say whether there is anything in a text that can be seen."""
    return any(character not in BLANKS and unicodedata.category(character) not in UNSEEN for character in text)


def validate_visible(name: str) -> None:
    if not is_visible(name):
        raise ValidationError("A name needs something that can be seen.")


# Everything an @mention can carry, and nothing that makes a username look like an address.
username_validators = [
    RegexValidator(
        r"^\w(?:[\w.-]*\w)?\Z",
        "Use letters and digits, with . - or _ between them.",
    ),
    MaxLengthValidator(32, "A username has at most 32 characters."),
    validate_visible,
]

ZERO_WIDTH_JOINER = "\u200d"  # holds families and flags together


def validate_display_name(name: str) -> None:
    """Refuse characters that are not seen but change how the text around them is shown."""
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != ZERO_WIDTH_JOINER:
            raise ValidationError("A name cannot have invisible characters.")
    validate_visible(name)
