"""Why a file was refused after its upload: the codes in `StoredFile.refusal`, each with a sentence for its owner."""

from files.conf import files_setting
from files.models import StoredFile
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LOST, FAILED, TYPE = "lost", "failed", "type_not_allowed"

SENTENCES = {
    LOST: _("“%(name)s” got lost on the server. Add it again."),
    FAILED: _("“%(name)s” couldn't be processed. Try another file."),
    TYPE: _("“%(name)s” can't be sent here. These files can: %(types)s."),
}


def sentence_of(file: StoredFile) -> str:
    """Return why this file was refused, as a lazy text."""
    sentence = SENTENCES.get(file.refusal, SENTENCES[FAILED])
    return fill_lazy(sentence, name=file.name, types=", ".join(files_setting("FILE_TYPES")))
