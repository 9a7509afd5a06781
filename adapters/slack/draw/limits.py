"""Slack's size limits, in characters unless said otherwise. Source: Slack's Block Kit reference, November 2026.

The limit for the whole text of a message is undocumented. Slack has refused messages of 11,300 characters (bolt-js
issues 2509 and 2867), and fewer when there are more blocks. So each block counts as `BLOCK_COSTS` characters, and the
sum must stay below `MESSAGE_TEXT`.
"""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 11_000
BLOCK_COSTS = 40
VIEW_BYTES = 240_000
"""Slack's limit is 250 kB. The difference is for what surrounds the blocks of a view."""

FALLBACK = 3_000
PRIVATE_METADATA = 3_000
TITLE = 24
HEADER = 150
CONTEXT = 2_000
"""The limit for a text in a context block. Slack documents none beside 3,000 for a text object."""
RICH_TEXT = 3_000
"""The limit for one block of rich text. Slack documents none, so this is the limit of its other text blocks."""
BUTTONS = 25
BUTTON = 75
SPOKEN_NAME = 75
URL = 3_000
OPTION = 75
RADIOS = 10
OPTIONS = 100
PLACEHOLDER = 150
LABEL = 2_000
INPUT = 3_000
PROBLEM = 2_000
BLOCK_ID = 255
