"""Sending: claim deliveries, render them, attempt to send them, settle the outcome, and deal with unconfirmed ones.

Writing a delivery belongs in `bot/outbox`, what a message says in `bot/screens`, how it is posted in an adapter.
"""
