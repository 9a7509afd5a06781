"""The outbox: deliveries written in the transaction that causes them, throttles, and quiet hours.

Nothing is sent from here: sending is in `bot/sending`.
"""
