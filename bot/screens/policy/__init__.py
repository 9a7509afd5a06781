"""Screens about policies: the card, announcing, naming an owner, pausing, and lists of policies.

Digests and the flags of a policy have packages of their own.
"""
