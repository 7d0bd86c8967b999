"""What the county has to look into."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.casework.national import queries
from services.casework.national.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.COUNTY_CLERK or not policy.may(actor, "national_differences"):
        return []
    count = len(queries.differing(session))
    title = "核对与全国系统不一致的监测对象"
    return [Task(title, "/casework/national", kind="national", count=count)] if count else []
