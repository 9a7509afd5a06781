"""What admins set up and try out: the first-run checklist and the practice run.

The forms belong in `bot/screens/admin`, what submitting them does in `bot/handlers`.
"""
