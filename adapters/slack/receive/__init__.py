"""Take in what Slack sends, over HTTP or Socket Mode: verify the signature, parse the payload, acknowledge in time.

What belongs here runs before it is known what the person wanted. `handle/` takes over from there.
"""
