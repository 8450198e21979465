"""The deletion of files from the site's storage, which may be a disk or a service that does not answer."""

from contextlib import suppress

from django.core.files.storage import FileSystemStorage, default_storage

from files.models import StoredFile


def delete_stored(file: StoredFile) -> None:
    """Delete all stored parts of a file. A missing part is no error. Raises the errors of the storage."""
    for name in file.stored.values():
        default_storage.delete(name)
    if not isinstance(default_storage, FileSystemStorage):
        return  # other storages have no folders
    for folder in {name.rpartition("/")[0] for name in file.stored.values()}:
        with suppress(OSError):  # not empty, after all
            default_storage.delete(folder)
