"""What admins set up and try out (the first-run checklist, the practice run), and the audit log of what they did.

The forms belong in `bot/screens/admin`, what submitting them does in `bot/handlers`.
"""
