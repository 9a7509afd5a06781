"""The pages as a browser shows them: for a keyboard, for a telephone, in light and in dark, on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from adapters.web.sandbox import channel_place, inbox_of
from tests.web import screens
from tests.web.conftest import Mounted
from tests.web.screens import HOSTILE, POLICY

FORM = f"/as/amina/open/give-view:{POLICY.hex}?from=channel&channel=digital-delivery"
PAGES = {
    "start": "/",
    "home": "/as/amina/",
    "channel": "/as/amina/channel/digital-delivery",
    "inbox": "/as/helen/inbox",
    "empty": "/as/kezia/inbox",
    "form": FORM,
    "view": f"/as/amina/open/protected:{POLICY.hex}",
    "settings": f"/as/daniel/open/name-owner:{POLICY.hex}",
    "missing": "/nowhere",
}

# Every text that is seen, with its colour on the colour behind it (WCAG 2.2, contrast ratio).
FAINT = """
() => {
  const rgba = colour => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b]
    .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [];
  let counted = 0;
  const check = (element, what) => {
    const ground = behind(element);
    const [a, b] = [light(over(rgba(getComputedStyle(element).color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    counted += 1;
    if (ratio < 4.5) faint.push(`${what.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.data.trim()) check(walker.currentNode.parentElement, walker.currentNode.data);
  }
  document.querySelectorAll('input:not([type=hidden]), textarea, select')
    .forEach(each => check(each, each.name || each.id));
  return {faint, counted};
}
"""


@pytest.fixture
def full(mounted: Mounted) -> Mounted:
    """Cards in the channel and a digest in the owner's inbox."""
    card = mounted.dispatcher.post(channel_place("digital-delivery"), screens.policy_card())
    mounted.dispatcher.post(channel_place("digital-delivery"), screens.answer_under_the_card(), under=card.ref)
    mounted.dispatcher.post(inbox_of("helen"), screens.digest())
    return mounted


@pytest.fixture(scope="module")
def lookers() -> list[dict[str, Any]]:
    """The screens of a telephone and a desktop, in light and in dark."""
    small, large = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
    return [
        {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}
        for size in (small, large)
        for scheme in ("light", "dark")
    ]


def refuse(page: Page, address: str) -> None:
    """Send the flag form with nothing but text, and see it refused."""
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").fill("What I typed")
    page.get_by_role("button", name="Send flag").click()
    expect(page).to_have_title("Error: Is this deliverable? Deliverable sandbox")


def test_all_text_can_be_read_and_fits_a_telephone(
    browser: Browser, full: Mounted, address: str, lookers: list[dict[str, Any]]
) -> None:
    for looker in lookers:
        with browser.new_context(**looker) as context:
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(f"{address}{path}")
                _check(page, f"{name} {looker['color_scheme']} {looker['viewport']['width']}")
            refuse(page, address)
            _check(page, f"refused {looker['color_scheme']} {looker['viewport']['width']}")


def _check(page: Page, where: str) -> None:
    seen = page.evaluate(FAINT)
    assert seen["counted"] > 20, where
    assert seen["faint"] == [], where
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], where


def test_long_words_do_not_widen_the_page(page: Page, full: Mounted, address: str) -> None:
    unbroken = "w" * 600
    full.dispatcher.post(channel_place("digital-delivery"), screens.policy_card(unbroken))
    full.dispatcher.post(channel_place("digital-delivery"), screens.answer_under_the_card(unbroken))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/as/amina/channel/digital-delivery")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_pages_ask_for_nothing_but_their_own_files(page: Page, full: Mounted, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    for path in PAGES.values():
        page.goto(f"{address}{path}")
    own = {f"{address}{path}" for path in PAGES.values()}
    assert {url.partition("?")[0] for url in asked if url not in own} == {
        f"{address}/static/web/style.css",
        f"{address}/static/web/mark.svg",
        f"{address}/static/web/leaving.js",
    }
    assert [each for each in refused if "404" not in each] == []


def test_focus_lands_on_the_error_summary_and_its_links_lead_to_the_fields(page: Page, address: str) -> None:
    refuse(page, address)
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Select who can know this is from you")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#q-promise")).to_be_focused()
    assert page.get_by_label("Why?").input_value() == "What I typed"


def test_what_was_typed_comes_back_unchanged_from_a_refused_form(here: Page, address: str) -> None:
    page, everything = here, HOSTILE["leading lines"] + "".join(HOSTILE.values())
    line = everything.replace("\n", " ")
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").fill(everything)
    page.get_by_label("Link to evidence").fill(line)
    for _ in range(2):
        page.get_by_role("button", name="Send flag").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.get_by_label("Why?").input_value() == everything
        assert page.get_by_label("Link to evidence").input_value() == line


def test_text_over_the_limit_is_refused_and_kept_whole(page: Page, address: str) -> None:
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").fill("x" * 3120)
    page.get_by_role("button", name="Send flag").click()
    expect(page.get_by_role("alert")).to_contain_text("Why must be 3,000 characters or fewer. You have 3,120")
    assert page.get_by_label("Why?").input_value() == "x" * 3120


def test_the_whole_form_is_filled_in_with_a_keyboard_only(page: Page, full: Mounted, address: str) -> None:
    page.goto(f"{address}/as/amina/channel/digital-delivery")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    _tab_to(page, "Give your view")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this deliverable?")
    _tab_to(page, "Confidential: nobody is shown my name")
    page.keyboard.press("Space")
    _tab_to(page, "Deliverable as announced")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "What is it mainly about?")
    page.keyboard.type("Time")
    _tab_to(page, "Why?")
    page.keyboard.type("It works.")
    _tab_to(page, "Send flag")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Flag saved.")
    ((_, answers, _, _),) = full.dispatcher.submitted
    assert dict(answers) == {
        "promise": ("confidential",),
        "verdict": ("if",),
        "theme": ("timetable",),
        "because": ("It works.",),
        "evidence": (),
    }


def _tab_to(page: Page, name: str) -> None:
    named = "e => e.getAttribute('aria-label') || (e.labels && e.labels[0] || e).innerText"
    outline = "e => getComputedStyle(e.closest('.option') || e).outlineStyle"
    for _ in range(40):
        page.keyboard.press("Tab")
        if str(page.evaluate(f"({named})(document.activeElement)")).strip().startswith(name):
            assert page.evaluate(f"({outline})(document.activeElement)") == "solid", f"{name} has no visible focus"
            return
    pytest.fail(f"no way by keyboard to {name}")


def test_a_double_click_sends_the_same_nonce(page: Page, full: Mounted, address: str) -> None:
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").fill("Once")
    page.get_by_role("button", name="Send flag").dblclick()
    expect(page.get_by_role("alert")).to_be_visible()
    assert {nonce for _, _, _, nonce in full.dispatcher.submitted} == {"nonce-1"}


def test_time_moves_and_the_page_stays(page: Page, full: Mounted, address: str) -> None:
    full.worker.digest = full.sandbox.clock()
    page.goto(f"{address}/as/helen/inbox")
    page.get_by_role("button", name="the next digest").click()
    expect(page.locator(".told")).to_contain_text("No message was due.")
    assert page.url == f"{address}/as/helen/inbox#time"


def test_roles_and_names_are_told_to_those_who_cannot_see(page: Page, full: Mounted, address: str) -> None:
    page.goto(f"{address}/as/helen/inbox")
    expect(page.get_by_role("navigation", name="People").get_by_role("link")).to_have_count(5)
    expect(page.get_by_role("article", name="3 flags need your answer.")).to_be_visible()
    expect(page.get_by_role("link", name="Answer flag 2, Single parking permit")).to_be_visible()
    page.goto(f"{address}{FORM}")
    expect(page.get_by_role("radiogroup", name="Who can know this is from you?")).to_be_visible()
    expect(
        page.get_by_role("radio", name="Named: the policy owner and their delegate see my name")
    ).to_have_accessible_description("Everyone else sees it without.")
    expect(page.get_by_label("Why?")).to_have_accessible_description(
        "Make one point in each flag. Up to 3,000 characters."
    )


def test_on_paper_the_page_is_as_wide_as_the_paper(page: Page, full: Mounted, address: str) -> None:
    page.emulate_media(media="print")
    for width in (640, 1000, 1400):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{address}/as/helen/inbox")
        assert page.evaluate("document.querySelector('.card').getBoundingClientRect().width") > width * 0.9


@pytest.mark.parametrize("name", ["home", "channel", "inbox", "form"])
def test_enlarged_four_times_the_page_begins_on_the_first_screen(
    page: Page, full: Mounted, address: str, name: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{address}{PAGES[name]}")
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().top") < 256
    expect(page.get_by_role("button", name="9am tomorrow")).to_be_hidden()
    page.get_by_text("Move the time on", exact=True).click()
    expect(page.get_by_role("button", name="9am tomorrow")).to_be_visible()
    page.get_by_text("(change)").click()
    expect(page.get_by_role("navigation", name="People").get_by_role("link", name="Kezia")).to_be_visible()


def test_with_forced_colours_the_current_person_and_place_stand_out(
    browser: Browser, full: Mounted, address: str
) -> None:
    ground = "e => getComputedStyle(e).backgroundColor"
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()
        page.goto(f"{address}/as/helen/inbox")
        for places in (".people a", ".channels li a"):
            now = page.locator(f"{places}[aria-current]").evaluate(ground)
            others = {each.evaluate(ground) for each in page.locator(f"{places}:not([aria-current])").all()}
            assert now not in others, places


def test_a_form_that_was_begun_is_not_left_unasked(page: Page, full: Mounted, address: str) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").click()
    page.goto(f"{address}/as/amina/")
    assert asked == []
    page.goto(f"{address}{FORM}")
    page.get_by_label("Why?").fill("Half a sentence")
    page.get_by_role("link", name="Home").click()
    expect(page).to_have_url(f"{address}/as/amina/")
    assert asked == ["beforeunload"]
    refuse(page, address)
    assert asked == ["beforeunload"]
    page.get_by_label("Why?").click()
    page.goto(f"{address}/as/amina/")
    assert asked == ["beforeunload"] * 2
