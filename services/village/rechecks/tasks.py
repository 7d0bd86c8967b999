"""What the county sent back waits for the township's answer (D-09)."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.village.rechecks.policy import policy
from services.village.rechecks.queries import unanswered


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "answer_recheck"):
        return []
    return [
        Task(
            f"答复县里退回的复核{recheck.number}",
            f"/village/rechecks/{recheck.case}",
            recheck.due,
            kind="answer-recheck",
        )
        for recheck in unanswered(session, actor)
    ]
