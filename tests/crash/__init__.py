"""Processes that are killed at any moment, and what must hold after a restart."""
