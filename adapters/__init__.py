"""The ways in and out: one folder for each platform and each source."""
