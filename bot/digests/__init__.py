"""Digests: made for policy owners on a schedule, and kept as they were sent; copies for channels; the CSV export.

When a digest is due belongs in `bot/people/digest_schedules.py`, how it reads in `bot/screens/digest`.
"""
