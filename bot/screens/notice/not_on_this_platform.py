"""What is said about something that a platform cannot do."""

from bot.interface.parts import Form, Notice


def not_on_this_platform_form(what: str, platform_name: str) -> Form:
    """`what` is the button's own words."""
    return Form(what, (Notice(f"{what} is not available in {platform_name}."),), close="Close")


SCREEN = "not on this platform"
EXAMPLE = not_on_this_platform_form("Download CSV", "Teams")
