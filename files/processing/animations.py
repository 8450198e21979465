"""Animated images: they are stored as animated WebP, within bounds."""

from pathlib import Path
from typing import NamedTuple

from PIL import Image

FORMATS = ("GIF", "WEBP", "PNG", "AVIF")
MOST_FRAMES = 1_000
MOST_PIXELS = 100_000_000  # of all frames together: of noise, encoding them takes about ten seconds
WEBP_SIDE = 16_383
# Browsers play frames of 10 ms and less so slowly, because of old GIFs that say 0.
SHORTEST_MS, USUAL_MS = 11, 100
LONGEST_MS = 60_000
QUALITY = 75


class Animation(NamedTuple):
    durations: list[int]  # of the frames, in milliseconds
    loop: int  # how often it plays; 0: without end


def measure_animation(image: Image.Image) -> Animation | None:
    """Return the animation of an image, None if it has only one frame, or is too large to be kept moving.

    It decodes the frames one by one: what headers say of their number is not believed. A frame that is damaged ends it.
    """
    if image.format not in FORMATS or not getattr(image, "is_animated", False):
        return None
    most = min(MOST_FRAMES, MOST_PIXELS // (image.width * image.height))
    if max(image.size) > WEBP_SIDE or (image.format != "GIF" and image.n_frames > most):  # type: ignore[attr-defined]
        return None
    loop = _loop_of(image)
    durations: list[int] = []
    try:
        while len(durations) <= most:
            image.seek(len(durations))
            image.load()
            durations.append(_duration_of(image))
    except (EOFError, OSError, SyntaxError, ValueError):
        pass
    image.seek(0)
    return Animation(durations, loop) if 1 < len(durations) <= most else None


def save_animation(image: Image.Image, animation: Animation, path: Path) -> None:
    """Store an animation as WebP, without the metadata of its image."""
    Frames(image, len(animation.durations)).save(
        path,
        "WEBP",
        save_all=True,
        duration=animation.durations,
        loop=animation.loop,
        quality=QUALITY,
        method=2,
    )


class Frames(Image.Image):
    """The first frames of an image as Pillow saves them: each is decoded when it is encoded, and one is in memory."""

    def __init__(self, image: Image.Image, number: int) -> None:
        super().__init__()
        self._image = image
        self.n_frames = number
        self.seek(0)

    def seek(self, frame: int) -> None:
        self._image.seek(frame)
        pixels = self._image.convert("RGBA" if self._image.has_transparency_data else "RGB")
        self.im, self._mode, self._size = pixels.im, pixels.mode, pixels.size

    def tell(self) -> int:
        return self._image.tell()


def _loop_of(image: Image.Image) -> int:
    loop = image.info.get("loop", 1 if image.format == "GIF" else 0)
    return loop if isinstance(loop, int) and 0 <= loop <= 0xFFFF else 0


def _duration_of(image: Image.Image) -> int:
    duration = image.info.get("duration", 0)
    if not isinstance(duration, int | float) or not duration >= SHORTEST_MS:
        return USUAL_MS
    return int(min(duration, LONGEST_MS))
