"""Reads a page of HTML as pieces: by headings, labels and accessible names, never by its style."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from tests.stories.pieces import Action, Heading, Piece, Question, Words, plain

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FIELDS = ("input", "textarea", "select")
# Labels are read with their fields.
UNREAD = ("script", "style", "datalist", "template", "head", "label", "legend")
BLOCKS = (
    *("p", "div", "section", "article", "figure", "figcaption", "blockquote", "form"),
    *("ul", "ol", "li", "dl", "dt", "dd", "header", "footer", "main", "nav"),
)
WHOLE = (*HEADINGS, *FIELDS, *BLOCKS, "a", "button", "fieldset", "label", "legend")
SILENT = '[aria-hidden="true"]'
UNSEEN = f"{SILENT}, .unseen"
HIDDEN = {"hidden", "submit"}


def pieces(part: Tag) -> list[Piece]:
    """What can be read, pressed and filled in within a part of a page."""
    return list(_pieces(part))


def _pieces(part: Tag) -> Iterator[Piece]:
    for child in part.children:
        yield from _piece(child)


def _piece(child: PageElement) -> Iterator[Piece]:
    if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
        yield from _words(str(child))
    elif isinstance(child, Tag) and not _unread(child):
        yield from _element(child)


def _unread(element: Tag) -> bool:
    if element.name in UNREAD or element.get("aria-hidden") == "true":
        return True
    return element.name == "input" and element.get("type") in HIDDEN


def _element(element: Tag) -> Iterator[Piece]:
    if element.name in HEADINGS:
        yield Heading(text_of(element), int(element.name[1]))
    elif element.name in ("a", "button"):
        yield _action(element)
    elif element.name == "fieldset":
        yield _choices(element)
        yield from _beside(element)
    elif element.name in FIELDS:
        yield _field(element)
    elif element.find(WHOLE):
        yield from _pieces(element)
    else:
        yield from _words(text_of(element))


def _words(text: str) -> Iterator[Piece]:
    if plain(text):
        yield Words(plain(text))


def _beside(fieldset: Tag) -> Iterator[Piece]:
    """Hints and problems of a group of choices."""
    for each in fieldset.find_all("p"):
        yield from _words(text_of(each))


def _action(element: Tag) -> Action:
    text = text_of(element, UNSEEN)
    return Action(text, str(element.get("aria-label") or text_of(element)), sends=_sends(element), handle=element)


def _sends(button: Tag) -> bool:
    """Whether it sends a form with questions; a button with a separate form does something else."""
    form = button.find_parent("form")
    if button.name != "button" or form is None or button.get("form") or button.get("name"):
        return False
    return form.find("input", attrs={"name": "nonce"}) is not None


def _choices(fieldset: Tag) -> Question:
    legend = fieldset.find("legend")
    assert legend is not None, "a group of choices without a legend"
    fields = fieldset.find_all("input")
    options = {label_of(each): each for each in fields}
    assert len(options) == len(fields), f"two choices of “{text_of(legend)}” have the same label"
    chosen = tuple(label for label, each in options.items() if each.has_attr("checked"))
    several = all(each.get("type") == "checkbox" for each in fields)
    return Question(text_of(legend), chosen, tuple(options), several, handle=fieldset)


def _field(element: Tag) -> Question:
    label = label_of(element)
    if element.name == "select":
        options = {text_of(each): each for each in element.find_all("option") if each.get("value")}
        chosen = tuple(text for text, each in options.items() if each.has_attr("selected"))
        return Question(label, chosen, tuple(options), handle=element)
    return Question(label, (value_of(element),), handle=element)


def label_of(element: Tag) -> str:
    """The visible label of a field."""
    page = element.find_parent("html") or element.find_parent()
    assert page is not None
    found = page.find_all("label", attrs={"for": str(element.get("id"))})
    assert len(found) == 1, f"the field {element.get('name')} has {len(found)} labels"
    return text_of(found[0])


def value_of(element: Tag) -> str:
    """What a field holds, as a browser takes it: without the line feed right after a textarea's tag."""
    if element.name == "textarea":
        return element.get_text().removeprefix("\n")
    return str(element.get("value", ""))


def text_of(element: Tag, without: str = SILENT) -> str:
    """What can be read of an element, without what stands in a part that the selector `without` finds."""
    left_out = {id(text) for each in element.select(without) for text in each.find_all(string=True)}
    texts = [each for each in element.find_all(string=True) if not isinstance(each, PreformattedString)]
    return plain("".join(str(each) for each in texts if id(each) not in left_out))


def parsed(html: str) -> BeautifulSoup:
    """A page."""
    return BeautifulSoup(html, "html.parser")


def one(page: Tag, selector: str) -> Tag:
    """The only element that `selector` finds."""
    found = page.select(selector)
    assert len(found) == 1, f"{len(found)} times {selector} on the page"
    return found[0]
