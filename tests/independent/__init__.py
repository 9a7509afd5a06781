"""The main story through the real `serve`, against a Slack and a Teams that others have written.

Our own fakes were written by the same people as the program, so they share its mistakes. Where these differ from what
the vendors document, the documents are right, and docs/decisions/0023-clients-by-others.md says how they differ.
"""
