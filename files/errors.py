"""The errors of files that clients get. `status` is their HTTP status."""

from django.utils.translation import gettext_lazy as _

from realtime.shared.errors import CommandError, Forbidden, NotFound, StorageFull


class FilesOff(Forbidden):
    message = _("Files are turned off on this site.")


class UploadNotFound(NotFound):
    message = _("This upload doesn't exist any more. Add the file again.")


class FileTooLarge(CommandError):
    code = "file_too_large"
    status = 413


class QuotaFull(CommandError):
    code = "quota_full"
    status = 413


class SiteFull(StorageFull):
    """There is no room for the file: by the setting of the operator, or on the disk."""

    message = _("There's no room for more files on this server. Ask an administrator.")


class TypeNotAllowed(CommandError):
    code = "type_not_allowed"
    status = 415


class TooManyUploads(CommandError):
    code = "too_many_uploads"
    status = 429
    retry = True


class KeyInUse(CommandError):
    code = "conflict"
    status = 409
    message = _("This upload was begun with another file. Add the file again.")


class WrongOffset(CommandError):
    code = "wrong_offset"
    status = 409
    retry = True
    message = _("The upload continues at another position.")


class UploadBusy(CommandError):
    code = "upload_busy"
    status = 423
    retry = True
    message = _("This upload is being continued by another request.")


class ChecksumMismatch(CommandError):
    code = "checksum_mismatch"
    status = 460
    retry = True
    message = _("The file was damaged on its way. Try again.")


class BadUpload(CommandError):
    """A request that does not follow the protocol. Its message is for developers, and in English."""

    code = "bad_upload"
    status = 400

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status  # type: ignore[misc]
