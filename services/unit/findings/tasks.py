"""What is open: findings without words (待补充), and what units reported in one's place."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.unit.findings.queries import finding_views, notices
from services.unit.findings.rules import FindingState
from services.unit.months.models import Month
from services.unit.months.queries import latest_month
from services.unit.roles import PLACES


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = latest_month(session)
    if month is None:
        return []
    if actor.role in (Role.HELPER, Role.UNIT_CLERK):
        return _to_complete(session, actor, month)
    return _to_know(session, actor, month) if actor.role in PLACES else []


def _to_complete(session: Session, actor: Actor, month: Month) -> list[Task]:
    title = "补充{}的风险点和需解决的事" if actor.role is Role.HELPER else "{}待补充"
    return [
        Task(
            title.format(view.household.head_name),
            f"/unit/findings/{view.finding.id}",
            month.report_due,
            kind="complete",
        )
        for view in finding_views(session, actor, month=month.month)
        if view.state is FindingState.DRAFT and not view.finding.struck_on
    ]


def _to_know(session: Session, actor: Actor, month: Month) -> list[Task]:
    reported = notices(session, actor, month.month)
    if not reported:
        return []
    title = f"知悉：帮扶单位本月报告了{len(reported)}户"
    return [Task(title, "/unit/notices", kind="know", count=len(reported))]
