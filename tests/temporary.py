"""Where the tests keep their files: in memory, if the machine allows it.

Tests wait mostly for SQLite and PostgreSQL to write to the disk, and no test file needs to survive a power cut. A
folder set with TMPDIR is used as it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 2 * 1024**3
"""How much must be free: containers often have 64 MiB there, and a run needs a few hundred."""


def keep_in_memory(memory: Path = MEMORY) -> None:
    """Create temporary files in memory from now on, also in programs that are started."""
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    if shutil.disk_usage(memory).free >= NEEDED_BYTES:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None
