"""What Linux says of a process, read from /proc: a minimal machine has no `ps`."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """The ids of the processes that `pid` has started and that are still there."""
    return [int(each.name) for each in PROC.glob("[0-9]*") if _parent(each) == pid]


def command_line(pid: int) -> str:
    """What a process was started with, with a space between words; empty when it is gone."""
    with suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def resident_megabytes(pid: int) -> float:
    """The memory that a process holds now. Raises FileNotFoundError when it is gone."""
    lines = (PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _parent(folder: Path) -> int | None:
    """The id of a process's parent, or None when the process has ended meanwhile."""
    with suppress(OSError):
        # The name, in brackets, may hold brackets itself: after the last one come the state and the parent.
        return int((folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    return None
