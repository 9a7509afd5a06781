"""Why a request is refused, where the reason is said to an operator too."""

NOT_SIGNED = "not signed"
"""The reason if a request has a signature in Slack's form and a recent time, but another secret made the signature."""
WRONG_SECRET = "the signing secret does not match"  # noqa: S105 - not a secret, but what is said of it
