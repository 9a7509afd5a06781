"""The command line, as it is typed: what it prints, what it leaves behind, and its exit codes."""
