"""The sandbox without a browser: pages are requested over loopback, links followed and forms sent."""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import Tag

from tests.stories.html import one, parsed, pieces, text_of, value_of
from tests.stories.pieces import Action, Piece, Question

FORM = "application/x-www-form-urlencoded"
SECONDS = 20


class Pages:
    """`tests.stories.player.Window` for one person of the sandbox at `address`."""

    needed = ""

    def __init__(self, address: str, person: str) -> None:
        self._origin = address
        self._person = person
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=SECONDS)
        self._place = "/"
        self._page = parsed("")
        self._seen: list[Piece] = []

    def go(self, place: str) -> None:
        """Go by the first page to the person, then to the place."""
        if not self._page.select('nav[aria-label="Places"]'):
            self._ask("/")
            self._follow(one(self._page, 'nav[aria-label="People"]'), self._person)
        self._follow(one(self._page, 'nav[aria-label="Places"]'), place)

    def look(self) -> Sequence[Piece]:
        """The main part of the page."""
        if not self._seen:
            self._seen = pieces(one(self._page, "main"))
        return self._seen

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Follow a link, or send the form of a button."""
        element = action.handle
        assert isinstance(element, Tag)
        page, place = self._page, self._place
        for _ in range(2 if twice else 1):
            self._page, self._place, self._seen = page, place, []
            if element.name == "a":
                self._ask(urljoin(place, str(element["href"])))
            else:
                self._send(self._form_of(element), element)

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Change the page so that it holds what a browser would send."""
        self._seen = []
        element = question.handle
        assert isinstance(element, Tag)
        if element.name == "fieldset":
            for each in element.find_all("input"):
                _mark(each, "checked", _label(element, each) in values)
        elif element.name == "select":
            for each in element.find_all("option"):
                _mark(each, "selected", text_of(each) in values)
        elif element.name == "textarea":
            element.string = "\n" + values[0]
        else:
            element["value"] = values[0]

    def move(self, button: str) -> None:
        """Move the sandbox's time by the button of that name."""
        time = one(self._page, "#time form")
        found = [each for each in time.find_all("button") if text_of(each) == button]
        assert len(found) == 1, f"no button “{button}” to move the time"
        self._send(time, found[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _follow(self, part: Tag, words: str) -> None:
        links = [each for each in part.find_all("a") if words.casefold() in text_of(each).casefold()]
        assert len(links) == 1, f"{len(links)} links hold “{words}” on {self._place}"
        self._ask(urljoin(self._place, str(links[0]["href"])))

    def _form_of(self, button: Tag) -> Tag:
        if button.get("form"):
            return one(self._page, f"form[id='{button['form']}']")
        form = button.find_parent("form")
        assert form is not None, "a button outside of any form"
        return form

    def _send(self, form: Tag, button: Tag) -> None:
        pairs = [pair for each in form.find_all(["input", "textarea", "select"]) for pair in _sent(each)]
        if button.get("name"):
            pairs.append((str(button["name"]), str(button.get("value", ""))))
        self._ask(urljoin(self._place, str(form["action"])), pairs)

    def _ask(self, path: str, form: Sequence[tuple[str, str]] | None = None) -> None:
        assert not urlsplit(path).netloc, "a link that leads away from the pages"
        asked = urlsplit(path)._replace(fragment="").geturl()
        if form is None:
            self._connection.request("GET", asked)
        else:
            headers = {"Content-Type": FORM, "Origin": self._origin}
            self._connection.request("POST", asked, urlencode(form), headers)
        answer = self._connection.getresponse()
        html = answer.read().decode()
        if answer.status == 303:
            self._ask(str(answer.headers["Location"]))
            return
        assert answer.status in (200, 422), f"{path.partition('?')[0]} gave {answer.status}"
        self._place, self._page, self._seen = path, parsed(html), []


def _mark(element: Tag, mark: str, wanted: bool) -> None:
    if wanted:
        element[mark] = ""
    elif element.has_attr(mark):
        del element[mark]


def _label(fieldset: Tag, field: Tag) -> str:
    return text_of(one(fieldset, f"label[for='{field['id']}']"))


def _sent(field: Tag) -> list[tuple[str, str]]:
    """What a field adds to its form, as the HTML standard has it."""
    name = str(field.get("name", ""))
    if field.name == "select":
        chosen = [each for each in field.find_all("option") if each.has_attr("selected")]
        chosen = chosen or field.find_all("option")[:1]
        return [(name, str(each.get("value", ""))) for each in chosen]
    if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
        return []
    text = value_of(field)
    return [(name, text.replace("\n", "\r\n") if field.name == "textarea" else text)]
