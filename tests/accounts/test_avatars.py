import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from accounts.pages import avatars
from tests.accounts.vocabulary import changed_profiles, errors, picture, signed_in, upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def here(ada):
    return signed_in(ada)


def show(browser, user):
    user.refresh_from_db()
    return browser.get(user.avatar.url)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_square_webp(here, ada, kind):
    assert here.save_profile(picture=upload(picture(kind))).status_code == 302
    response = show(here, ada)
    image = Image.open(io.BytesIO(response.content))
    assert (image.format, image.size) == ("WEBP", (256, 256))
    assert changed_profiles == [ada.pk]


def test_a_picture_is_served_with_headers_that_allow_no_script(here, ada, browser):
    here.save_profile(picture=upload(picture()))
    response = show(here, ada)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in response["Cache-Control"]
    assert browser.get(ada.avatar.url).status_code == 302


def test_metadata_is_removed(here, ada):
    exif = Image.Exif()
    exif[0x010E] = "my garden"
    here.save_profile(picture=upload(picture("JPEG", exif=exif, comment=b"secret")))
    content = show(here, ada).content
    assert b"garden" not in content
    assert b"secret" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_exif_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90°
    image = Image.new("RGB", (200, 200), "red")
    image.paste("blue", (0, 0, 200, 100))
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    drawn = Image.open(avatars.draw_avatar(upload(file.getvalue()))).convert("RGB")
    left, right = drawn.getpixel((20, 128)), drawn.getpixel((236, 128))
    assert left[0] > 200
    assert right[2] > 200


def test_transparency_is_kept():
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 100)).save(file, "PNG")
    assert Image.open(avatars.draw_avatar(upload(file.getvalue()))).getpixel((9, 9))[3] == 100


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "I;16"])
def test_every_pixel_format_is_accepted(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    file = io.BytesIO()
    Image.new(mode, (40, 40)).save(file, kind)
    assert Image.open(avatars.draw_avatar(upload(file.getvalue()))).size == (256, 256)


def test_large_photos_and_progressive_jpegs_are_accepted():
    for content in (picture("JPEG", size=(8_000, 6_000)), picture("JPEG", size=(4_000, 3_000), progressive=True)):
        assert Image.open(avatars.draw_avatar(upload(content))).size == (256, 256)


def test_the_old_picture_is_deleted_after_the_commit(here, ada, django_capture_on_commit_callbacks):
    here.save_profile(picture=upload(picture()))
    ada.refresh_from_db()
    old = ada.avatar.name
    with django_capture_on_commit_callbacks(execute=True):
        here.save_profile(picture=upload(picture()))
        assert default_storage.exists(old)
    ada.refresh_from_db()
    assert ada.avatar.name != old
    assert not default_storage.exists(old)
    assert default_storage.exists(ada.avatar.name)


def test_a_picture_can_be_removed(here, ada, django_capture_on_commit_callbacks):
    here.save_profile(picture=upload(picture()))
    ada.refresh_from_db()
    old = ada.avatar.name
    with django_capture_on_commit_callbacks(execute=True):
        here.save_profile(remove_picture="on")
    ada.refresh_from_db()
    assert not ada.avatar
    assert not default_storage.exists(old)


def bomb() -> bytes:
    """Return a tiny PNG whose header claims 60,000 × 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def endless() -> bytes:
    """Return a JPEG with very many scans."""
    content = picture("JPEG", progressive=True)
    last = content.rindex(avatars.START_OF_SCAN)
    return content[:-2] + content[last:-2] * avatars.MAX_SCANS + content[-2:]


@pytest.mark.parametrize(
    ("content", "name", "complaint"),
    [
        (SVG, "me.svg", "isn't a picture"),
        (SVG, "me.png", "isn't a picture"),
        (b"<html><script>alert(1)</script>", "me.png", "isn't a picture"),
        (b"%PDF-1.7", "me.jpg", "isn't a picture"),
        (b"GIF89a/*<svg/onload=alert(1)>*/", "me.gif", "isn't a picture"),
        (picture()[:-60], "cut.png", "damaged"),
        (picture("JPEG")[:400], "cut.jpg", "damaged"),
        (picture("WEBP")[:-20], "cut.webp", "damaged"),
        (picture("TIFF"), "me.tiff", "isn't a picture"),
        (bomb(), "bomb.png", "too many pixels"),
        (picture(size=(30_000, 1)), "long.png", "too many pixels"),
        (picture("GIF", size=(5_000, 5_000), mode="P"), "huge.gif", "too many pixels"),
        (picture("JPEG", size=(5_000, 5_000), progressive=True), "huge.jpg", "too many pixels"),
        (endless(), "endless.jpg", "takes too long"),
        (b"\0" * 8_000_001, "big.png", "larger than 8 MB"),
        (b"", "nothing.png", "empty"),
    ],
)
def test_a_bad_upload_is_refused_with_a_reason(here, ada, content, name, complaint):
    response = here.save_profile(picture=upload(content, name))
    assert response.status_code == 200
    assert complaint in errors(response)
    ada.refresh_from_db()
    assert not ada.avatar


def test_the_first_frame_of_an_animation_is_used(here, ada):
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    here.save_profile(picture=upload(file.getvalue()))
    image = Image.open(io.BytesIO(show(here, ada).content)).convert("RGB")
    assert getattr(image, "n_frames", 1) == 1
    assert image.getpixel((128, 128))[0] > 200


def test_data_after_the_pixels_is_removed(here, ada):
    here.save_profile(picture=upload(picture() + b"<script>alert(1)</script>"))
    assert b"script" not in show(here, ada).content


@pytest.mark.parametrize("name", ["..%2Fsecret_key", "x.svg", "nobody.webp", "%2e%2e/hubbub.sqlite3", "a%00.webp"])
def test_other_files_are_not_served(here, name):
    assert here.get(f"/media/avatars/{name}").status_code == 404
