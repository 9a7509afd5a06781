"""What was announced: opening, rewording, naming owners; alerts; answer deadlines; what another day changes.

Flags on a policy belong to `bot/flags`.
"""
