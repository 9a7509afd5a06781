"""The home tab: what concerns this person. Nothing on it says whether they have sent a flag."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bot.calendar.dates import count
from bot.interface.intents import (
    AllPolicies,
    Announce,
    ChannelSettings,
    ChooseChannel,
    MyAccounts,
    MyFlags,
    MyPolicies,
    OpenPolicies,
    ScheduleSettings,
    SeeSettings,
    UseCode,
)
from bot.interface.parts import Card, FormButton, Heading, Paragraph, Part
from bot.interface.views import OrganisationView, PolicyView, SetUpStep, SetUpView
from bot.screens import invented
from bot.screens.admin.checklist import EXAMPLE_VIEW, is_ready, state_line
from bot.screens.admin.my_accounts import SEE_MY_ACCOUNTS, also_used
from bot.screens.admin.not_sent import not_sent_line
from bot.screens.admin.officers_form import officer_section
from bot.screens.admin.restored import restored_line
from bot.screens.phrases import accessible, are, nothing_announced
from bot.screens.policy.my_policies import policies_summary
from bot.screens.policy.open_policies import open_policy
from bot.screens.refusals import guest
from storage import OfficerRole

MOST_POLICIES = 5
MOST_CHANNELS = 5
"""How many open policies and channels the home shows. All are a button away."""
_MY_FLAGS = (
    Heading("My flags"),
    Paragraph("Your confidential flags are not shown on this tab, in case someone sees your screen."),
    FormButton("Show my flags", MyFlags()),
    FormButton("Use a code", UseCode()),
)


def home_card(
    policies: tuple[PolicyView, ...],
    *,
    more_policies: int = 0,
    waits: int | None = None,
    next_digest: datetime | None = None,
    zone: str = "",
    may_announce: bool = False,
    channels: tuple[tuple[UUID, str], ...] = (),
    more_channels: int = 0,
    announcers: str = "Admins",
    set_up: SetUpView | None = None,
    dead_letters: int = 0,
    officer: frozenset[OfficerRole] = frozenset(),
    held: bool = False,
    elsewhere: tuple[str, ...] = (),
) -> Card:
    """The newest open `policies` for everyone, and some `channels` (id and name) for an admin.

    `more_policies` and `more_channels` count the rest. `waits` is how many flags wait on the policies of an owner;
    None for others. `zone` is the owner's IANA zone. For an admin, `set_up` says how far the set-up is, and
    `dead_letters` counts the messages that could not be sent; everything is `held` after a restore. `officer` are the
    reader's roles as one. `elsewhere` are the reader's other accounts that are not joined with this one by a code. The
    part about the reader's own flags is the same for everyone.
    """
    parts = (
        Heading("Deliverable", 1),
        *restored_line(held=held),
        *(_set_up_section(set_up) if set_up and not is_ready(set_up) else ()),
        *not_sent_line(dead_letters),
        *(_owner_section(waits, next_digest, zone) if waits is not None else ()),
        *_open_policies(policies, more_policies, announcers),
        *((FormButton("Announce a policy", Announce()),) if may_announce else ()),
        *_MY_FLAGS,
        *_elsewhere(elsewhere),
        *officer_section(officer),
        *(_channels_section(channels, more_channels) if channels else ()),
        *((FormButton("See all policies", AllPolicies()),) if set_up else ()),
        *((FormButton("See settings", SeeSettings()),) if set_up and is_ready(set_up) else ()),
    )
    return Card(parts, "Deliverable: say whether what was announced can be delivered, and what would make it so.")


def _elsewhere(accounts: tuple[str, ...]) -> tuple[Part, ...]:
    return (Paragraph(also_used(accounts)), FormButton(SEE_MY_ACCOUNTS, MyAccounts())) if accounts else ()


def _owner_section(waits: int, next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    return (
        Heading("My policies"),
        *policies_summary(waits, next_digest, zone),
        FormButton("See my policies", MyPolicies()),
        FormButton("Change when this arrives", ScheduleSettings()),
    )


def _open_policies(policies: tuple[PolicyView, ...], more: int, announcers: str) -> tuple[Part, ...]:
    if not policies:
        return (Heading("Open policies"), Paragraph(nothing_announced(announcers)))
    shown = [part for each in policies for part in open_policy(each)]
    if more:
        shown.append(Paragraph(f"{count(more, 'more policy')} {'is' if more == 1 else 'are'} open."))
    return (Heading("Open policies"), *shown, FormButton("See open policies", OpenPolicies()))


def _set_up_section(view: SetUpView) -> tuple[Part, ...]:
    return (Heading(state_line(view)), FormButton("Set up Deliverable", SeeSettings()))


def _channels_section(channels: tuple[tuple[UUID, str], ...], more: int) -> tuple[Part, ...]:
    shown = [part for each in channels for part in _channel_parts(*each)]
    if more:
        shown.append(Paragraph(f"{count(more, 'more channel')} {are(more)} connected."))
        shown.append(FormButton("See all channels", ChooseChannel()))
    return (Heading("Channels"), *shown)


def _channel_parts(channel: UUID, name: str) -> tuple[Part, ...]:
    button = "Change settings"
    return (Heading(name, 3), FormButton(button, ChannelSettings(channel), accessible(button, name)))


def guest_home_card(
    organisation: OrganisationView, *, waits: int | None = None, next_digest: datetime | None = None, zone: str = ""
) -> Card:
    """For guests, who are shown no policies but those on which they have a role, if they may have one.

    They may have written flags while they were let into a channel.
    """
    said = guest(organisation)
    owned = _owner_section(waits, next_digest, zone) if waits is not None else ()
    return Card((Heading("Deliverable", 1), *owned, Paragraph(said), *_MY_FLAGS), said)


SCREEN = "home"
EXAMPLE = home_card((invented.PERMIT, invented.ADDRESS))
STATES = {
    "owner": home_card((invented.PERMIT,), waits=2, next_digest=invented.DIGEST.at, zone=invented.DIGEST.zone),
    "admin": home_card(
        (invented.PERMIT,),
        may_announce=True,
        channels=((UUID(int=51), "delivery-community"),),
        set_up=EXAMPLE_VIEW,
        dead_letters=2,
    ),
    "admin, after a restore": home_card((), set_up=replace(EXAMPLE_VIEW, done=frozenset(SetUpStep)), held=True),
    "admin, all set up": home_card((), set_up=replace(EXAMPLE_VIEW, done=frozenset(SetUpStep))),
    "guest": guest_home_card(invented.ORGANISATION),
    "another account": home_card((invented.PERMIT,), elsewhere=("Teams",)),
    "nothing announced": home_card((), may_announce=True),
}
