"""Digests, which policy owners are sent on a schedule and which are kept as sent; copies for channels; the CSV export.

When a digest is due belongs in `bot/people/digest_schedules.py`, how it reads in `bot/screens/digest`.
"""
