"""HTTP: the one server of a process, and the process around it.

`application` makes the aiohttp application that adapters add their routes to; `run` serves a `Process` until SIGINT or
SIGTERM.
"""

from adapters.http.application import MOST_BYTES, application
from adapters.http.listening import CannotListen, Listening
from adapters.http.process import NOTICE_SECONDS, Process, run

__all__ = ["MOST_BYTES", "NOTICE_SECONDS", "CannotListen", "Listening", "Process", "application", "run"]
