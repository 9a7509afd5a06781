"""Draw the bot's screens as Adaptive Cards and chat messages within the limits of Teams.

What belongs here is a function of a screen alone. It calls no API and reads no database.
"""
