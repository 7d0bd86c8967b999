"""Closing: what reports to somebody, or answers to him, comes to an end (F-15).

An office says the last month of a group, village, township, unit, team or department and what it
was merged into. From the month after nobody expects a report of it, and its open things are its
successor's, or of the office above: the directory tells (`kit/directory/succession.py`), the
policy's relations and the rooms `tasks` follow. Until it is taken back, it stays so.

Whoever owns such places has three deeds, each followed by telling what changed:

    closing.say(session, entry, form, actor=actor, on=on)     # its last month, and what it joins
    closing.end(session, kind, code, on)                      # that month is over
    closing.undo(session, kind, code, reason, actor=actor, on=on)
    events = [_named(entry) for entry in closing.changed(session, KINDS)]

and asks `closing.over(session, KINDS, month)` whom nobody expects in a month any more.
"""

from kit.closing.forms import ClosingForm, ReopeningForm
from kit.closing.table import (
    Closing,
    about,
    changed,
    closings,
    end,
    ending,
    in_force,
    kind_and_code,
    over,
    say,
    undo,
)

__all__ = [
    "Closing",
    "ClosingForm",
    "ReopeningForm",
    "about",
    "changed",
    "closings",
    "end",
    "ending",
    "in_force",
    "kind_and_code",
    "over",
    "say",
    "undo",
]
