"""The steps by which tables change, oldest first in ``versions/``; `storage.migrate` walks them."""
