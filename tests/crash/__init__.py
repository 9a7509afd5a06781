"""Processes that are killed at any moment, and what must be so when they are started again."""
