"""Screens about answering: the answer form, what is said under the card, acknowledging, replies."""
