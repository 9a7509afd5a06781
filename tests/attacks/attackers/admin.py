"""Is an admin or an operator: sees settings, the audit log, logs at DEBUG and metrics, and changes settings."""

from __future__ import annotations

from tests.attacks.attackers.member import came_out, moves
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.script import Kind, Story


@check(sees=Leak.LOG_LINE)
def a_log_line_names_who_clicks(case: Case) -> Guesses:
    """Look for anything that stands for one person in the log lines of a click."""
    happened = []
    for act in case.truth.hidden(Kind.FLAG, Kind.SECOND, Kind.REPLY):
        lines = "\n".join(line for cause, line in case.recorder.lines if cause == f"act {act.number}").casefold()
        happened.append(any(value in lines for value, who in case.tokens.items() if who == act.person))
    return not_allowed(happened)


@check(sees=Leak.LOG_LINE)
def a_log_line_holds_what_was_typed(case: Case) -> Guesses:
    """Look for what was typed, and for who wrote it, in all lines of the whole time."""
    lines = "\n".join(line for _, line in case.recorder.lines)
    return not_allowed([each.marker in lines or each.person.user in lines for each in case.truth.hidden(Kind.FLAG)])


@check(sees=Leak.CODE_LOGGED)
def a_log_line_holds_a_receipt_code(case: Case) -> Guesses:
    """Look for the receipt codes of detached flags in all lines of the whole time."""
    lines = "\n".join(line for _, line in case.recorder.lines).casefold()
    return not_allowed([any(each in lines for each in spelled) for spelled in case.codes])


@check(sees=Leak.LOG_LINE)
def a_log_line_names_who_uses_a_code(case: Case) -> Guesses:
    """Look for anything that stands for one person in the log lines of a code that is tried or used."""
    happened = []
    for act in case.truth.hidden(Kind.CODE):
        lines = "\n".join(line for cause, line in case.recorder.lines if cause == f"act {act.number}").casefold()
        happened.append(any(value in lines for value, who in case.tokens.items() if who == act.person))
    return not_allowed(happened)


@check(sees=Leak.LOG_LINE)
def logs_move_when_somebody_writes(case: Case) -> Guesses:
    """Say that somebody wrote where a line was logged."""
    return moves(case, "logs")


@check(sees=Leak.METRIC)
def metrics_move_when_somebody_writes(case: Case) -> Guesses:
    """Say that somebody wrote where a metric has changed."""
    return moves(case, "metrics")


@check(sees=Leak.AUDIT_ENTRY)
def the_audit_log_moves_when_somebody_writes(case: Case) -> Guesses:
    """Say that somebody wrote where the audit log has grown."""
    return moves(case, "audit")


@check(sees=Leak.SHOWN_EARLY)
def changed_settings_reach_flags_that_wait(case: Case) -> Guesses:
    """Set the smallest batch and the longest wait to one in the night after a lone flag was written."""
    return came_out(case, Story.SETTINGS)
