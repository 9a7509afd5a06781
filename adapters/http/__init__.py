"""HTTP: the one server on which everything that is served over HTTP stands.

`application` makes what adapters mount their routes on; `Listening` serves it until it is told to stop.
"""

from adapters.http.application import MOST_BYTES, application
from adapters.http.listening import CannotListen, Listening

__all__ = ["MOST_BYTES", "CannotListen", "Listening", "application"]
