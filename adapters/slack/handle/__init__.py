"""Handle each kind of interaction: slash commands, buttons, modals, uploads, events.

What belongs here turns one payload into a call of `bot.dispatcher`, and shows what comes back.
"""
