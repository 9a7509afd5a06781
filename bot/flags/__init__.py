"""What people say about a policy and what is said back: flags, seconds, answers, replies; their release; receipts.

How a flag reads belongs in `bot/screens`, by when it is to be answered in `bot/policies`.
"""
