"""The command line: what it prints, what it leaves behind, and its exit codes."""
