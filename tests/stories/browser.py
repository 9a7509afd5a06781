"""The sandbox in a real browser: with a pointer, or with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from bs4 import Tag
from playwright.sync_api import Browser, Locator, Page

from tests.stories.html import one, parsed, pieces
from tests.stories.pieces import Action, Piece, Question, plain

SECONDS = 10
MOST_TABS = 200

# The page as it is seen now: without what is hidden, and with what has been filled in since it was loaded.
SEEN = """
() => {
  const page = document.documentElement, copy = page.cloneNode(true);
  const all = [...page.querySelectorAll('body *')], copies = [...copy.querySelectorAll('body *')];
  const hidden = each => !each.matches('option, [type=hidden]') && getComputedStyle(each).display !== 'contents'
    && !each.checkVisibility({visibilityProperty: true});
  all.forEach((each, n) => {
    if (each.matches('input')) copies[n].setAttribute('value', each.value);
    if (each.matches('textarea')) copies[n].textContent = '\\n' + each.value;
    if (each.matches('[type=radio], [type=checkbox]')) copies[n].toggleAttribute('checked', each.checked);
    if (each.matches('option')) copies[n].toggleAttribute('selected', each.selected);
    if (hidden(each)) copies[n].remove();
  });
  return copy.outerHTML;
}
"""
FOCUSED = "each => each === document.activeElement"
IN_GROUP = "each => each.type === 'radio' && each.name === document.activeElement.name"


class Tab:
    """`tests.stories.player.Window` for one person, in a tab of a browser. Things are found by role and name."""

    needed = ""

    def __init__(self, page: Page, address: str, person: str, *, by_keys: bool) -> None:
        self._page = page
        self._address = address
        self._person = person
        self._by_keys = by_keys

    def go(self, place: str) -> None:
        """Go by the first page to the person, then to the place."""
        page = self._page
        if page.get_by_role("navigation", name="Places").count() == 0:
            page.goto(f"{self._address}/")
            self._leave_by(page.get_by_role("navigation", name="People").get_by_role("link", name=self._person))
        self._leave_by(page.get_by_role("navigation", name="Places").get_by_role("link", name=place))

    def look(self) -> Sequence[Piece]:
        """The main part of the page, as far as it can be seen."""
        return pieces(one(parsed(self._page.evaluate(SEEN)), "main"))

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press what has this role and accessible name."""
        role = _role(action)
        main = self._page.get_by_role("main")
        same = [each for each in self.look() if isinstance(each, Action) and _role(each) == role]
        place = [each for each in same if each.name == action.name].index(action)
        way = main.get_by_role(role, name=action.name, exact=True).nth(place)
        if isinstance(action.handle, Tag) and action.handle.get("target") == "_blank":
            self._go_on_in_a_new_tab(way)
        else:
            self._leave_by(way, twice=twice)

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Choose by clicking or by keys; type otherwise."""
        element = question.handle
        assert isinstance(element, Tag)
        if element.name == "fieldset":
            self._choose(question, values)
            return
        field = self._page.get_by_role("main").get_by_label(question.text, exact=True)
        if self._by_keys:
            self._type(field, question, values[0])
        elif element.name == "select":
            field.select_option(label=values[0])
        else:
            field.fill(values[0])

    def move(self, button: str) -> None:
        """Move the sandbox's time by the button of that name."""
        self._leave_by(self._page.get_by_role("banner").get_by_role("button", name=button))

    def _choose(self, question: Question, values: tuple[str, ...]) -> None:
        kind: Literal["checkbox", "radio"] = "checkbox" if question.several else "radio"
        group = self._page.get_by_role("group" if question.several else "radiogroup", name=question.text)
        for option in question.options:
            box = group.get_by_role(kind, name=option, exact=True)
            if box.is_checked() != (option in values) and (question.several or option in values):
                self._tick(box) if self._by_keys else box.set_checked(option in values)

    def _go_on_in_a_new_tab(self, way: Locator) -> None:
        """A link on a form opens a tab of its own, so that what was typed stays."""
        self._page.bring_to_front()
        with self._page.expect_popup() as opened:
            self._press(way)
        self._page = opened.value
        self._page.wait_for_load_state()

    def _leave_by(self, way: Locator, *, twice: bool = False) -> None:
        self._page.bring_to_front()
        with self._page.expect_navigation():
            self._press(way, twice=twice)

    def _press(self, way: Locator, *, twice: bool = False) -> None:
        if self._by_keys:
            self._tab_to(way)
            self._page.keyboard.press("Enter")
        elif twice:
            way.dblclick()
        else:
            way.click()

    def _tab_to(self, wanted: Locator) -> None:
        element = wanted.element_handle()  # found once: to find it by its role at every step takes long
        for _ in range(MOST_TABS):
            if element.evaluate(FOCUSED):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"no way by keys to {wanted}")

    def _tick(self, box: Locator) -> None:
        """Radio buttons are one tab stop: arrow keys move to the others and choose them."""
        keys, element = self._page.keyboard, box.element_handle()
        for _ in range(MOST_TABS):
            if element.evaluate(FOCUSED):
                keys.press("Space")
                return
            keys.press("ArrowDown" if element.evaluate(IN_GROUP) else "Tab")
            if element.is_checked():
                return
        raise AssertionError(f"no way by keys to {box}")

    def _type(self, field: Locator, question: Question, value: str) -> None:
        self._tab_to(field)
        keys = self._page.keyboard
        if question.options:
            for _ in question.options:
                keys.press("ArrowDown")
                if plain(field.locator("option:checked").inner_text()) == value:
                    return
            raise AssertionError(f"no way by keys to choose {value}")
        if field.get_attribute("type") == "date":
            self._type_date(field, value)
            return
        keys.press("ControlOrMeta+A")
        keys.insert_text(value)

    def _type_date(self, field: Locator, value: str) -> None:
        """Type a date in the browser's own order of day and month; focus moves from one to the next by itself."""
        year, month, day = value.split("-")
        for order in (day + month, month + day):
            self._page.keyboard.type(order + year)
            if field.input_value() == value:
                return
            for _ in range(3):
                self._page.keyboard.press("ArrowLeft")
        raise AssertionError(f"no way by keys to the date {value}")


def _role(action: Action) -> Literal["link", "button"]:
    assert isinstance(action.handle, Tag)
    return "link" if action.handle.name == "a" else "button"


@contextmanager
def browsing(browser: Browser, address: str, *, by_keys: bool) -> Iterator[Callable[[str], Tab]]:
    """Gives a function that opens a tab for a person; an error in a page's scripts fails the story."""
    problems: list[str] = []
    with browser.new_context(locale="en-GB") as context:
        context.set_default_timeout(SECONDS * 1000)
        context.on("page", lambda page: page.on("pageerror", lambda error: problems.append(str(error))))
        yield lambda person: Tab(context.new_page(), address, person, by_keys=by_keys)
    assert not problems, f"scripts of the page failed: {problems}"
