"""How much Slack takes, in characters unless said otherwise. Source: Slack's Block Kit reference, November 2026.

The sum over a message is undocumented: messages of 11,300 characters have been refused (bolt-js issues 2509 and
2867), fewer the more blocks there are, so a block counts as `BLOCK_COSTS` characters and the sum stays below that.
"""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 11_000
BLOCK_COSTS = 40
VIEW_BYTES = 240_000
"""Slack takes 250 kB; the rest is for what it wraps around a view."""

FALLBACK = 3_000
TITLE = 24
HEADER = 150
RICH_TEXT = 3_000
"""The most in one block of rich text: what Slack's other text blocks take."""
BUTTONS = 25
BUTTON = 75
BUTTON_VALUE = 2_000
SPOKEN_NAME = 75
URL = 3_000
OPTION = 75
RADIOS = 10
OPTIONS = 100
PLACEHOLDER = 150
LABEL = 2_000
INPUT = 3_000
PRIVATE = 3_000
PROBLEM = 2_000
