"""Thumbhash: a placeholder of an image in about 25 bytes.

The algorithm is https://evanw.github.io/thumbhash/ (Evan Wallace, MIT): the first terms of a cosine transform of
brightness, two colour differences and opacity, four bits each. The order of the sums is that of its JavaScript, so
that the result is the same to the last bit.
"""

from collections.abc import Sequence
from math import cos, floor, pi
from typing import NamedTuple

MOST_SIDE = 100


class Channel(NamedTuple):
    """The terms of a channel: its average, the others as four bits each, and what those are multiplied with."""

    average: float
    terms: list[float]
    scale: float


def make_thumbhash(width: int, height: int, rgba: bytes) -> bytes:
    """Return the hash of an image of at most 100 × 100 pixels, four bytes for a pixel."""
    if max(width, height) > MOST_SIDE:
        raise ValueError(f"{width} × {height} is more than {MOST_SIDE} × {MOST_SIDE}")
    lightness, yellow_blue, red_green, opacity = _channels(rgba)
    has_alpha = sum(opacity) < width * height
    limit, longest = (5 if has_alpha else 7), max(width, height)
    lx, ly = max(1, _round(limit * width / longest)), max(1, _round(limit * height / longest))
    size = (width, height)
    light = _transform(lightness, size, max(3, lx), max(3, ly))
    yellow = _transform(yellow_blue, size, 3, 3)
    red = _transform(red_green, size, 3, 3)
    is_landscape = width > height
    header24 = (
        _round(63 * light.average)
        | _round(31.5 + 31.5 * yellow.average) << 6
        | _round(31.5 + 31.5 * red.average) << 12
        | _round(31 * light.scale) << 18
        | has_alpha << 23
    )
    header16 = (
        (ly if is_landscape else lx) | _round(63 * yellow.scale) << 3 | _round(63 * red.scale) << 9 | is_landscape << 15
    )
    header = header24.to_bytes(3, "little") + header16.to_bytes(2, "little")
    channels = [light, yellow, red]
    if has_alpha:
        alpha = _transform(opacity, size, 5, 5)
        header += bytes([_round(15 * alpha.average) | _round(15 * alpha.scale) << 4])
        channels.append(alpha)
    return header + _pack([term for channel in channels for term in channel.terms])


def _channels(rgba: bytes) -> list[list[float]]:
    """Return brightness, yellow to blue, red to green and opacity of each pixel, over the average colour."""
    red_sum = green_sum = blue_sum = alpha_sum = 0.0
    for at in range(0, len(rgba), 4):
        alpha = rgba[at + 3] / 255
        red_sum += alpha / 255 * rgba[at]
        green_sum += alpha / 255 * rgba[at + 1]
        blue_sum += alpha / 255 * rgba[at + 2]
        alpha_sum += alpha
    if alpha_sum:
        red_sum, green_sum, blue_sum = red_sum / alpha_sum, green_sum / alpha_sum, blue_sum / alpha_sum
    channels: list[list[float]] = [[], [], [], []]
    for at in range(0, len(rgba), 4):
        alpha = rgba[at + 3] / 255
        red = red_sum * (1 - alpha) + alpha / 255 * rgba[at]
        green = green_sum * (1 - alpha) + alpha / 255 * rgba[at + 1]
        blue = blue_sum * (1 - alpha) + alpha / 255 * rgba[at + 2]
        values = ((red + green + blue) / 3, (red + green) / 2 - blue, red - green, alpha)
        for channel, value in zip(channels, values, strict=True):
            channel.append(value)
    return channels


def _transform(channel: Sequence[float], size: tuple[int, int], nx: int, ny: int) -> Channel:
    width, height = size
    average = scale = 0.0
    terms: list[float] = []
    for cy in range(ny):
        rows = [cos(pi / height * cy * (y + 0.5)) for y in range(height)]
        cx = 0
        while cx * ny < nx * (ny - cy):
            columns = [cos(pi / width * cx * (x + 0.5)) for x in range(width)]
            total, at = 0.0, 0
            for row in rows:
                for column in columns:
                    total += channel[at] * column * row
                    at += 1
            total /= width * height
            if cx or cy:
                terms.append(total)
                scale = max(scale, abs(total))
            else:
                average = total
            cx += 1
    if scale:
        terms = [0.5 + 0.5 / scale * term for term in terms]
    return Channel(average, terms, scale)


def _pack(terms: Sequence[float]) -> bytes:
    """Return two terms, from 0 to 1, in each byte, the first in the lower half."""
    nibbles = [_round(15 * term) for term in terms] + [0]
    return bytes(nibbles[at] | nibbles[at + 1] << 4 for at in range(0, len(terms), 2))


def _round(number: float) -> int:
    """Round as JavaScript's Math.round does: a half up."""
    return floor(number + 0.5)
