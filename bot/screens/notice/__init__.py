"""Messages that the bot sends by itself, confirmations, and answers for what cannot be done.

Error sentences beside a field are in `refusals.py`.
"""
