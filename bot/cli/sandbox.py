"""The folder in which the sandbox keeps its database, key and clock between runs."""

from __future__ import annotations

from pathlib import Path

from adapters.web import ClockUnreadable, Sandbox, SandboxClock
from bot.runtime.startup import Stop
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
        ring = KeyRing.from_text(kept.read_text(encoding="utf-8").strip())
        sandbox = Sandbox(SandboxClock(folder / "clock.json"))
    except OSError as error:
        why = (error.strerror or "it cannot be used").lower()
        raise Stop(f"The sandbox cannot keep its data in {folder.absolute()}: {why}. Use another folder.") from None
    except (BadKey, UnicodeDecodeError):
        raise Stop(f"{kept} holds no key that can be used. Put the key back, or start afresh with --fresh.") from None
    except ClockUnreadable as error:
        raise Stop(str(error)) from None
    return f"sqlite:///{folder / 'deliverable.db'}", ring, sandbox


def forget(folder: Path) -> None:
    """Delete everything that earlier runs of the sandbox kept, and nothing else that is in the folder."""
    own = ("deliverable.db*", "deliverable-*-at-*.db*", "key", "key.new", "clock.json", "clock.json.new")
    for each in (path for name in own for path in folder.glob(name)):
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise Stop(f"{each} cannot be deleted: {(error.strerror or 'it is in use').lower()}.") from None
