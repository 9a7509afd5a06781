"""What happens when nobody answers: the escalation chain, its steps, the notices, and pauses.

By when an answer is due belongs in `bot/policies/answer_deadlines.py`, how a notice reads in `bot/screens/notice`.
"""
