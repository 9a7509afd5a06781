"""Call Slack's Web API: send, update and delete messages, read profiles and channel members, refresh tokens.

What belongs here makes a request to Slack, or says what an answer of Slack's means.
"""
