"""Call the Bot Connector and Microsoft's sign-in service: send, update and delete activities, read rosters, get tokens.

What belongs here makes a request to Microsoft, or says what an answer means.
"""
