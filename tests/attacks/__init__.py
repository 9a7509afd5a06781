"""Attacks on the promises by the onlookers that docs/threat-model.md names, over a whole population.

A population writes flags, seconds and replies through the real dispatcher and worker; only the tests know who wrote
what (`script`, `population`). A `recorder` keeps all that leaves the process. Each module of `attackers` is one
onlooker: its checks guess, and `guesses` says whether they were right more often than chance. Each check must also see
a leak that is planted on purpose (`leaks`), or it could pass by looking at nothing.

`python -m tests.attacks` runs it on a larger population than the tests do, and prints every check.
"""
