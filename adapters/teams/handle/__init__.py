"""Handle each kind of activity: messages, card actions, dialogs and link previews.

What belongs here turns one activity into a call of `bot.dispatcher`, and shows what comes back.
"""
