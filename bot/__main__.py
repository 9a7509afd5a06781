"""The entry point: finds the command that was typed, runs it, and turns what went wrong into a sentence and a code."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from bot.cli.parser import COMMANDS, command, parser
from bot.interface.unavailable import Unavailable
from bot.runtime import logs
from bot.runtime.settings import BadSetting
from bot.runtime.startup import Stop
from storage.faults import DatabaseUnavailable, StorageFault

TRY_LATER = 75
"""The exit code where the same command may well succeed later, as mail programs have it (`EX_TEMPFAIL`)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code: 0 done, 1 a fault, 2 refused with a sentence, 75 refused for now."""
    typed = sys.argv[1:] if arguments is None else arguments
    given = parser(typed[0] if typed and typed[0] in COMMANDS else None).parse_args(typed)
    try:
        return command(given.command).run(given)
    except (DatabaseUnavailable, Unavailable) as refused:
        print(refused, file=sys.stderr)
        return TRY_LATER
    except (Stop, BadSetting, StorageFault) as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logging.getLogger("bot").critical("%s", logs.told(error), exc_info=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
