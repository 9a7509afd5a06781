"""Screens as they are read aloud, one line a part, for tests."""

from bot.interface.parts import (
    Button,
    Card,
    ChoiceQuestion,
    Facts,
    Form,
    FormButton,
    Heading,
    Link,
    Notice,
    Paragraph,
    Part,
    Question,
    Quote,
    Screen,
    Tally,
)


def parts_of(screen: Screen) -> tuple[Part | Question, ...]:
    """All that stands on a screen, from top to bottom."""
    return screen.parts if isinstance(screen, Card) else screen.body


def read_aloud(screen: Screen) -> list[str]:
    """One line a part; buttons in square brackets, as the copy writes them."""
    title = [screen.title] if isinstance(screen, Form) else []
    return [*title, *(line for part in parts_of(screen) for line in _lines(part))]


def _lines(part: Part | Question) -> list[str]:
    match part:
        case Heading(text=text) | Paragraph(text=text) | Notice(text=text):
            return [text]
        case Quote(label=label, text=text):
            return [f'{label}: "{text}"' + (" [Read the rest]" if part.rest else "")]
        case Facts(items=items):
            return [f"{label}: {value}" for label, value in items]
        case Tally(lead=lead, items=items):
            return [f"{lead} {', '.join(items)}.".replace(" .", "")]
        case Button(label=label) | FormButton(label=label) | Link(label=label):
            return [f"[{label}]"]
        case ChoiceQuestion(label=label, options=options, hint=hint):
            read = [f"( ) {each.label}{': ' if each.description else ''}{each.description}" for each in options]
            return [f"{label} {hint}".strip(), *read]
        case _:
            return [f"{part.label} {part.hint} ____"]
