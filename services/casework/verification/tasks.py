"""Visits whose form is not whole yet: the same-day visit needs little, the village needs all of it."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.casework.identification import queries as files
from services.casework.verification import queries
from services.casework.verification.policy import policy
from services.casework.verification.rules import PAPER


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The township's: due with the assessment, which waits for it."""
    if not policy.may(actor, "verifications"):
        return []
    open_ = [file for file, _ in queries.incomplete(session, actor)]
    return [
        Task(
            f"补全入户核实表：{line.village} {line.head_name}",
            PAPER.format(line.file.id),
            line.file.assess_due,
            "填全后才能评议",
            kind="complete_verification",
            urgent=line.file.urgent,
        )
        for line in files.lines(session, open_, on)
    ]
