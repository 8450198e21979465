"""What a name may be made of."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator

# Everything an @mention can carry, and nothing that makes a username look like an address.
username_validators = [
    RegexValidator(
        r"^\w(?:[\w.-]*\w)?\Z",
        "Use letters and digits, with . - or _ between them.",
    ),
    MaxLengthValidator(32, "A username has at most 32 characters."),
]

ZERO_WIDTH_JOINER = "\u200d"  # holds families and flags together


def validate_display_name(name: str) -> None:
    """Refuse characters that are not seen but change how the text around them is shown."""
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != ZERO_WIDTH_JOINER:
            raise ValidationError("A name cannot have invisible characters.")
