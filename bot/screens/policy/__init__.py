"""Screens about a policy: its cards, announcing it, who owns it, lists of policies, pauses."""
