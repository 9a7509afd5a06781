"""A chat platform that exists in memory only: the smallest one that all stories can be played on.

`platform` keeps the messages, `client` asks the dispatcher for one person, `window` is what they have before them,
`pieces` reads a card or a form the way people do, and `stage` puts them together for a story.
"""
