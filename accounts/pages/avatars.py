"""From a file somebody sent to a small picture of our own making."""

import secrets
import threading

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import Resampling
from PIL.JpegImagePlugin import JpegImageFile

from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE = 256
MAX_MEGABYTES = 8
MAX_SIDE = 20_000
# Decoded, a pixel takes four bytes. A JPEG is read at a fraction of its size, so a camera's is welcome; a progressive
# one is kept whole, with six bytes for a pixel.
MAX_PIXELS = 60_000_000
MAX_PIXELS_OF_OTHERS = 24_000_000
# Some ten make a progressive JPEG. Each is a few bytes and a walk over all pixels: 8 MB of them take half an hour.
MAX_SCANS = 100
START_OF_SCAN = b"\xff\xda"  # In the data of a JPEG 0xff is followed by 0x00, so nothing else looks like it there.
# However many send one at the same time, this many are in memory.
decoding = threading.BoundedSemaphore(2)


def draw_avatar(upload: File) -> ContentFile:
    """Return the picture in the middle of `upload` as a square WebP, without whatever else the file held.

    Raises ValidationError with a sentence for the person. What the file calls itself counts for nothing.
    """
    if upload.size > MAX_MEGABYTES * 1_000_000:
        raise ValidationError(
            fill_lazy(
                _("This file is larger than %(max_megabytes)s MB. Choose a smaller one."), max_megabytes=MAX_MEGABYTES
            )
        )
    with decoding:
        picture = crop(decode_picture(upload))
    content = ContentFile(b"", name=f"{secrets.token_urlsafe(12)}.webp")
    picture.save(content, "WEBP", quality=86, method=5)
    return content


def decode_picture(upload: File) -> Image.Image:
    try:
        image = Image.open(upload.file, formats=FORMATS)  # type: ignore[arg-type]
        check_picture_size(image)
        check_scans(image, upload)
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        image.load()
    except ValidationError:
        raise
    except UnidentifiedImageError:
        raise ValidationError(_("This is not a picture we can read. JPEG, PNG, WebP and GIF are.")) from None
    except Image.DecompressionBombError:
        raise too_many_pixels() from None
    except Exception as error:
        # On a file made to break them, the decoders raise nearly anything.
        raise ValidationError(_("This picture is damaged. Try another one.")) from error
    return image


def check_picture_size(image: Image.Image) -> None:
    """Refuse by the header alone, before a pixel is decoded."""
    width, height = image.size
    is_scaled = isinstance(image, JpegImageFile) and "progressive" not in image.info
    if max(width, height) > MAX_SIDE or width * height > (MAX_PIXELS if is_scaled else MAX_PIXELS_OF_OTHERS):
        raise too_many_pixels()


def check_scans(image: Image.Image, upload: File) -> None:
    if isinstance(image, JpegImageFile):
        upload.seek(0)
        if upload.read().count(START_OF_SCAN) > MAX_SCANS:
            raise ValidationError(_("This picture was made to be slow. Save it anew, or try another one."))


def too_many_pixels() -> ValidationError:
    return ValidationError(_("This picture has too many pixels. Choose a smaller one."))


def crop(image: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(image, in_place=True)  # without a copy of all the pixels
    mode = "RGBA" if image.has_transparency_data else "RGB"
    same = image if image.mode == mode else image.convert(mode)
    square = ImageOps.fit(same, (SIDE, SIDE), Resampling.LANCZOS)
    # A new picture has pixels only: no EXIF, no XMP, no colour profile, no comment.
    clean = Image.new(mode, square.size)
    clean.paste(square)
    return clean
