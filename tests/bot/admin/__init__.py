"""Tests of `bot/admin`."""
