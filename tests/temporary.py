"""Where the tests keep their files: in memory, where the machine lets them.

Most of what a test waits for is SQLite and PostgreSQL writing to the disk, which nothing here needs to survive a power
cut. A folder that was chosen with TMPDIR is used as it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 2 * 1024**3
"""How much must be free: containers often have 64 MiB there, and a run needs some hundreds."""


def keep_in_memory(memory: Path = MEMORY) -> None:
    """Have temporary files made in memory from now on, also by programs that are started."""
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    if shutil.disk_usage(memory).free >= NEEDED_BYTES:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None
