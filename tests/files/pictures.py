"""Small pictures for tests of processing, and the processing of bytes."""

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from files.outcomes import Outcome
from files.processing.processes import process

# picture(), to be turned by its EXIF, which has a description and GPS, too. Made by pillow-heif.
HEIC = Path(__file__).with_name("turned.heic").read_bytes()
# A blue image, picture() as the primary one, and a green one; and picture("RGBA"). Made by pillow-heif, too.
SEVERAL_HEIC = Path(__file__).with_name("several.heic").read_bytes()
TRANSPARENT_HEIC = Path(__file__).with_name("transparent.heic").read_bytes()


@cache
def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A picture that is red on the left, and green below: so one sees how it is turned."""
    left = Image.linear_gradient("L").rotate(90).resize(size)
    below = Image.linear_gradient("L").resize(size)
    rgb = Image.merge("RGB", (left, below, Image.new("L", size, 60)))
    if mode in ("RGBA", "LA"):
        rgb.putalpha(below)
    return rgb.convert(mode)


def encode(image: Image.Image, format: str, **how) -> bytes:
    content = BytesIO()
    image.save(content, format, **how)
    return content.getvalue()


def animated(format: str, frames: int = 3, size: tuple[int, int] = (32, 24), **how) -> bytes:
    """Encode frames of one colour each, none of which is the one before."""
    images = [Image.new("RGB", size, (255 - 60 * (at % 4), 90 * (at % 3), 40 * (at % 5))) for at in range(frames)]
    return encode(images[0], format, save_all=True, append_images=images[1:], **{"duration": 80, "loop": 0} | how)


def processed(folder: Path, content: bytes, name: str = "file", facts=None) -> Outcome:
    """Process bytes as an upload in `folder`, under a declared type that is wrong."""
    upload = folder / "upload"
    upload.write_bytes(content)
    return process(upload, name, "application/x-wrong", facts or {})


def part(outcome: Outcome, name: str = "original") -> Image.Image:
    image = Image.open(outcome.parts[name])
    image.load()
    return image
