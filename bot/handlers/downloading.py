"""Handlers for downloading a digest's flags as CSV, on platforms that can send files (`Dispatcher.download`)."""

from __future__ import annotations

from bot.digests import csv_export, digests
from bot.digests.csv_export import Download
from bot.handlers import guests
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, instead
from bot.interface.intents import DownloadCsv, Intent, MyPolicies
from bot.interface.parts import FormButton, Screen
from bot.screens import refusals as says


def download(context: HandlerContext, intent: DownloadCsv) -> Download | None:
    """The flags of the visitor's own digest as a file; None if they have no such digest, or are a guest."""
    if not guests.may(context, intent):
        return None
    digest = digests.of_reader(context.uow, context.visitor.ids, intent.digest)
    return csv_export.of_digest(context.uow, context.visitor, digest) if digest else None


def _no_download(context: HandlerContext, intent: DownloadCsv, draft: Draft) -> Screen:
    """What a platform shows if it cannot send files."""
    if digests.of_reader(context.uow, context.visitor.ids, intent.digest) is None:
        raise instead(says.NOT_FOUND)
    return says.refusal_form(says.no_download(context.platform_name), FormButton("See my policies", MyPolicies()))


OPENS: dict[type[Intent], Opens] = {DownloadCsv: _no_download}
SUBMITS: dict[type[Intent], Submits] = {}
