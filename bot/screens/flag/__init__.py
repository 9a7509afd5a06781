"""Screens about flags: the form, one's own, those of a policy, receipts, seconds, how people are protected."""
