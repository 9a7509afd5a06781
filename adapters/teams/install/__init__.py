"""Follow where the app is installed: teams and chats that it is added to or removed from."""
