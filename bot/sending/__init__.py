"""Bringing deliveries to the platforms: claim, render, attempt, settle, and what to do when delivery is unconfirmed.

Writing a delivery belongs to `bot/outbox`, what a message says to `bot/screens`, how it is posted to an adapter.
"""
