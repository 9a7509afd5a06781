"""What a line of a roster says of a person, as Teams describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.people.people import Member

DIRECTORY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
GUEST_ACCOUNT = "#EXT#"
MEMBER_ROLES = frozenset({"user", "owner"})
"""The roles of full members. Guests and anonymous people have others."""
BOT = "28:"


def members(found: Iterable[Mapping[str, Any]], tenant: str) -> tuple[Member, ...]:
    """Each person of a roster once: removed accounts still have a line, but no directory id, and are nobody."""
    people = {each.user: each for line in found if (each := member(line, tenant)) is not None}
    return tuple(people.values())


def member(found: Mapping[str, Any], tenant: str) -> Member | None:
    """Convert a member as Teams describes them; None for a line without a directory id, and for a bot.

    Only someone whom Teams shows to be a user or an owner, and not of another tenant, is a full member.
    """
    user = _text(found, "aadObjectId") or _text(found, "objectId")
    if not user or _text(found, "id").startswith(BOT):
        return None
    account = _text(found, "userPrincipalName")
    given = f"{_text(found, 'givenName')} {_text(found, 'surname')}".strip()
    guest = (
        _text(found, "userRole") not in MEMBER_ROLES
        or GUEST_ACCOUNT in account.upper()
        or _is_foreign(_text(found, "tenantId"), tenant)
    )
    return Member(
        user=user,
        name=_text(found, "name") or given or account,
        email=_text(found, "email") or ("" if guest else account),
        guest=guest,
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _is_foreign(tenant: str, own: str) -> bool:
    # Microsoft's examples also show no tenant, and ids that are not tenant ids. Then the role decides alone.
    return bool(DIRECTORY_ID.fullmatch(tenant)) and tenant.lower() != own.lower()
