"""Requests that are refused before they reach the dispatcher, a sentence for each."""

from __future__ import annotations


class BadRequest(Exception):
    """A request that gets a page of its own: an HTTP status, a title and a sentence that says what to do."""

    def __init__(self, status: int, title: str, sentence: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.sentence = sentence


def wrong_host() -> BadRequest:
    """The request names another host: another site may have pointed its own name at this machine."""
    return BadRequest(
        400, "Wrong address", "The sandbox answers on this machine only. Open it at the address that it printed."
    )


def from_elsewhere() -> BadRequest:
    """A form that did not come from these pages."""
    return BadRequest(403, "Not sent", "This did not come from a page of the sandbox, so nothing was done.")


def too_large() -> BadRequest:
    """More than any form holds."""
    return BadRequest(
        413, "Too much text", "This is more than a form can hold, so nothing was sent. Go back and cut it."
    )


def not_whole() -> BadRequest:
    """The body is not a form that can be read."""
    return BadRequest(
        400, "Not understood", "The form did not arrive whole, so nothing was sent. Go back and try again."
    )


def too_slow() -> BadRequest:
    """The body did not arrive in time."""
    return BadRequest(408, "Not sent", "The form did not arrive in time, so nothing was sent. Go back and try again.")


def old_button() -> BadRequest:
    """A button or link that this version does not know."""
    return BadRequest(404, "This has changed", "This button is not in use any more. Go back to see how it stands now.")


def no_such_person() -> BadRequest:
    """The address names no sample person."""
    return BadRequest(404, "No such person", "The sandbox has no person of that name. Choose one of the five.")


def no_such_page() -> BadRequest:
    """Any other address."""
    return BadRequest(404, "Page not found", "There is nothing at this address. Choose a person to go on.")


def failed() -> BadRequest:
    """A fault in the program."""
    return BadRequest(
        500, "Something went wrong", "This did not work, and it is not your doing. Go back and try again."
    )


def unavailable() -> BadRequest:
    """The database is down."""
    return BadRequest(
        503,
        "Cannot save right now",
        "I cannot save anything right now. Nothing you sent before is lost. Try again in a few minutes.",
    )
