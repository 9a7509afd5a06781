"""Install the app: the OAuth flow, its scopes, the app manifest, and the checks of `doctor`.

What belongs here is needed once for each workspace, or to check how it is set up.
"""
