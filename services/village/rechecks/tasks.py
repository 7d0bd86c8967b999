"""What the county sent back waits for the answer of the township's clerk (D-09)."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.village.places import inherited
from services.village.rechecks.queries import unanswered
from services.village.service import behind


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.TOWNSHIP_CLERK:
        return []
    return [
        Task(
            f"{inherited(session, actor, recheck.township)}答复县里退回的复核{recheck.number}",
            f"/village/rechecks/{recheck.case}",
            recheck.due,
            kind="answer-recheck",
            objects=behind([recheck]),
        )
        for recheck in unanswered(session, actor)
    ]
