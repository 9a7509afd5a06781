"""The icons of the app package, rendered by a browser from their SVG source: `python -m tests.teams.package.icons`."""

from __future__ import annotations

import os
import struct
import sys
import zlib

from playwright.sync_api import Page, sync_playwright

from tests.browsers import QUIET, find
from tests.shape.tree import ROOT

FOLDER = ROOT / "adapters" / "teams" / "package"
SIZES = {"color": 192, "outline": 32}
RENDER = """async ([source, size]) => {
  const image = new Image()
  image.src = 'data:image/svg+xml,' + encodeURIComponent(source)
  await image.decode()
  const canvas = Object.assign(document.createElement('canvas'), {width: size, height: size})
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0, size, size)
  return Array.from(context.getImageData(0, 0, size, size).data)
}"""

Pixel = tuple[int, int, int, int]


def rendered(page: Page, name: str) -> list[Pixel]:
    """The pixels of an icon's source, row by row, as (red, green, blue, alpha)."""
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    values: list[int] = page.evaluate(RENDER, [source, SIZES[name]])
    found = [(values[at], values[at + 1], values[at + 2], values[at + 3]) for at in range(0, len(values), 4)]
    # A canvas forgets the colour of what it cannot see. Teams asks for white, and nothing else, in the outline.
    return [(255, 255, 255, each[3]) for each in found] if name == "outline" else found


def png(size: int, pixels: list[Pixel]) -> bytes:
    """A square picture with eight bits a channel and no filter, by the PNG specification."""
    rows = (b"".join(map(bytes, pixels[at : at + size])) for at in range(0, len(pixels), size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def main() -> int:
    """Write the PNG files again from the sources; gives the exit code."""
    browser = find()
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=arguments).new_page()
        for name, size in SIZES.items():
            (FOLDER / f"{name}.png").write_bytes(png(size, rendered(page, name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
