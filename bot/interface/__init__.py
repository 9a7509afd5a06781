"""What adapters and rules speak to each other in: actor, intents, parts, views, the platform port, themes.

Plain values and protocols only: nothing here opens the database or decides anything.
"""
