"""Draw the bot's screens as Block Kit: blocks, modals and messages within Slack's limits.

What belongs here is a function of a screen alone. It calls no API and reads no database.
"""
