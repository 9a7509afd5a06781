"""The entry point: finds the command that was typed, runs it, and turns what went wrong into a sentence and a code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from bot.cli.parser import command, parser
from bot.interface.unavailable import Unavailable
from bot.runtime import logs
from bot.runtime.settings import BadSetting, log_format
from bot.runtime.startup import Stop
from storage.faults import DatabaseUnavailable, DatabaseUnusable, StorageFault

DONE, FAULT, REFUSED, TRY_LATER, INTERRUPTED, NOBODY_READS = 0, 1, 2, 75, 130, 141
"""The exit codes. 75 is what mail programs call `EX_TEMPFAIL`, and 141 what a shell gives for SIGPIPE."""
LATER = "Nothing was changed. Try again later."


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code: 0 done, 1 a fault, 2 refused with a sentence, 75 refused for now."""
    logs.set_up("INFO", log_format())  # as the settings say, once a command has read them
    logs.catch_the_rest()
    typed = sys.argv[1:] if arguments is None else arguments
    whole = parser(typed[0] if typed else "")  # where no command is typed, no command's file is loaded
    given = whole.parse_args(typed)
    if given.command is None:
        whole.print_help()
        return DONE
    try:
        return command(given.command).run(given)
    except (Stop, BadSetting, DatabaseUnusable) as refused:
        return _refuse(str(refused), REFUSED)
    except (DatabaseUnavailable, Unavailable) as refused:
        return _refuse(f"{refused.reason if isinstance(refused, Unavailable) else refused} {LATER}", TRY_LATER)
    except StorageFault as refused:
        return _refuse(str(refused), REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python would try to write the rest once more when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except Exception as error:
        logging.getLogger("bot").critical("%s", logs.type_and_place(error), exc_info=True)
        return FAULT


def _refuse(sentence: str, code: int) -> int:
    logs.say_aside(sentence, refused=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
