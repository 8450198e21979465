"""Why a file was refused after its upload, or waits: a sentence for its owner for each code in `StoredFile.refusal`."""

from files.conf import files_setting, limits
from files.models import StoredFile
from files.refusal_codes import (
    DAMAGED,
    FAILED,
    INFECTED,
    LOST,
    NOT_SCANNED,
    SCANNER_AWAY,
    TAKES_TOO_LONG,
    TOO_MANY_PIXELS,
    TYPE,
)
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

SENTENCES = {
    LOST: _("“%(name)s” got lost on the server. Add it again."),
    FAILED: _("“%(name)s” couldn't be processed. Try another file."),
    DAMAGED: _("“%(name)s” is damaged. Save it again, or send it as a ZIP file."),
    TOO_MANY_PIXELS: _("“%(name)s” is too large to be shown. Send up to %(megapixels)s megapixels, or a ZIP file."),
    TAKES_TOO_LONG: _("“%(name)s” takes too long to process. Save it again, or send it as a ZIP file."),
    INFECTED: _("“%(name)s” was removed: the virus scanner found something in it."),
    NOT_SCANNED: _("“%(name)s” is too large for this site's virus scanner. Send a smaller file."),
    SCANNER_AWAY: _("“%(name)s” waits for the virus scanner, which doesn't answer. You don't need to do anything."),
    TYPE: _("“%(name)s” can't be sent here. These files can: %(types)s."),
}


def sentence_of(file: StoredFile) -> str:
    """Return why this file was refused or waits, as a lazy text."""
    sentence = SENTENCES.get(file.refusal, SENTENCES[FAILED])
    return fill_lazy(
        sentence,
        name=file.name,
        types=", ".join(files_setting("FILE_TYPES")),
        megapixels=limits.IMAGE_MEGAPIXELS,
    )
