"""The types that adapters and rules exchange: actor, intents, parts, views, the platform port, themes, announcements.

Plain values and protocols only. Nothing here opens the database or decides anything.
"""
