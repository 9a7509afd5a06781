"""The terminal: all screens to read, the story of one policy, and a progress bar."""
