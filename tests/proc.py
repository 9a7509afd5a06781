"""Facts about a process, read from /proc: a minimal machine has no `ps`."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """The ids of the child processes of `pid` that still run."""
    return [int(each.name) for each in PROC.glob("[0-9]*") if _parent(each) == pid]


def command_line(pid: int) -> str:
    """The command line of a process, with spaces between words; empty if the process is gone."""
    with suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process. Raises FileNotFoundError if the process is gone."""
    lines = (PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _parent(folder: Path) -> int | None:
    """The id of a process's parent, or None if the process has ended meanwhile."""
    with suppress(OSError):
        # The name, in brackets, may itself contain brackets. The state and the parent follow the last one.
        return int((folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    return None
