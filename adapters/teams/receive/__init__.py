"""Take in activities: validate the token, parse, drop duplicates, answer invokes, retry what must not be lost.

What belongs here runs before it is known what the person wanted. `handle/` takes over from there.
"""
