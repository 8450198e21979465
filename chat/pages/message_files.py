"""The files of messages as the server renders them. static/js/elements/message-files.js renders the same."""

from math import ceil, floor
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from chat.models import Message

# The sizes of images and videos: static/js/helpers/file-layout.js.
WIDEST, HIGHEST, LEAST = 420, 320, 64
MOST_IN_A_ROW = 4
SMALL, LARGE = 480, 1920  # the longer sides of the thumbnails
NO_FILE = UUID(int=0)
# The lengths of names: static/js/helpers/file-words.js.
SHORT_NAME, NAME_END = 20, 12
ICONS = {"image": "image", "audio": "file-music", "video": "file-play", "text": "file-text"}
ARCHIVES = ("zip", "gzip", "x-tar", "x-7z-compressed", "x-bzip2", "x-xz", "zstd", "x-rar", "vnd.rar")


def show_files(message: Message) -> dict | None:
    """Return what the template shows of a message's files: images, which are in a grid, and the others."""
    if not message.files or message.deleted_at:
        return None
    images = [file for file in message.files if file["kind"] == "image"]
    lengths = row_lengths(len(images))
    return {
        "images": [show_image(file, length) for file, length in zip(images, lengths, strict=True)],
        "others": [show_file(file) for file in message.files if file["kind"] != "image"],
    }


def show_image(file: dict, row_length: int) -> dict:
    """Return an image. `srcset` and `sizes` have its widths in CSS pixels, so that the browser takes the right one."""
    small, large = [file_url(file["id"], part) for part in ("small", "large")]
    own = file.get("width") or 1, file.get("height") or 1
    width = shown_size(file)[0] if row_length == 1 else ceil(WIDEST / row_length * max(1, own[0] / own[1]))
    widths = [thumbnail_width(*own, side) for side in (SMALL, LARGE)]
    return show_file(file) | {
        "small": small,
        "srcset": f"{small} {widths[0]}w, {large} {widths[1]}w" if widths[0] < widths[1] else "",
        "sizes": f"{width}px",
        "row_length": row_length,
        "alt": file["alt"] or file["name"],
    }


def thumbnail_width(width: int, height: int, side: int) -> int:
    return floor(width * min(1, side / max(width, height)) + 0.5)


def show_file(file: dict) -> dict:
    return file | {
        "url": file_url(file["id"], file["name"]),
        "shown": shown_size(file),
        "name_parts": split_name(file["name"]),
        "icon": find_icon(file),
        "facts": facts_of(file),
    }


def file_url(file_id: str, part: str) -> str:
    """Return the URL of a file (its name) or of a thumbnail ("small", "large"): files/downloads/application.py."""
    return file_url_template().format(file=file_id, part=quote(part, safe="!'()*"))  # as encodeURIComponent


def file_url_template() -> str:
    return reverse("file", args=[NO_FILE, "part"]).replace(f"{NO_FILE}/part", "{file}/{part}")


def find_icon(file: dict) -> str:
    if file["type"].removeprefix("application/") in ARCHIVES:
        return "file-archive"
    return ICONS.get(file["kind"], "file")


def shown_size(file: dict) -> tuple[int, int]:
    """Return the width and the height in which a single image or a video is shown."""
    width, height = file.get("width"), file.get("height")
    if not width or not height:
        width, height = WIDEST, WIDEST * 9 / 16
    scale = min(1, WIDEST / width, HIGHEST / height)
    return max(LEAST, floor(width * scale + 0.5)), max(LEAST, floor(height * scale + 0.5))


def row_lengths(count: int) -> list[int]:
    """Return how many images share the row of each image."""
    if count < MOST_IN_A_ROW:
        return [count] * count
    rows = 2 if count == MOST_IN_A_ROW else ceil(count / MOST_IN_A_ROW)
    return [length for row in range(rows) for length in [(count + row) // rows] * ((count + row) // rows)]


def split_name(name: str) -> tuple[str, str]:
    """Return a long name in two parts: where there is no room the first one is cut, and the extension stays."""
    return (name, "") if len(name) <= SHORT_NAME else (name[:-NAME_END], name[-NAME_END:])


def facts_of(file: dict) -> str:
    """Return the size of a file, and how long it is if it has a duration."""
    if not file.get("duration"):
        return file_size(file["size"])
    minutes, seconds = divmod(floor(file["duration"] + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    length = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{file_size(file['size'])} · {length}"


def file_size(size: int) -> str:
    """Return "12 kB" or "3.4 MB"."""
    if size < 1_000:
        return ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": size}
    if size < 999_500:
        return gettext("%(number)s kB") % {"number": short_number(size / 1e3)}
    if size < 999_500_000:
        return gettext("%(number)s MB") % {"number": short_number(size / 1e6)}
    return gettext("%(number)s GB") % {"number": short_number(size / 1e9)}


def short_number(number: float) -> str:
    tenths = floor(number * 10 + 0.5)
    if tenths % 10 and tenths < 100:
        return number_format(tenths / 10, 1)
    return number_format(floor(number + 0.5), 0)
