"""What a notification shows of a message: the beginning of its text, or which files it has if it has no text."""

from accounts.names.bidi_isolation import isolate
from chat.models import Message
from chat.text.plain_text import excerpt
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

ONE_FILE = {"image": _("Sent a picture"), "video": _("Sent a video"), "audio": _("Sent a sound")}


def summarize(message: Message) -> str:
    """Return what a notification shows of a message; the words about files are a lazy text."""
    return excerpt(message.html) or summarize_files(message.files or [])


def summarize_files(files: list[dict]) -> str:
    if not files:
        return ""
    if len(files) == 1:
        [file] = files
        if file.get("voice"):
            return _("Sent a voice message")
        return ONE_FILE.get(file["kind"]) or fill_lazy(_("Sent “%(name)s”"), name=isolate(file["name"]))
    if all(file["kind"] == "image" for file in files):
        return fill_lazy(_("Sent %(count)s pictures"), count=len(files))
    return fill_lazy(_("Sent %(count)s files"), count=len(files))
