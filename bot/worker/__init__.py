"""What the clock does: the worker that releases, makes digests and sends; daily jobs; heartbeat; status.

It decides when, never what: what is due is decided by the packages below, in the database.
"""
