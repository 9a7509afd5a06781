"""Screens for setting up and running Deliverable: home, help, settings, the checklist and its forms, dead letters.

What policy owners set about their own digests is in `digest`.
"""
