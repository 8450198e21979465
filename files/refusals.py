"""Why a file was refused after its upload: the codes in `StoredFile.refusal`, each with a sentence for its owner."""

from files.conf import files_setting, limits
from files.models import StoredFile
from files.processing.answers import DAMAGED, TAKES_TOO_LONG, TOO_MANY_PIXELS
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LOST, FAILED, TYPE = "lost", "failed", "type_not_allowed"

SENTENCES = {
    LOST: _("“%(name)s” got lost on the server. Add it again."),
    FAILED: _("“%(name)s” couldn't be processed. Try another file."),
    DAMAGED: _("“%(name)s” is damaged. Save it again, or send it as a ZIP file."),
    TOO_MANY_PIXELS: _("“%(name)s” is too large to be shown. Send up to %(megapixels)s megapixels, or a ZIP file."),
    TAKES_TOO_LONG: _("“%(name)s” takes too long to process. Save it again, or send it as a ZIP file."),
    TYPE: _("“%(name)s” can't be sent here. These files can: %(types)s."),
}


def sentence_of(file: StoredFile) -> str:
    """Return why this file was refused, as a lazy text."""
    sentence = SENTENCES.get(file.refusal, SENTENCES[FAILED])
    return fill_lazy(
        sentence,
        name=file.name,
        types=", ".join(files_setting("FILE_TYPES")),
        megapixels=limits.IMAGE_MEGAPIXELS,
    )
