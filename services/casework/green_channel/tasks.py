"""A leader's answer of today; what the office watches."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.casework.green_channel import queries
from services.casework.green_channel.forms import GreenFilter
from services.casework.green_channel.policy import policy
from services.casework.green_channel.rules import Part, page_of


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    found: list[Task] = []
    if policy.may(actor, "agree_green_channel"):
        rows = session.exec(queries.waiting(actor, on)).all()
        for line in queries.lines(session, rows, on):
            title = f"{line.line.village} {line.line.head_name}"
            said = "绿色通道 · 当天同意"
            page, objects = page_of(line.row.file), (str(named(line.row)),)
            found.append(Task(title, page, on, said, kind="green", urgent=True, objects=objects))
    if policy.may(actor, "decide_recovery"):
        late = session.exec(queries.rows(actor, GreenFilter(part=Part.OVERDUE), on)).all()
        false = session.exec(queries.recoverable(actor)).all()
        to = "/casework/green-channels?part="
        for title, kind, part, rows in (
            ("核实补办逾期的绿色通道（体外循环线索）", "backfill", Part.OVERDUE, late),
            ("决定先行帮扶是否追回", "recovery", Part.NOT_ADMITTED, false),
        ):
            if rows:
                who = tuple(str(named(row)) for row in rows)
                found.append(Task(title, f"{to}{part}", kind=kind, count=len(rows), objects=who))
    return found
