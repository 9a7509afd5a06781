"""Downloads: a digest's flags as a CSV file, for platforms that can give a file (`Dispatcher.download`)."""

from __future__ import annotations

from bot.digests import csv_export, digests
from bot.digests.csv_export import Download
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, instead
from bot.interface.intents import DownloadCsv, Intent, MyPolicies
from bot.interface.parts import FormButton, Screen
from bot.screens import refusals as says


def download(context: HandlerContext, intent: DownloadCsv) -> Download | None:
    """The flags of the visitor's own digest as a file; None where there is no such digest of theirs."""
    digest = digests.of_reader(context.uow, context.visitor.ids, intent.digest)
    return csv_export.of_digest(context.uow, context.visitor, digest) if digest else None


def _not_here(context: HandlerContext, intent: DownloadCsv, draft: Draft) -> Screen:
    """What stands in for the file where a platform has no way to give one."""
    if digests.of_reader(context.uow, context.visitor.ids, intent.digest) is None:
        raise instead(says.NOT_FOUND)
    return says.refusal_form(says.no_download(context.platform_name), FormButton("See my policies", MyPolicies()))


OPENS: dict[type[Intent], Opens] = {DownloadCsv: _not_here}
SUBMITS: dict[type[Intent], Submits] = {}
