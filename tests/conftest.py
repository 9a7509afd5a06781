"""What every test has: a moved clock, no network but loopback, and on request a database and a browser."""

from tests.temporary import keep_in_memory

keep_in_memory()  # before anything asks for the folder

pytest_plugins = [
    "pytester",
    "tests.garbage",
    "tests.clock",
    "tests.order",
    "tests.network",
    "tests.databases",
    "tests.rules",
    "tests.browsers",
    "tests.microsoft",
    "tests.adaptive_cards",
]
