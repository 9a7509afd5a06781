"""The two icons of the app package, drawn here: a speech bubble with a tick, and two who see it too.

Shapes are told by how far a point is from their edge, negative inside, in a square of 48; a pixel at an edge is as
much covered as its middle lies inside. Sizes and colours are those that Teams asks for: 192 by 192 pixels in colour,
and 32 by 32 in white on nothing.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable

COLOUR, OUTLINE = 192, 32
SQUARE = 48.0
PAPER, BUBBLE, TICK, DOTS = (0xF7, 0xF3, 0xE8), (0x0D, 0x5A, 0x54), (0xF7, 0xF3, 0xE8), (0xF7, 0xC8, 0x73)
WHITE = (0xFF, 0xFF, 0xFF)

Point = tuple[float, float]
Shape = Callable[[float, float], float]
Colour = tuple[int, int, int]
Pixel = tuple[int, int, int, int]


def colour_icon() -> bytes:
    """The icon in colour, as PNG, with room around the bubble for clients that round the corners."""
    layers: list[tuple[Shape, Colour]] = [(_bubble, BUBBLE), (_tick(2.25), TICK), (_dots, DOTS)]

    def pixel(x: float, y: float) -> Pixel:
        shade: tuple[float, ...] = PAPER
        for shape, colour in layers:
            cover = _cover(_smaller(shape)(x, y), COLOUR)
            shade = tuple(under + (over - under) * cover for under, over in zip(shade, colour, strict=True))
        red, green, blue = (round(each) for each in shade)
        return red, green, blue, 255

    return _png(COLOUR, pixel)


def outline_icon() -> bytes:
    """The icon in white on nothing, as PNG."""

    def pixel(x: float, y: float) -> Pixel:
        edge = abs(_bubble(x, y) + 1.5) - 1.5
        return *WHITE, round(255 * _cover(min(edge, _tick(1.9)(x, y), _dots(x, y)), OUTLINE))

    return _png(OUTLINE, pixel)


def _bubble(x: float, y: float) -> float:
    return min(_box(x, y, (2, 4), (46, 37), 4), _triangle(x, y, (11, 36), (22, 36), (11, 46)))


def _tick(half_width: float) -> Shape:
    points = ((10.0, 20.0), (15.0, 26.0), (24.0, 14.0))
    return lambda x, y: min(_line(x, y, points[0], points[1]), _line(x, y, points[1], points[2])) - half_width


def _dots(x: float, y: float) -> float:
    return min(math.dist((x, y), (29, 26)), math.dist((x, y), (36, 26))) - 2.6


def _smaller(shape: Shape, scale: float = 0.72) -> Shape:
    middle = (24.0, 25.0)
    return lambda x, y: shape(middle[0] + (x - 24) / scale, middle[1] + (y - 24) / scale) * scale


def _box(x: float, y: float, low: Point, high: Point, radius: float) -> float:
    across = abs(x - (low[0] + high[0]) / 2) - (high[0] - low[0]) / 2 + radius
    down = abs(y - (low[1] + high[1]) / 2) - (high[1] - low[1]) / 2 + radius
    return math.hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - radius


def _triangle(x: float, y: float, *corners: Point) -> float:
    edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    sides = [(end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]) for start, end in edges]
    inside = all(side >= 0 for side in sides)
    away = min(_line(x, y, start, end) for start, end in edges)
    return -away if inside else away


def _line(x: float, y: float, start: Point, end: Point) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    part = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    part = min(max(part, 0.0), 1.0)
    return math.dist((x, y), (start[0] + along[0] * part, start[1] + along[1] * part))


def _cover(distance: float, size: int) -> float:
    return min(max(0.5 - distance * size / SQUARE, 0.0), 1.0)


def _png(size: int, pixel: Callable[[float, float], Pixel]) -> bytes:
    """A square picture with red, green, blue and how much is covered, by the PNG specification."""
    places = [(each + 0.5) * SQUARE / size for each in range(size)]
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in places) for y in places)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
