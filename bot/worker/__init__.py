"""Background work: the worker that releases, makes digests and sends; daily jobs; the heartbeat; the process's status.

It decides when something runs, never what is due: that belongs to the packages below it.
"""
