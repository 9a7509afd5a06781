"""What adapters and rules exchange: actor, intents, parts, views, platform port and names, themes, announcements.

Plain values and protocols only. Nothing here opens the database or decides anything.
"""
