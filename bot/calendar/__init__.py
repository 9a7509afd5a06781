"""Dates and times: how they read, working days, cron expressions and their occurrences.

Nothing here knows the product or the database.
"""
