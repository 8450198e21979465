"""Tests of what is stored of an image: its pixels upright and in sRGB, nothing else, and in which format."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from files.names import replace_ending
from files.processing.images import normalize
from tests.files.pictures import HEIC, SEVERAL_HEIC, TRANSPARENT_HEIC, animated, encode, part, picture, processed

SECRET = b"SECRET-PLACE"
Turn = Image.Transpose
TURNS = [  # what undoes the orientations 2 to 8
    Turn.FLIP_LEFT_RIGHT, Turn.ROTATE_180, Turn.FLIP_TOP_BOTTOM, Turn.TRANSPOSE, Turn.ROTATE_270, Turn.TRANSVERSE,
    Turn.ROTATE_90,
]  # fmt: skip


def secrets_in(format: str) -> bytes:
    """Encode a picture with every kind of metadata that its format has, and something behind its end."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    how = {"exif": exif.tobytes(), "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    if format in ("JPEG", "WEBP", "AVIF"):
        how["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    if format in ("JPEG", "GIF"):
        how["comment"] = SECRET
    if format == "PNG":
        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text("Comment", SECRET.decode())
        how["pnginfo"].add_itxt("Title", SECRET.decode(), zip=False)
    return encode(picture(), format, **how) + SECRET


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_no_metadata_remains(tmp_path, format):
    content = secrets_in(format)
    assert SECRET in content
    outcome = processed(tmp_path, content, f"a.{'tif' if format == 'TIFF' else format.lower()}")
    assert outcome.kind == "image"
    for name, path in outcome.parts.items():
        stored = path.read_bytes()
        assert not any(
            word in stored for word in (SECRET, b"Exif", b"EXIF", b"eXIf", b"ICC", b"iCCP", b"xmpmeta", b"tEXt")
        )
        assert not part(outcome, name).getexif()


@pytest.mark.parametrize(
    "format, mode, name, stored, new_name",
    [
        ("JPEG", "RGB", "a.jpeg", "JPEG", ""),
        ("JPEG", "L", "a.jpg", "JPEG", ""),
        ("JPEG", "CMYK", "a.jpg", "JPEG", ""),
        ("PNG", "RGB", "a.png", "PNG", ""),
        ("PNG", "RGBA", "a.png", "PNG", ""),
        ("PNG", "P", "a.png", "PNG", ""),
        ("PNG", "1", "a.png", "PNG", ""),
        ("PNG", "LA", "a.png", "PNG", ""),
        ("PNG", "I;16", "a.png", "PNG", ""),
        ("GIF", "P", "a.GIF", "PNG", "a.png"),
        ("WEBP", "RGBA", "a.webp", "WEBP", ""),
        ("AVIF", "RGB", "a.avif", "WEBP", "a.webp"),
        ("AVIF", "RGBA", "a.avif", "WEBP", "a.webp"),
        ("BMP", "RGB", "a.bmp", "JPEG", "a.jpg"),
        ("BMP", "P", "a.dib", "JPEG", "a.dib.jpg"),
        ("TIFF", "RGB", "a.tiff", "JPEG", "a.jpg"),
        ("TIFF", "RGBA", "a.tif", "PNG", "a.png"),
    ],
)
def test_a_picture_keeps_its_looks(tmp_path, format, mode, name, stored, new_name):
    original = picture(mode)
    outcome = processed(tmp_path, encode(original, format), name)
    assert (outcome.refusal, outcome.kind, outcome.name) == ("", "image", new_name)
    assert outcome.source_type == f"image/{format.lower()}"
    assert outcome.content_type == f"image/{stored.lower()}"
    assert part(outcome).format == stored
    for name in outcome.parts:
        assert_looks_like(part(outcome, name), original)


def assert_looks_like(image: Image.Image, other: Image.Image) -> None:
    """Compare on white, in a few points."""
    assert image.size == other.size
    for x, y in ((8, 8), (56, 8), (8, 40), (56, 40), (32, 24)):
        assert max(abs(a - b) for a, b in zip(colour(image, x, y), colour(other, x, y), strict=True)) < 40


def colour(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    shown = Image.new("RGBA", image.size, "white")
    shown.alpha_composite(image.convert("RGBA"))
    return shown.crop((x - 4, y - 4, x + 4, y + 4)).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))[:3]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(format, orientation):
    """In this process: forty others would take ten seconds."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encode(picture(), format, exif=exif.tobytes())
    image = Image.open(BytesIO(content))
    image.load()
    turned = picture() if orientation == 1 else picture().transpose(TURNS[orientation - 2])
    assert turned.size == ((48, 64) if orientation > 4 else (64, 48))
    assert_looks_like(normalize(image), turned)


def test_heic_becomes_an_upright_jpeg(tmp_path):
    assert SECRET in HEIC
    outcome = processed(tmp_path, HEIC, "IMG_0001.HEIC")
    assert (outcome.name, outcome.content_type, outcome.source_type) == ("IMG_0001.jpg", "image/jpeg", "image/heic")
    assert (outcome.facts["width"], outcome.facts["height"]) == (48, 64)
    assert_looks_like(part(outcome), picture().transpose(Image.Transpose.ROTATE_270))
    assert SECRET not in outcome.parts["original"].read_bytes()


def test_heic_shows_its_primary_image_with_its_transparency_and_without_its_depth(tmp_path):
    alpha, depth = b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:hevc:2015:auxid:2"
    gain_map = b"urn:com:apple:gain".ljust(len(alpha), b"\0")  # of a photo with a high dynamic range
    assert alpha in TRANSPARENT_HEIC
    for content, mode, format in (
        (SEVERAL_HEIC, "RGB", "JPEG"),
        (TRANSPARENT_HEIC, "RGBA", "PNG"),
        (TRANSPARENT_HEIC.replace(alpha, depth), "RGB", "JPEG"),
        (TRANSPARENT_HEIC.replace(alpha, gain_map), "RGB", "JPEG"),
    ):
        outcome = processed(tmp_path, content, "IMG.HEIC")
        shown = part(outcome)
        assert (outcome.refusal, shown.format, shown.mode, part(outcome, "small").mode) == ("", format, mode, mode)
        assert "is_animated" not in outcome.facts
        assert_looks_like(shown, picture(mode))


def swapped_profile() -> bytes:
    """A profile in which red and green are swapped, and that does not say that it is sRGB."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"????"), (b"gXYZ", b"rXYZ"), (b"????", b"gXYZ")):
        content = content.replace(old, new)
    return content.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))


@pytest.mark.parametrize("mode, colour", [("RGB", (255, 0, 0)), ("RGBA", (255, 0, 0, 99)), ("P", (255, 0, 0))])
def test_colours_are_converted_to_srgb(tmp_path, mode, colour):
    image = Image.new("RGB" if mode == "P" else mode, (16, 16), colour).convert(mode)
    outcome = processed(tmp_path, encode(image, "PNG", icc_profile=swapped_profile()), "a.png")
    red, green, blue, alpha = part(outcome).convert("RGBA").getpixel((8, 8))
    assert (red < 10, green > 245, blue < 10, alpha) == (True, True, True, (*colour, 255)[3])


def test_a_broken_profile_is_ignored(tmp_path):
    content = encode(Image.new("RGB", (16, 16), "red"), "PNG", icc_profile=b"no profile" * 20)
    assert part(processed(tmp_path, content, "a.png")).getpixel((8, 8)) == (255, 0, 0)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_keeps_moving(tmp_path, format):
    outcome = processed(tmp_path, animated(format), f"a.{format.lower()}")
    assert outcome.facts["is_animated"] is True
    stored = part(outcome)
    assert (stored.format, stored.n_frames, stored.info["loop"]) == ("WEBP", 3, 0)
    seen = []
    for frame in range(3):
        stored.seek(frame)
        stored.load()
        seen.append((stored.info["duration"], stored.convert("RGB").getpixel((5, 5))))
    assert [duration for duration, _ in seen] == [80, 80, 80]
    assert len({colour for _, colour in seen}) == 3
    assert [part(outcome, name).n_frames for name in ("small", "large")] == [1, 1]


def test_a_gif_without_durations_plays_as_in_browsers(tmp_path):
    stored = part(processed(tmp_path, animated("GIF", duration=0), "a.gif"))
    stored.seek(1)
    stored.load()
    assert stored.info["duration"] == 100


def test_a_file_of_several_pages_or_deep_values_stays_as_it_is(tmp_path):
    for content in (animated("TIFF"), encode(Image.new("I;16", (8, 8), 40_000), "TIFF")):
        outcome = processed(tmp_path, content, "scan.tif")
        assert (outcome.kind, outcome.parts) == ("other", {"original": tmp_path / "upload"})


def test_a_raw_photo_is_not_replaced_by_its_preview(tmp_path):
    outcome = processed(tmp_path, encode(picture(), "TIFF"), "DSC_0001.NEF")
    assert (outcome.kind, outcome.content_type) == ("other", "application/octet-stream")


def test_a_jpeg_of_low_quality_does_not_grow(tmp_path):
    content = encode(picture(size=(640, 480)), "JPEG", quality=40)
    at_90 = encode(Image.open(tmp_path.joinpath("a").write_bytes(content) and tmp_path / "a"), "JPEG", quality=90)
    stored = processed(tmp_path, content, "a.jpg").parts["original"].stat().st_size
    assert stored < 1.1 * len(content) < len(at_90)


def test_an_opaque_alpha_channel_is_dropped(tmp_path):
    image = picture().convert("RGBA")
    assert part(processed(tmp_path, encode(image, "PNG"), "a.png")).mode == "RGB"


@pytest.mark.parametrize(
    "name, content_type, ending, expected",
    [
        ("IMG.HEIC", "image/jpeg", ".jpg", "IMG.jpg"),
        ("a.b.gif", "image/webp", ".webp", "a.b.webp"),
        ("photo", "image/jpeg", ".jpg", "photo.jpg"),
        ("v1.2 plan", "image/png", ".png", "v1.2 plan.png"),
        ("photo.JPEG", "image/jpeg", ".jpg", ""),
        ("photo.exe", "image/png", ".png", "photo.exe.png"),
    ],
)
def test_the_name_gets_the_ending_of_its_type(name, content_type, ending, expected):
    assert replace_ending(name, content_type, ending) == expected
