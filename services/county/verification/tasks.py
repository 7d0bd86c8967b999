"""Cases that wait for the office's visit or decision."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.rows import named
from kit.procedure import reading
from kit.tasks import Task
from services.county.cases.models import Case
from services.county.cases.procedure import CASE, terms
from services.county.directory.queries import names
from services.county.verification.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "decide"):
        return []
    statement = select(Case).where(
        col(Case.decision).in_(CASE.states_owed_by(actor.role)), col(Case.closed_on).is_(None)
    )
    rows = session.exec(statement.order_by(col(Case.number))).all()
    called = names(session, [case.village for case in rows])
    tasks = [
        reading.task(
            CASE,
            case,
            actor,
            on,
            title=f"入户核实 {case.number} {called[case.village]}",
            href=f"/county/cases/{case.id}",
            notes=["紧急"] if case.urgent else [],
            urgent=case.urgent,
            terms=terms(session, case),
        )
        for case in rows
    ]
    return [
        replace(task, objects=(str(named(case)),))
        for case, task in zip(rows, tasks, strict=True)
        if task
    ]
