"""Screens about digests: the digest and its order, the copy for channels, the CSV file, schedules, absences.

The notices when nobody answers are in `notice`.
"""
