"""Screens about flags: the form, the receipt, the flags of a policy, a person's own, and how people are protected.

How one flag reads in any list is in `quoted.py`.
"""
