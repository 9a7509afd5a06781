"""Python runs this when it starts: it moves the clock of a program that a test starts, as tests/clock.py says.

Where time-machine is not installed, as in an environment that a test builds, the machine's clock stays.
"""

import importlib.util
import os
import sys
from datetime import timedelta

if os.environ.get("TESTS_AHEAD") and importlib.util.find_spec("time_machine"):
    sys.modules["pytest"] = None  # type: ignore[assignment] # time_machine would load it, for its fixture
    import time_machine

    del sys.modules["pytest"]
    time_machine.travel(timedelta(seconds=float(os.environ["TESTS_AHEAD"]))).start()
