"""Policies: announcing, rewording, naming owners, alerts, answer deadlines, and what a new day changes.

Flags on a policy belong to `bot/flags`, what happens when nobody answers to `bot/escalation`.
"""
