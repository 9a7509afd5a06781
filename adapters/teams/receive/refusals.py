"""Why a request is refused: a few words for the metric, and what an operator checks if it may be a setting of ours."""

NO_TOKEN = "no token"  # noqa: S105 - these are reasons, and no secrets
MALFORMED_TOKEN = "malformed token"  # noqa: S105
UNKNOWN_KEY = "unknown key"
WRONG_SIGNATURE = "wrong signature"
EXPIRED = "expired"
NOT_YET_VALID = "not yet valid"
ANOTHER_APP = "another app"
ANOTHER_ISSUER = "another issuer"
ANOTHER_CHANNEL = "another channel"
ANOTHER_ADDRESS = "another service address"
HOST_NOT_ALLOWED = "service host not allowed"
ANOTHER_TENANT = "another tenant"
NOT_LOCAL = "not from this machine"
NO_KEYS = "no keys"
MALFORMED = "malformed"
TOO_LARGE = "too large"
TOO_SLOW = "too slow"

_CLOCK = "the clock of this machine: set it by NTP"
CURES = {
    ANOTHER_APP: "DELIVERABLE_TEAMS_APP_ID: it is the application (client) ID of the bot",
    ANOTHER_TENANT: "DELIVERABLE_TEAMS_TENANT_ID: it is the ID of the directory whose people may use the bot",
    ANOTHER_ISSUER: "DELIVERABLE_TEAMS_ISSUER: it is different in each of Microsoft's clouds",
    HOST_NOT_ALLOWED: "DELIVERABLE_TEAMS_SERVICE_HOSTS: it is different in each of Microsoft's clouds",
    EXPIRED: _CLOCK,
    NOT_YET_VALID: _CLOCK,
}
"""What to check if requests that Microsoft signed are refused for this reason."""
