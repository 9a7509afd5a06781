"""What a policy owner is sent on a schedule: made once, kept as it was sent; copies for channels; the CSV export.

When it is due is in `bot/people/digest_schedules.py`, what it says in `bot/screens/digest`.
"""
