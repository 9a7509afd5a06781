"""The unit of work that every rule is given (session, time, keys, organisation), its runner, errors, and form input.

What a rule does in one belongs to the packages above.
"""
