"""The door to what can be downloaded; adapters of platforms that can give a file ask it through `Desk.download`."""

from __future__ import annotations

from bot.digests import csv_export, digests
from bot.digests.csv_export import Download
from bot.handlers.context import Draft, Opens, Sends, Visit, instead
from bot.interface.intents import DownloadCsv, Intent, MyPolicies
from bot.interface.parts import FormButton, Screen
from bot.screens import refusals as says


def download(visit: Visit, intent: DownloadCsv) -> Download | None:
    """The flags of the visitor's own digest as a file; None where there is no such digest of theirs."""
    digest = digests.of_reader(visit.turn, visit.visitor.ids, intent.digest)
    return csv_export.of_digest(visit.turn, visit.visitor, digest) if digest else None


def _not_here(visit: Visit, intent: DownloadCsv, draft: Draft) -> Screen:
    """What stands in for the file where a platform has no way to give one."""
    if digests.of_reader(visit.turn, visit.visitor.ids, intent.digest) is None:
        raise instead(says.NOT_FOUND)
    return says.refusal_form(says.no_download(visit.platform_name), FormButton("See my policies", MyPolicies()))


OPENS: dict[type[Intent], Opens] = {DownloadCsv: _not_here}
SENDS: dict[type[Intent], Sends] = {}
