"""Writing down what must be sent, in the transaction that causes it, and how fast and when it may go.

Nothing is sent from here: that is `bot/sending`.
"""
