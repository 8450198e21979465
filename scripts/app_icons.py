#!/usr/bin/env python3
"""Draw static/app-icons/, the icons of an installed Hubbub, from the same mark as static/favicon.svg."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "app-icons"
GRID = 32  # units of the mark's coordinates
FINER = 8  # it is drawn so many times larger, and then scaled down
BLUE, WHITE, CLEAR = (60, 85, 184, 255), (255, 255, 255, 255), (0, 0, 0, 0)
STROKE = 3.6
CORNER = 9.5


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for size in (192, 512):
        save(draw(size, corner=CORNER), f"icon-{size}")
        # Launchers cut it to their own shape, so the mark stays within the inner four fifths, and the background
        # fills all.
        save(draw(size, corner=0, scale=0.8), f"maskable-{size}")
    save(draw(180, corner=0), "apple-touch-icon")  # iOS rounds the corners itself
    save(draw(96, ground=CLEAR, scale=1.35), "badge-96")  # Android uses only its shape


def draw(size: int, *, ground: tuple = BLUE, corner: float = 0, scale: float = 1) -> Image.Image:
    """Return the mark on its background. `scale`: the size of the mark."""
    whole = size * FINER
    image = Image.new("RGBA", (whole, whole), CLEAR)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, whole - 1, whole - 1), corner * whole / GRID, fill=ground)
    draw_mark(pen, whole, scale)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def draw_mark(pen: ImageDraw.ImageDraw, whole: int, scale: float) -> None:
    """Draw an h: a stem, and an arch with a leg."""
    unit = whole / GRID * scale

    def at(x: float, y: float) -> tuple[float, float]:
        return whole / 2 + (x - GRID / 2) * unit, whole / 2 + (y - GRID / 2) * unit

    half = STROKE / 2
    for x, top, bottom in ((11, 7.5, 24.5), (21, 19, 24.5)):
        pen.rectangle((*at(x - half, top), *at(x + half, bottom)), fill=WHITE)
    for x, y in ((11, 7.5), (11, 24.5), (21, 24.5)):
        pen.ellipse((*at(x - half, y - half), *at(x + half, y + half)), fill=WHITE)
    pen.arc((*at(11 - half, 14 - half), *at(21 + half, 24 + half)), 180, 360, fill=WHITE, width=round(STROKE * unit))


def save(image: Image.Image, name: str) -> None:
    image.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
