"""Two entries of one person wait to be looked into, at the township of the later one."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.village.duplicates import queries
from services.village.duplicates.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "mend_doubles"):
        return []
    return [
        Task(
            f"核对重复登记：{household.head_name}户",
            f"/village/doubles/{household.id}",
            note="同一身份证号码登记了两户",
            kind="merge-households",
            objects=tuple(filter(None, [named(household)])),
        )
        for household in queries.doubles(session, actor, "mend_doubles")
    ]
