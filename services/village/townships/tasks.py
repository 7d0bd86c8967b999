"""What waits for a township: lists to look at and to sign."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.village.findings.policy import policy as findings_policy
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.townships.queries import unsigned_lists


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = months_queries.latest_month(session, on)
    if month is None or not findings_policy.may(actor, "recheck_finding"):
        return []
    lists = unsigned_lists(session, month.month, actor.place)
    if not lists:
        return []
    return [
        Task(
            f"复核并签发村级名单{len(lists)}份",
            f"/village/townships/{actor.place}/{month.month}",
            month.township_due,
            months_queries.reminded(session, month.month, Reporter.TOWNSHIP, actor.place),
            kind="sign-lists",
            count=len(lists),
        )
    ]
