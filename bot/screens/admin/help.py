"""Help: what people can do here, and the command for it."""

from bot.interface.intents import Announce, MyFlags, NewestDigest, OpenPolicies, SeeSettings
from bot.interface.parts import Card, Facts, FormButton, Heading, Paragraph, Part

SCREEN = "help"
WORDS = (
    ("announce", "announce a policy"),
    ("mine", "see my flags, in a window that only you see"),
    ("digest", "see my newest digest, as a policy owner"),
    ("settings", "change when my digests arrive, and what admins set"),
    ("home", "see what waits for you, or the open policies"),
    ("help", "see this again"),
)


def help_card(contact: str, *, may_announce: bool) -> Card:
    """`contact` is where to ask questions; `may_announce` is not set for guests."""
    said = "Say whether an announced policy is deliverable and, if not, what would make it so."
    known = tuple(each for each in WORDS if may_announce or each[0] != "announce")
    parts: tuple[Part, ...] = (
        Heading("What you can do here", 1),
        Paragraph(f"{said} You choose whether your name is shown."),
        Facts(known),
        Paragraph("A flag is given in a form, never in a message, because messages are kept and can be searched."),
        FormButton("See open policies", OpenPolicies()),
        FormButton("Show my flags", MyFlags()),
        *((FormButton("Announce a policy", Announce()),) if may_announce else ()),
        FormButton("See my newest digest", NewestDigest()),
        FormButton("Change settings", SeeSettings()),
        Paragraph(f"Questions: {contact}"),
    )
    return Card(parts, said)


EXAMPLE = help_card("digital-standards@example.org", may_announce=True)
STATES = {"guest": help_card("digital-standards@example.org", may_announce=False)}
