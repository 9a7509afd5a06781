"""Tests of the feed reader."""
