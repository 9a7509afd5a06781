"""The folder in which the sandbox keeps its database, key and clock between runs."""

from __future__ import annotations

from pathlib import Path

from adapters.web import ClockUnreadable, Sandbox, SandboxClock
from bot.policies.ends import MONTHS_AHEAD
from bot.runtime.clock import now
from bot.runtime.startup import Stop
from storage.end_months import BadEndMonths, EndMonths, EndMonthsFile, write
from storage.keys import BadKey, KeyRing, new_master_key

FOLDER = Path("deliverable-demo")


def sandbox_parts(folder: Path) -> tuple[str, KeyRing, Sandbox]:
    """The sandbox's own database address, master key and clock, kept in `folder`. Raises `Stop`."""
    kept, new = folder / "key", folder / "key.new"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not kept.exists():  # written to another file first, so that a run that is cut off leaves no half of a key
            new.touch(mode=0o600)
            new.write_text(new_master_key("sandbox") + "\n", encoding="utf-8")
            new.replace(kept)
        months = folder / "end-months"
        if not months.exists():
            write(months, EndMonths.new(now().date(), MONTHS_AHEAD))
        ring = KeyRing.from_text(kept.read_text(encoding="utf-8").strip(), EndMonthsFile(months))
        sandbox = Sandbox(SandboxClock(folder / "clock.json"))
    except OSError as error:
        why = (error.strerror or "it cannot be used").lower()
        raise Stop(f"The sandbox cannot keep its data in {folder.absolute()}: {why}. Use another folder.") from None
    except (BadKey, UnicodeDecodeError):
        raise Stop(f"{kept} holds no key that can be used. Put the key back, or start afresh with --fresh.") from None
    except (ClockUnreadable, BadEndMonths) as error:
        raise Stop(str(error)) from None
    return f"sqlite:///{folder / 'deliverable.db'}", ring, sandbox


def forget(folder: Path) -> None:
    """Delete everything that earlier runs of the sandbox kept, and nothing else that is in the folder."""
    own = ("deliverable.db*", "deliverable-*-at-*.db*", "key", "key.new", "end-months", "clock.json", "clock.json.new")
    for each in (path for name in own for path in folder.glob(name)):
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise Stop(f"{each} cannot be deleted: {(error.strerror or 'it is in use').lower()}.") from None
