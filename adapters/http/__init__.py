"""HTTP: the one server on which everything that is served over HTTP stands, and the process around it.

`application` makes what adapters mount their routes on; `run` serves a `Process` until it is told to stop.
"""

from adapters.http.application import MOST_BYTES, application
from adapters.http.listening import CannotListen, Listening
from adapters.http.process import Platform, Process, run

__all__ = ["MOST_BYTES", "CannotListen", "Listening", "Platform", "Process", "application", "run"]
