"""Dates and times: formatting, working days, cron expressions and their occurrences.

Nothing here knows about the product or the database.
"""
