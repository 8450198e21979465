"""Tests of thumbhash against what the reference implementation returns (thumbhash 0.1.1 on npm, rgbaToThumbHash)."""

from base64 import b64decode, b64encode

import pytest

from files.processing.thumbhash import make_thumbhash


def pixels(width: int, height: int, seed: int, has_alpha: bool) -> bytes:
    """Return noise on two gradients, the same that the reference got."""
    noise = bytearray()
    for _ in range(width * height * 4):
        seed = (seed * 1664525 + 1013904223) % 2**32
        noise.append(seed >> 24)
    for at in range(width * height):
        y, x = divmod(at, width)
        noise[4 * at] = int(noise[4 * at] + 255 * x / width) >> 1
        noise[4 * at + 1] = int(noise[4 * at + 1] + 255 * y / height) >> 1
        if not has_alpha:
            noise[4 * at + 3] = 255
    return bytes(noise)


@pytest.mark.parametrize(
    "width, height, seed, has_alpha, expected",
    [
        (32, 24, 1, False, "3/cFHY5whYaBiId5hmiHiJFgB/d3"),
        (24, 32, 2, False, "H/gFHQ6AdoF3iHd3d4iIiIBxCPeH"),
        (32, 32, 3, True, "3weGFQYIgIaAeHlomHBgBvh3lZecl7gJ6w=="),
        (100, 1, 4, False, "Wmc2IZp3eHeIiAiIcYc/hwg="),
        (1, 1, 5, False, "z4cdByAI9wiIh4hwj3CI+AiIcH/494cP"),
        (1, 1, 6, True, "32K9VSfdCPeIh3B/+PeHf3/4CPeIh3B/+A=="),
        (100, 100, 7, True, "3weGFQYHgIZweIdnd3BwB/iHdVePuM1Ydg=="),
        (33, 7, 8, True, "3xeGEYYYcoeAiHZgcQb4d6p5n9czpWc="),
        (5, 90, 9, False, "n+cFGQyAgWh3dneIY2AI+Ig="),
        (64, 36, 10, False, "3/cFHIxwdnhwd3d4iHZwcAf4eA=="),
    ],
)
def test_it_equals_the_reference(width, height, seed, has_alpha, expected):
    assert b64encode(make_thumbhash(width, height, pixels(width, height, seed, has_alpha))).decode() == expected


@pytest.mark.parametrize(
    "colour, expected",
    [
        ((0, 0, 0, 255), "AAgCBIAAAAAAAAAAAAAAAAAAAA=="),
        ((255, 255, 255, 255), "PwgCBIB3eIiPd4d4h4gAAAAAAA=="),
        ((0, 0, 0, 0), "AAiCA4AAAAAAAAAAAAAAAAAAAAAAAAA="),
        ((200, 30, 90, 128), "2liDA4AIa3l4d4BPdokgWXh4d4hwV4g="),
    ],
)
def test_a_single_colour_equals_the_reference(colour, expected):
    """Its averages do. The other terms are rounding errors, of this machine's cosine, and count nothing: scale is 0."""
    found, reference = make_thumbhash(32, 20, bytes(colour) * 640), b64decode(expected)
    header = 6 if colour[3] < 255 else 5
    assert (found[:header], len(found)) == (reference[:header], len(reference))
    assert int.from_bytes(found[:3], "little") >> 18 & 31 == 0


def test_larger_pictures_are_refused():
    with pytest.raises(ValueError, match="101"):
        make_thumbhash(101, 1, bytes(404))
