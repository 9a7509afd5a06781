"""What people say about a policy and what is said back: flags, seconds, answers, replies, releases, receipts.

Who may see a name is decided here and in `bot/policies`; how a flag reads is in `bot/screens`.
"""
