"""Images: they are decoded, turned upright, converted to sRGB, and encoded again, so that nothing but pixels remains.

This runs in the process of one file (child.py), whose limits end it where the bounds here do not.
"""

import base64
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from PIL import Image, ImageCms, JpegImagePlugin, UnidentifiedImageError, WebPImagePlugin
from PIL.Image import Resampling, Transpose

from files.processing.animations import measure_animation, save_animation
from files.processing.answers import ChildAnswer, ImageRefused
from files.processing.thumbhash import make_thumbhash
from files.refusal_codes import DAMAGED, TAKES_TOO_LONG, TOO_MANY_PIXELS

assert WebPImagePlugin.SUPPORTED, "Pillow has no WebP."

SMALL, LARGE = 480, 1920  # the longest sides of the thumbnails
HASH_SIDE = 32  # It has at most seven waves along a side. This takes 15 ms, and 100 would take 150 ms.
MOST_SIDE = 40_000
MOST_SCALED = 4  # A JPEG with up to so many times the pixels is decoded at half of its size.
# A progressive JPEG has some ten. A scan can be a few bytes long, and is a pass over all pixels.
MOST_SCANS = 100
START_OF_SCAN = b"\xff\xda"  # Unique: in the data of a JPEG, 0xff is followed by 0x00.
CHUNK_BYTES = 1024 * 1024
JPEG_QUALITY = 90
# Of the numbers of the first quantization table at that quality. A file with a higher sum has a lower quality: it is
# stored with its own tables, or it would grow without looking better.
JPEG_TABLE_SUM = 736
WEBP_QUALITY, SMALL_QUALITY, LARGE_QUALITY = 90, 75, 80
WEBP_SIDE = 16_383
WEBP_PIXELS = 24_000_000  # Its encoder needs more memory than JPEG's for a larger one, and ten seconds.
# WebP without loss takes a second for a megapixel; a larger one becomes PNG.
LOSSLESS_PIXELS = 4_000_000
# A large PNG is compressed less well: 48 megapixels would take half a minute.
LARGE_PNG_PIXELS, LARGE_PNG_LEVEL, PNG_LEVEL = 8_000_000, 1, 6

ORIENTATION = 0x0112
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
PLUGINS = {"AVIF": "PIL.AvifImagePlugin", "TIFF": "PIL.TiffImagePlugin", "HEIF": "pi_heif"}
ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
# Modes in which a pixel has more than a byte for a colour. As PNG they become 8 bits; as TIFF they are measurements.
DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")


class Source(NamedTuple):
    """What must be known of the uploaded image after its pixels have changed."""

    format: str
    is_lossless: bool
    tables: Any = None  # of a JPEG of low quality
    sampling: int = 2  # of its colours: 4:2:0


def process_image(file: BinaryIO, head: bytes, format: str, folder: Path, megapixels: int) -> ChildAnswer | None:
    """Store an image and its thumbnails in `folder`, or return None for one that is to be kept as it is.

    Raises ImageRefused, and anything that the decoders raise.
    """
    image = _open(file, format)
    if format == "TIFF" and _is_document(image):
        return None
    _check_size(image, megapixels)
    if format == "JPEG":
        _check_scans(file)
    animation = measure_animation(image)
    if animation:
        save_animation(image, animation, folder / "original")
        image.seek(0)
    image.load()
    source = _describe_source(image, head, format)
    picture = normalize(image)
    stored = "WEBP" if animation else _save_original(picture, source, folder / "original")
    return ChildAnswer(
        kind="image",
        content_type=Image.MIME[stored],
        ending=ENDINGS[stored],  # type: ignore[arg-type]
        source_type="image/heic" if format == "HEIF" else f"image/{format.lower()}",
        width=picture.width,
        height=picture.height,
        is_animated=bool(animation),
        thumbhash=_save_thumbnails(picture, folder),
    )


def normalize(image: Image.Image) -> Image.Image:
    """Return the pixels of a loaded image upright, in sRGB, as 1, L, P, LA, RGB or RGBA, and without metadata."""
    turn = UPRIGHT.get(_orientation_of(image))
    profile = image.info.get("icc_profile")
    transparency = image.info.get("transparency")
    if image.mode in DEEP_MODES:
        image = _as_bytes(image)
    image = _to_srgb(image, profile)
    if image.mode not in ("1", "L", "P", "LA", "RGB", "RGBA") or (transparency is not None and image.mode != "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "RGBA" and image.getextrema()[3][0] == 255:  # type: ignore[misc]
        image = image.convert("RGB")
    if turn is not None:
        image = image.transpose(turn)
    plain = Image.Image()._new(image.im)  # shares the pixels and the palette, and has no info
    if image.mode == "P":
        plain.palette = image.palette
        if transparency is not None:
            plain.info["transparency"] = transparency
    return plain


def _open(file: BinaryIO, format: str) -> Image.Image:
    if format in PLUGINS:
        plugin: Any = import_module(PLUGINS[format])
        if format == "HEIF":
            plugin.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
        elif format == "AVIF":
            plugin.DEFAULT_MAX_THREADS = 1
    file.seek(0)
    try:
        return Image.open(file, formats=[format])
    except UnidentifiedImageError:
        raise ImageRefused(DAMAGED) from None


def _is_document(image: Image.Image) -> bool:
    """Return whether a TIFF is more than a picture: several pages, or measurements. A picture of it would lose them."""
    return getattr(image, "n_frames", 1) > 1 or image.mode in (*DEEP_MODES, "LAB")


def _check_size(image: Image.Image, megapixels: int) -> None:
    """Refuse too many pixels by the header, before any is decoded. A JPEG from a camera may be decoded at half size."""
    most = megapixels * 1_000_000
    is_scaled = image.format in ("JPEG", "MPO") and "progressive" not in image.info
    if is_scaled and most < image.width * image.height <= MOST_SCALED * most:
        image.draft(None, ((image.width + 1) // 2, (image.height + 1) // 2))
    if max(image.size) > MOST_SIDE or image.width * image.height > most:
        raise ImageRefused(TOO_MANY_PIXELS)


def _check_scans(file: BinaryIO) -> None:
    file.seek(0)
    scans, end = 0, b""
    while chunk := file.read(CHUNK_BYTES):
        scans += (end + chunk).count(START_OF_SCAN)
        end = chunk[-1:]
    if scans > MOST_SCANS:
        raise ImageRefused(TAKES_TOO_LONG)


def _describe_source(image: Image.Image, head: bytes, format: str) -> Source:
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        tables = image.quantization if sum(image.quantization[0]) > JPEG_TABLE_SUM else None
        sampling = 0 if JpegImagePlugin.get_sampling(image) == 0 else 2
        return Source(format, False, tables if image.mode in ("L", "RGB") else None, sampling)
    is_lossless = format in ("PNG", "GIF") or (format == "WEBP" and b"VP8L" in head)
    return Source(format, is_lossless)


def _orientation_of(image: Image.Image) -> int:
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # broken metadata of an intact picture: there is hardly an exception that it cannot raise
        return 1


def _as_bytes(image: Image.Image) -> Image.Image:
    """Return a picture of 16 bits as one of 8."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256))
    return image.convert("L")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return image
    try:
        source = ImageCms.getOpenProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        space = source.profile.xcolor_space.strip()
        if space == "RGB":
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        elif space != image.mode:  # a profile of another kind of colours, or of greys
            return image
        mode = "RGB" if space == "CMYK" else image.mode
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile: browsers ignore it, too
        return image
    return converted or image


def _save_original(picture: Image.Image, source: Source, path: Path) -> str:
    """Store a picture in a format near to that of its source, and return the format."""
    format = _stored_format(picture, source)
    if format == "JPEG":
        if picture.mode not in ("L", "RGB"):
            picture = picture.convert("RGB")
        how: dict[str, Any] = {"quality": JPEG_QUALITY, "subsampling": source.sampling}
        if source.tables:
            how = {"qtables": source.tables, "subsampling": source.sampling}
        picture.save(path, "JPEG", **how)
    elif format == "PNG":
        is_large = picture.width * picture.height > LARGE_PNG_PIXELS
        picture.save(path, "PNG", compress_level=LARGE_PNG_LEVEL if is_large else PNG_LEVEL)
    elif source.is_lossless:
        picture.save(path, "WEBP", lossless=True, quality=50, method=2)
    else:
        picture.save(path, "WEBP", quality=WEBP_QUALITY, method=3)
    return format


def _stored_format(picture: Image.Image, source: Source) -> str:
    if source.format in ("PNG", "GIF"):
        return "PNG"
    pixels = picture.width * picture.height
    if source.is_lossless and pixels > LOSSLESS_PIXELS:
        return "PNG"
    if source.format in ("WEBP", "AVIF") and max(picture.size) <= WEBP_SIDE and pixels <= WEBP_PIXELS:
        return "WEBP"
    return "PNG" if picture.has_transparency_data else "JPEG"


def _save_thumbnails(picture: Image.Image, folder: Path) -> str:
    """Store both thumbnails, and return the thumbhash."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    large = _shrink(picture, LARGE)
    large.save(folder / "large", "WEBP", quality=LARGE_QUALITY, method=3)
    small = _shrink(large, SMALL)
    small.save(folder / "small", "WEBP", quality=SMALL_QUALITY, method=4)
    tiny = _shrink(small, HASH_SIDE).convert("RGBA")
    return base64.b64encode(make_thumbhash(*tiny.size, tiny.tobytes())).decode()


def _shrink(picture: Image.Image, side: int) -> Image.Image:
    longest = max(picture.size)
    if longest <= side:
        return picture
    width, height = (max(1, round(length * side / longest)) for length in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)
