"""Tests of reading announcement feeds."""
