"""Screens about setting Deliverable up and looking after it: home, help, settings, the checklist, what was not sent."""
