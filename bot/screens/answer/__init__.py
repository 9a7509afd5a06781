"""Screens about answers: the answer form, acknowledging, the notice under the card, and the author's reply.

How an answer reads beside a flag is in `quoted.py`.
"""
