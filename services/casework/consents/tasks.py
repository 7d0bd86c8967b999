"""Adults who were away when their household signed: before their data are compared."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.casework.consents import queries
from services.casework.consents.policy import policy
from services.casework.consents.rules import PAPER
from services.casework.identification import queries as files


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "consents"):
        return []
    waiting = queries.waiting(session, actor, on)
    people = {file.id: len(persons) for file, persons in waiting}
    return [
        Task(
            f"补签承诺授权：{line.village} {line.head_name}",
            PAPER.format(line.file.id),
            note="本人签了才能比对他的数据",
            kind="sign_consent",
            count=people[line.file.id],
            urgent=line.file.urgent,
        )
        for line in files.lines(session, [file for file, _ in waiting], on)
    ]
