"""Profile pictures: the conversion of an uploaded file into a small square picture without metadata."""

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
# A decoded pixel takes four bytes. A JPEG is decoded at a fraction of its size, so photos from cameras are fine; a
# progressive one is decoded in full, with six bytes for a pixel.
MAX_PIXELS = 60_000_000
MAX_PIXELS_OF_OTHERS = 24_000_000
# A progressive JPEG has some ten. A scan can be a few bytes long, and is a pass over all pixels: 8 MB of them take half
# an hour.
MAX_SCANS = 100
START_OF_SCAN = b"\xff\xda"  # Unique: in the data of a JPEG, 0xff is followed by 0x00.
# The number of pictures in memory at once, however many users upload one.
decoding = threading.BoundedSemaphore(2)


def draw_avatar(upload: File) -> ContentFile:
    """Return the centre of the picture in `upload` as a square WebP, without metadata.

    Raises ValidationError with a text for the user. The file's name and content type are ignored.
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
        raise ValidationError(_("This file isn't a picture that we can read. Use JPEG, PNG, WebP or GIF.")) from None
    except Image.DecompressionBombError:
        raise too_many_pixels() from None
    except Exception as error:
        # The decoders raise nearly any exception for a file that was made to break them.
        raise ValidationError(_("This picture is damaged. Try another one.")) from error
    return image


def check_picture_size(image: Image.Image) -> None:
    """Refuse a picture that is too large by its header, before any pixel is decoded."""
    width, height = image.size
    is_scaled = isinstance(image, JpegImageFile) and "progressive" not in image.info
    if max(width, height) > MAX_SIDE or width * height > (MAX_PIXELS if is_scaled else MAX_PIXELS_OF_OTHERS):
        raise too_many_pixels()


def check_scans(image: Image.Image, upload: File) -> None:
    if isinstance(image, JpegImageFile):
        upload.seek(0)
        if upload.read().count(START_OF_SCAN) > MAX_SCANS:
            raise ValidationError(_("This picture takes too long to process. Save it again, or try another one."))


def too_many_pixels() -> ValidationError:
    return ValidationError(_("This picture has too many pixels. Choose a smaller one."))


def crop(image: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(image, in_place=True)  # in place, to save a copy of all pixels
    mode = "RGBA" if image.has_transparency_data else "RGB"
    same = image if image.mode == mode else image.convert(mode)
    square = ImageOps.fit(same, (SIDE, SIDE), Resampling.LANCZOS)
    # A new image has only pixels: no EXIF, no XMP, no colour profile, no comment.
    clean = Image.new(mode, square.size)
    clean.paste(square)
    return clean
