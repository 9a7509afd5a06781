"""The rules of Deliverable: what a policy, a flag, an answer and a digest may do."""

import sys

__version__ = "0.1.0rc1"

if sys.version_info < (3, 11):  # noqa: UP036 - before anything is loaded that an older Python cannot read
    found = ".".join(str(each) for each in sys.version_info[:2])
    sys.stderr.write(f"Deliverable needs Python 3.11 or later, and this is Python {found}.\n")
    sys.exit(2)
