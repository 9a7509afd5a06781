"""What happens when nobody answers: the escalation chain, its steps, the notices, and pauses.

By when an answer is due is in `bot/policies/answer_deadlines.py`.
"""
