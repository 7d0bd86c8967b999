"""The screening of each month that is still owed: a group leader's one task, and the village's clerk's
where the group ended.
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter, called
from services.village.places import VILLAGE_CLERKS, inherited, owned
from services.village.screening.queries import screenings_owed
from services.village.service import behind


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role not in (Role.GROUP_LEADER, *VILLAGE_CLERKS):
        return []
    leader = actor.role is Role.GROUP_LEADER
    return [
        Task(
            f"{inherited(session, actor, group)}{called(row.month, on)}摸排还没有报",
            f"/village/?month={row.month}"
            if leader
            else f"/village/villages/{row.division}/{row.month}",
            row.due,
            months_queries.reminded(session, row.month, Reporter.GROUP, row.code),
            kind="report-group",
            objects=behind([row]),
        )
        for group in owned(session, actor, ScopeKind.GROUP)
        for row in screenings_owed(session, group, on)
    ]
