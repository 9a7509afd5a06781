"""Finding the policy that an announcement is about, if it was announced before."""

from __future__ import annotations

from collections.abc import Iterable

from bot.interface.announcements import Announcement, anchor_of
from bot.interface.recognition import AnnouncementIdentity, Known, Match, best_match, identity_of
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import policies as stored


class AnnouncedBefore:
    """The policies on the pages of some announcements, read once for all of them."""

    def __init__(self, uow: UnitOfWork, announcements: Iterable[Announcement]) -> None:
        identities = [identity for each in announcements if (identity := identity_of(each))]
        pages = {each.page for identity in identities for each in (identity, identity.hidden)}
        self._on_page: dict[str, list[Policy]] = {}
        for policy in stored.on_pages(uow.session, pages):
            self.add(policy)

    def add(self, policy: Policy) -> None:
        """Count a policy that was opened meanwhile."""
        if policy.link_key is not None:
            self._on_page.setdefault(AnnouncementIdentity.from_key(policy.link_key).page, []).append(policy)

    def find(self, announcement: Announcement) -> tuple[Match, Policy | None]:
        """How an announcement compares with the policies on its page, and the policy that it is or may be."""
        identity = identity_of(announcement)
        if identity is None:
            return Match.OTHER, None
        # Where an announcement was taken down, its address is hidden.
        there = (*self._on_page.get(identity.page, ()), *self._on_page.get(identity.hidden.page, ()))
        known = {_known(each): each for each in there}
        match, found = best_match(known, announcement, identity)
        return match, known[found] if found else None

    def follow(self, policy: Policy, announcement: Announcement) -> bool:
        """Give a policy the link and the id under which it is announced now; whether its link leads elsewhere now."""
        identity = identity_of(announcement)
        if identity is None or policy.link_key is None:
            return False
        known = AnnouncementIdentity.from_key(policy.link_key)
        key = AnnouncementIdentity(known.page, identity.anchor or known.anchor, identity.entry or known.entry).key
        if all(each.link_key != key for each in self._on_page[known.page]):
            policy.link_key = key
        moved = _leads_elsewhere(policy.link, announcement.link)
        if moved:
            policy.link = announcement.link
        return moved


def _known(policy: Policy) -> Known:
    identity = AnnouncementIdentity.from_key(policy.link_key or "")
    return Known(identity, policy.title, policy.summary, policy.announced_on)


def _leads_elsewhere(old: str, new: str) -> bool:
    """Whether a link has another anchor, or is https now. Another spelling of the same address does not count."""
    if not old or not new or (_is_https(old) and not _is_https(new)):
        return False
    return _is_https(old) != _is_https(new) or (anchor_of(new) not in ("", anchor_of(old)))


def _is_https(link: str) -> bool:
    return link.strip().lower().startswith("https:")
