"""The codes of refused files, as they are stored in `StoredFile.refusal`. refusals.py has a sentence for each."""

LOST, FAILED, TYPE = "lost", "failed", "type_not_allowed"
DAMAGED, TOO_MANY_PIXELS, TAKES_TOO_LONG = "damaged", "too_many_pixels", "takes_too_long"
INFECTED, NOT_SCANNED = "infected", "not_scanned"
SCANNER_AWAY = "scanner_away"  # of a file that is not refused, but waits
