"""``python -m storage.migrations "what changes"`` writes the next step from the tables as they now are."""

import argparse
import sys

from storage.migrate import make_migration


def main() -> int:
    """Write a step, and say where. Gives 1 where nothing has changed."""
    parser = argparse.ArgumentParser(prog="python -m storage.migrations", description=__doc__)
    parser.add_argument("message", help="what changes, in a few words")
    parser.add_argument("--empty", action="store_true", help="to be filled by hand, as for a new word of a CHECK")
    given = parser.parse_args()
    path = make_migration(given.message, empty=given.empty)
    sys.stdout.write(f"Written: {path}\n" if path else "The tables have not changed.\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
