"""`python -m tests.teams.pictures` draws cards and dialogs with Microsoft's renderer, for the documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from adapters.teams.draw import render
from adapters.teams.draw.button_data import MessageRef
from bot.interface.platforms import offered
from bot.screens import screens
from tests.adaptive_cards import Renderer
from tests.browsers import QUIET, find
from tests.npm_packages import MARKDOWN, PACKAGES, RENDERER

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000
WIDTH = 600
_FRAMED = """
([title, sender]) => {
  const card = document.getElementById("card");
  const frame = document.createElement("div");
  frame.id = "frame";
  frame.style = "background: #ebebeb; padding: 16px; box-sizing: border-box; font-family: 'Segoe UI', sans-serif";
  const head = document.createElement("div");
  head.innerText = title || sender;
  head.style = "padding: 4px 12px 10px; color: #424242; font: 600 " + (title ? "18px" : "14px") + " sans-serif";
  const page = document.createElement("div");
  page.style = "background: #fff; border-radius: 6px; padding: 4px; box-shadow: 0 1px 3px #0003";
  card.replaceWith(frame);
  (title ? page : frame).append(head);
  page.append(card);
  frame.append(page);
}
"""


def draw(page: Page, name: str, card: Mapping[str, Any], title: str = "") -> None:
    """Take the picture of a card, in the frame of a message or of a dialog with that title."""
    scripts = (MARKDOWN.read("dist/browser/markdown-it.umd.min.js"), RENDERER.read("dist/adaptivecards.min.js"))
    renderer = Renderer(page, scripts, WIDTH)
    assert renderer.draw(card) == []
    page.evaluate(_FRAMED, [title, "Deliverable"])
    path = FOLDER / name
    page.locator("#frame").screenshot(path=path)
    assert path.stat().st_size < MOST_BYTES, f"{name} is too large"


def main() -> int:
    """Take them all; gives the exit code."""
    browser = find()
    if browser is None or not all(each.is_whole for each in PACKAGES):
        print("This needs a Chromium and Microsoft's renderer: python -m tests.browsers; python -m tests.npm_packages")
        return 1
    shown = screens()
    dialog = render.dialog(shown["flag form: small group"])
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=arguments).new_page()
        draw(page, "teams-card.png", render.card(shown["policy card"]))  # type: ignore[arg-type]
        draw(page, "teams-dialog.png", dialog["card"]["content"], dialog["title"])
        digest = offered(shown["digest"], "teams")
        draw(page, "teams-digest.png", render.card(digest))  # type: ignore[arg-type]
        draw(page, "teams-answer.png", render.in_place(shown["answer form"], MessageRef()))  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
