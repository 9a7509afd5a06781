"""Microsoft's own card renderer in a browser: what a card looks like, what it says, and what its buttons send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

# As in Teams, TextBlocks are read as Markdown. The sizes are close to those of its clients.
_SET_UP = """
() => {
  const markdown = window.markdownit();
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  window.hostConfig = {
    fontFamily: "Segoe UI, Noto Sans, DejaVu Sans, sans-serif",
    fontSizes: {small: 12, default: 14, medium: 16, large: 19, extraLarge: 24},
    spacing: {small: 6, default: 8, medium: 14, large: 20, extraLarge: 28, padding: 12},
    actions: {maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8},
    containerStyles: {
      emphasis: {backgroundColor: "#f3f2f1"},
      accent: {backgroundColor: "#e8ebfa"},
      attention: {backgroundColor: "#fcf4f6"},
    },
    inputs: {label: {inputSpacing: "small", requiredInputs: {weight: "bolder"}, optionalInputs: {weight: "bolder"}}},
  };
}
"""
_DRAW = """
(json) => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(window.hostConfig);
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  card.parse(json, context);
  window.sent = [];
  card.onExecuteAction = (action) => {
    const named = {type: action.getJsonTypeName(), title: action.title};
    window.sent.push({...named, verb: action.verb ?? "", url: action.url ?? "", data: action.data ?? null});
  };
  const element = card.render();
  const place = document.getElementById("card");
  place.replaceChildren(element);
  window.card = card;
  const found = [];
  for (let n = 0; n < context.eventCount; n++) found.push(context.getEventAt(n).message);
  return found.concat(card.validateProperties().validationEvents.map((each) => each.message));
}
"""
_STYLE = """
body { margin: 0; background: #fff; color: #242424; }
#card { padding: 4px; }
.ac-pushButton { font: 600 14px "Segoe UI", "Noto Sans", sans-serif; padding: 5px 12px; border: 1px solid #d1d1d1;
  border-radius: 4px; background: #fff; }
.ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
.ac-input { font: 14px "Segoe UI", "Noto Sans", sans-serif; box-sizing: border-box; padding: 5px 8px; }
.ac-multiline { min-height: 72px; }
"""


@dataclass(frozen=True)
class Sent:
    """What the client is given when a button is pressed."""

    type: str
    title: str
    verb: str
    url: str
    data: Mapping[str, Any]


class Renderer:
    """A page that holds one card at a time, `width` pixels wide."""

    def __init__(self, page: Page, scripts: Sequence[str], width: int = 560) -> None:
        self._page = page
        page.set_viewport_size({"width": width, "height": 800})
        page.set_content(f"<!doctype html><style>{_STYLE}</style><div id='card'></div>")
        for script in scripts:
            page.add_script_tag(content=script)
        page.evaluate(_SET_UP)

    def draw(self, card: Mapping[str, Any]) -> list[str]:
        """Draw a card, and return what the renderer finds wrong with it."""
        found: list[str] = self._page.evaluate(_DRAW, card)
        return found

    def text(self) -> str:
        """All visible text, line by line as it is wrapped."""
        return self._page.locator("#card").inner_text()

    def contents(self, selector: str) -> list[str]:
        """The text of every element, with its line breaks, exactly."""
        script = "(all) => all.map((each) => each.innerText)"
        found: list[str] = self._page.locator(f"#card :is({selector})").evaluate_all(script)
        return found

    def headings(self) -> list[str]:
        """What is read aloud as a heading."""
        return self.contents("[role=heading]")

    def labels(self) -> list[str]:
        """The labels that belong to fields."""
        return self.contents("label")

    def buttons(self) -> list[str]:
        """The label of every button, in order."""
        return self.contents("button.ac-pushButton")

    def names(self) -> list[str]:
        """The accessible name of every button, in order."""
        script = "(all) => all.map((each) => each.title || each.getAttribute('aria-label') || each.innerText)"
        found: list[str] = self._page.locator("#card button.ac-pushButton").evaluate_all(script)
        return found

    def values(self) -> dict[str, str]:
        """The values of the fields, by id, as they would be sent."""
        script = "() => Object.fromEntries(card.getAllInputs().map((each) => [each.id, each.value ?? '']))"
        found: dict[str, str] = self._page.evaluate(script)
        return found

    def type(self, label: str, text: str) -> None:
        """Type into a field."""
        self._page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Choose the option with that label in an expanded choice set."""
        self._page.get_by_role("radio", name=label, exact=True).check()

    def select(self, label: str, option: str) -> None:
        """Choose the option in a compact choice set."""
        self._page.get_by_label(label, exact=True).select_option(label=option)

    def press(self, label: str, which: int = 0) -> Sent:
        """Press a button, and return what it sends."""
        before = len(self._page.evaluate("() => window.sent"))
        self._page.get_by_role("button", name=label, exact=True).nth(which).click()
        found = self._page.evaluate("() => window.sent")[before:]
        assert len(found) == 1, f"{label} sent {len(found)} times"
        return Sent(**found[0])

    def cut_buttons(self) -> list[str]:
        """The labels of buttons that do not fit between the edges of the card, or do not show their whole label."""
        script = """
        (all) => {
          const card = document.querySelector("#card .ac-adaptiveCard");
          const edge = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight) + 0.5;
          const cut = (each) => each.getBoundingClientRect().right > edge || each.scrollWidth > each.clientWidth;
          return all.filter(cut).map((each) => each.innerText);
        }
        """
        found: list[str] = self._page.locator("#card button.ac-pushButton").evaluate_all(script)
        return found

    def picture(self, path: Path) -> None:
        """Save a picture of the card."""
        self._page.locator("#card").screenshot(path=path)


@pytest.fixture
def renderer(page: Page, renderer_scripts: tuple[str, ...]) -> Renderer:
    """Microsoft's renderer in a page of its own."""
    return Renderer(page, renderer_scripts)
