"""Procedure: who owes what in which state, until when, and what then, as a table.

    SIGN = Clock(C.SIGN, HEAD, {A.SEND: "monthly.sign_limit"}, then="逾期未签发，县里看得到")

    LIST = Procedure("名单", "份", deadline=LIST_CLOCK, begin=(A.OPEN, S.DRAFT), by={A.SEND: CLERK, A.SIGN: HEAD},
        states={
            S.DRAFT: State(CLERK, "填写并上报", actions={A.SEND: S.SENT}),
            S.SENT: State(HEAD, "签发", (SIGN,), {A.SIGN: S.SIGNED, A.BACK: S.DRAFT}),
            S.SIGNED: END,
        })

    LIST.require(row, A.SIGN)                                         # or the sentence why not
    clocks.enter(session, LIST, row, A.SEND, on=on, terms=terms)      # state, due days, deadline rows
    reading.task(LIST, row, actor, on, title=row.number, href=…)      # on its owner's list only
    reading.timeline(LIST, row, on, terms, past)                      # each limit beside its source
    assert check(LIST) == []                                          # one test a table

kit knows no rule: limits are looked up by their keys in `Terms`, which a service makes of its pack, and
roles are opaque.
"""

from kit.procedure.check import check
from kit.procedure.table import END, Clock, Owed, Owner, Procedure, State, Terms

__all__ = ["END", "Clock", "Owed", "Owner", "Procedure", "State", "Terms", "check"]
