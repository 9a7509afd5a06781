"""One transaction with all that a rule is given: session, instant, keys, organisation; its runner; errors; form input.

What a rule does with it belongs to the packages above.
"""
