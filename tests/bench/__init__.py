"""Speed and memory: `python -m tests.bench`. docs/bench.md explains what each figure means."""
