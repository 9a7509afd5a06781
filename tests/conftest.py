"""What every test has: no network but loopback, and on request a database and a browser."""

pytest_plugins = [
    "pytester",
    "tests.order",
    "tests.network",
    "tests.databases",
    "tests.browsers",
    "tests.microsoft",
    "tests.adaptive_cards",
]
