"""`python -m tests.slack.pictures` draws payloads for Slack like its clients do, and takes the guide's pictures.

The drawing is made from the JSON alone, so that a picture shows what people get.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, sync_playwright

from adapters.slack.draw.messages import delivered
from adapters.slack.draw.views import view
from bot.interface.json_object import Json
from bot.interface.parts import Card
from bot.screens import screens
from tests.browsers import QUIET, find

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 250_000
WIDTH = 760
STYLE = """
body { margin: 0; padding: 20px; background: #fff; color: #1d1c1d; width: max-content;
       font: 15px/1.46 system-ui, "Liberation Sans", "DejaVu Sans", sans-serif; }
.message { width: 660px; display: grid; grid-template-columns: 36px 1fr; gap: 0 10px; }
.face { width: 36px; height: 36px; border-radius: 8px; background: #1d3c5a; color: #fff; display: grid;
        place-items: center; font-weight: 700; }
.who { font-weight: 900; } .who small { font-weight: 400; color: #616061; font-size: 12px; margin-left: 6px; }
.who i { font: 700 10px/1 sans-serif; background: #e8e8e8; color: #454245; padding: 2px 4px; border-radius: 3px; }
.window { width: 520px; border: 1px solid #bbb; border-radius: 10px; box-shadow: 0 8px 30px #0003; }
.window > header { padding: 18px 24px; font-size: 20px; font-weight: 900; display: flex; gap: 10px; }
.window > main { padding: 0 24px 8px; }
.window > footer { padding: 16px 24px; border-top: 1px solid #ddd; display: flex; justify-content: end; gap: 10px; }
.block { margin: 6px 0; } .block > div { white-space: pre-wrap; overflow-wrap: anywhere; }
h3 { font-size: 18px; line-height: 1.3; margin: 8px 0 4px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 14px 0; }
.context { color: #616061; font-size: 13px; } ul { margin: 2px 0 2px 6px; padding-left: 20px; }
blockquote { margin: 3px 0; padding-left: 12px; border-left: 4px solid #ddd; white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
button { font: 700 13px/1 inherit; font-family: inherit; border: 1px solid #bbb; background: #fff; color: inherit;
         border-radius: 4px; padding: 9px 12px; margin: 2px 8px 2px 0; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
footer button { margin: 0; font-size: 15px; padding: 10px 16px; }
.field { margin: 18px 0; } .field > b { display: block; margin-bottom: 6px; } .field b small { color: #616061; }
.box { border: 1px solid #868686; border-radius: 4px; padding: 8px 11px; min-height: 22px; color: #616061; }
.box.long { min-height: 80px; } .box.typed { color: inherit; } .box.list::after { content: "⌄"; float: right; }
.hint { color: #616061; font-size: 13px; margin-top: 4px; }
.option { display: grid; grid-template-columns: 20px 1fr; gap: 0 8px; margin: 6px 0; }
.option i { width: 16px; height: 16px; border: 1px solid #868686; border-radius: 8px; margin-top: 2px; }
.option i.square { border-radius: 3px; } .option i.chosen { background: #1264a3; box-shadow: inset 0 0 0 4px #fff; }
.option small { grid-column: 2; color: #616061; }
"""


def page(inside: str) -> str:
    """A page with that in it."""
    return f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><style>{STYLE}</style><body>{inside}</body></html>'


def message(sent: Json) -> str:
    """A message, with who it is from."""
    head = '<div class="who">Deliverable <i>APP</i><small>9:00</small></div>'
    return f'<div class="message"><div class="face">D</div><div>{head}{"".join(map(block, sent["blocks"]))}</div></div>'


def window(opened: Json) -> str:
    """A modal."""
    sends = [f'<button class="primary">{text(opened["submit"])}</button>'] if "submit" in opened else []
    foot = "".join([f"<button>{text(opened['close'])}</button>", *sends])
    inside = "".join(map(block, opened["blocks"]))
    return (
        f'<div class="window"><header>{text(opened["title"])}</header><main>{inside}</main>'
        f"<footer>{foot}</footer></div>"
    )


def block(drawn: Json) -> str:
    """One block."""
    match drawn["type"]:
        case "header":
            return f"<h3>{text(drawn['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "context":
            return f'<div class="block context">{"".join(text(each) for each in drawn["elements"])}</div>'
        case "rich_text":
            return f'<div class="block">{"".join(map(rich, drawn["elements"]))}</div>'
        case "actions":
            return f'<div class="block">{"".join(map(button, drawn["elements"]))}</div>'
        case "input":
            return field(drawn)
    raise ValueError(drawn["type"])


def text(given: Json) -> str:
    """A text object."""
    return escape(given["text"])


def rich(element: Json) -> str:
    """A line or a quote."""
    if element["type"] == "rich_text_list":
        return f"<ul>{''.join(f'<li>{rich(each)}</li>' for each in element['elements'])}</ul>"
    inside = "".join(map(piece, element["elements"]))
    return f"<blockquote>{inside}</blockquote>" if element["type"] == "rich_text_quote" else f"<div>{inside}</div>"


def piece(element: Json) -> str:
    """A run of text in one style, or a link."""
    if element["type"] == "link":
        return f'<a href="#">{escape(element["text"])}</a>'
    inside = escape(element["text"])
    return f"<b>{inside}</b>" if element.get("style", {}).get("bold") else inside


def button(element: Json) -> str:
    """A button, or a menu."""
    if element["type"] == "overflow":
        return "<button>⋯</button>"
    return f'<button class="{element.get("style", "")}">{text(element["text"])}</button>'


def field(drawn: Json) -> str:
    """An input with its label and hint."""
    optional = " <small>(optional)</small>" if drawn.get("optional") else ""
    hint = f'<div class="hint">{text(drawn["hint"])}</div>' if "hint" in drawn else ""
    return f'<div class="field"><b>{text(drawn["label"])}{optional}</b>{control(drawn["element"])}{hint}</div>'


def control(element: Json) -> str:
    """What is filled in."""
    match element["type"]:
        case "radio_buttons" | "checkboxes":
            chosen = [element.get("initial_option"), *element.get("initial_options", ())]
            square = "square" if element["type"] == "checkboxes" else ""
            return "".join(option(each, square, each in chosen) for each in element["options"])
        case "plain_text_input":
            long = "long" if element.get("multiline") else ""
            typed = element.get("initial_value", "")
            return f'<div class="box {long} {"typed" if typed else ""}">{escape(typed)}</div>'
        case "static_select" | "multi_static_select":
            placeholder = text(element["placeholder"]) if "placeholder" in element else "Select an option"
            shown = text(element["initial_option"]["text"]) if "initial_option" in element else placeholder
            return f'<div class="box list">{shown}</div>'
        case "datepicker":
            return f'<div class="box list">{escape(element.get("initial_date", "Select a date"))}</div>'
    return '<div class="box list">Select a person</div>'


def option(each: Json, shape: str, chosen: bool) -> str:
    """One thing to choose."""
    described = f"<small>{text(each['description'])}</small>" if "description" in each else ""
    mark = f'<i class="{shape} {"chosen" if chosen else ""}"></i>'
    return f'<div class="option">{mark}<span>{text(each["text"])}</span>{described}</div>'


def pictures() -> dict[str, str]:
    """The pages of the pictures, by the name of the file."""
    whole = screens()
    card, digest = whole["policy card"], whole["digest"]
    assert isinstance(card, Card)
    assert isinstance(digest, Card)
    return {
        "slack-card.png": message(delivered(card, UUID(int=1))),
        "slack-digest.png": message(delivered(digest, UUID(int=1))),
        "slack-modal.png": window(view(whole["flag form"], workspace="T0001")),
    }


def take(browser: Browser, name: str, inside: str) -> None:
    """Take a picture, and say how large it is."""
    shown = browser.new_page(viewport={"width": WIDTH, "height": 400})
    shown.set_content(page(inside))
    target = FOLDER / name
    target.write_bytes(shown.locator("body").screenshot(scale="css"))
    size = target.stat().st_size
    print(f"docs/images/{name}: {size:,} bytes")  # noqa: T201 - a command that reports
    if size > MOST_BYTES:
        sys.exit(f"{name} has more than {MOST_BYTES:,} bytes.")


def main() -> None:
    """Take all pictures."""
    path = find() or sys.exit("There is no Chromium: `python -m tests.browsers` tries to get one.")
    arguments = [*QUIET, "--no-sandbox"]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=arguments) as browser:
        for name, inside in pictures().items():
            take(browser, name, inside)


if __name__ == "__main__":
    main()
