"""The texts of files that search looks at: the beginning of each text file, in the database.

The storage may be a service far away, and a search has no time to read it.
"""

import codecs
from collections.abc import Collection, Iterable
from pathlib import Path
from uuid import UUID

from files.models import FileText, StoredFile
from files.processing.text_content import encoding_of

SEARCHED_BYTES = 100_000  # of each file: a long log would fill the index


def keep_text(file: StoredFile, text: str) -> None:
    """Keep the beginning of a text file, in the transaction in which the file becomes ready."""
    FileText.objects.update_or_create(file=file, defaults={"text": text})


def read_beginning(path: Path) -> str:
    """Return the beginning of a file that is text, as its processing found out."""
    with path.open("rb") as file:
        content = file.read(SEARCHED_BYTES)
    # The end may be in the middle of a character, which is left out.
    return codecs.getincrementaldecoder(encoding_of(content))().decode(content)


def read_texts(keys: Collection[UUID]) -> dict[UUID, str]:
    """Return the texts of these files, of those that have one."""
    return dict(FileText.objects.filter(file__key__in=keys).values_list("file__key", "text"))


def forget_texts(files: Iterable[StoredFile]) -> None:
    FileText.objects.filter(file__in=[file.pk for file in files]).delete()
