"""Rows of the ledger that nobody can place wait for the office, by no day."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.casework.takeover import queries
from services.casework.takeover.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    count = policy.may(actor, "settle_ledger_row") and queries.waiting(session, actor)
    if not count:
        return []
    page = "/casework/takeover?open=true"
    return [Task("核对移交台账中对不上的行", page, kind="takeover", count=count)]
