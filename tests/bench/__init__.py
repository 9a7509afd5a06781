"""How fast it is, and how much memory it takes: `python -m tests.bench`. What each figure means is in docs/bench.md."""
