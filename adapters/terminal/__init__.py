"""What the command line shows: screens to read, the story of one policy, and how far a long read has come."""
