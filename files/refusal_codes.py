"""The codes of refused files, as they are stored in `StoredFile.refusal`. refusals.py has a sentence for each."""

from typing import Final

LOST, FAILED, TYPE = "lost", "failed", "type_not_allowed"
DAMAGED: Final = "damaged"
TOO_MANY_PIXELS: Final = "too_many_pixels"
TAKES_TOO_LONG: Final = "takes_too_long"
INFECTED, NOT_SCANNED = "infected", "not_scanned"
SCANNER_AWAY = "scanner_away"  # of a file that is not refused, but waits
