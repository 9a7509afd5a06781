"""The answer to a button that does nothing on this platform."""

from bot.interface.parts import Form, Notice


def not_on_this_platform_form(what: str, platform_name: str) -> Form:
    """`what` is the label of the button."""
    return Form(what, (Notice(f"{what} is not available in {platform_name}."),), close="Close")


SCREEN = "not on this platform"
EXAMPLE = not_on_this_platform_form("Download CSV", "Teams")
