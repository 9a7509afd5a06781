"""The command line, one command a file. With `bot/__main__.py` the only place that imports adapters.

What belongs here reads arguments, puts adapters, rules and storage together, and prints. Rules do not belong here.
"""
