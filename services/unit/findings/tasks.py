"""What is open of every month: findings without words (待补充), and what units reported in
one's place.
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from rulebook.months import month_of
from schemas.codes import Role, Severity
from services.unit.findings.queries import FindingView, incomplete, incomplete_at_helpers, notices
from services.unit.months import rules as months
from services.unit.months.queries import month, open_months
from services.unit.organisation.queries import inherited
from services.unit.roles import PLACES


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is Role.HELPER:
        return _to_complete(session, incomplete(session, actor), on)
    if actor.role in (Role.UNIT_CLERK, Role.COUNTY_CLERK):
        own = _to_complete(session, incomplete(session, actor), on)
        return own + _to_urge(session, actor, on)
    return _to_know(session, actor, on) if actor.role in PLACES else []


def _to_complete(session: Session, views: list[FindingView], on: date) -> list[Task]:
    """Each belongs to the household's present helper, or to the unit's clerk where there is none,
    or to the county's office where the unit is gone too.
    """
    return [
        Task(
            f"补充{view.household.head_name}{_of(view, on)}的风险点和需解决的事",
            f"/unit/findings/{view.finding.id}",
            month(session, view.finding.month).report_due,
            kind="complete",
            urgent=view.finding.severity is Severity.URGENT,
            objects=(str(named(view.finding)),),
        )
        for view in views
    ]


def _of(view: FindingView, on: date) -> str:
    of = view.finding.month
    return "" if of == month_of(on) else f"（{months.called(of, on)}）"


def _to_urge(session: Session, actor: Actor, on: date) -> list[Task]:
    """What the helpers of a unit have to complete, month by month, for its clerk to urge."""
    waiting: dict[tuple[str, str], list[FindingView]] = {}
    for view in incomplete_at_helpers(session, actor):
        waiting.setdefault((view.finding.unit, view.finding.month), []).append(view)
    return [
        Task(
            f"{inherited(session, actor, unit)}{months.called(of, on)}{len(views)}户待帮扶责任人补充",
            f"/unit/units/{unit}?month={of}#findings",
            month(session, of).report_due,
            months.few([view.household.head_name for view in views]),
            kind="incomplete",
            count=len(views),
        )
        for (unit, of), views in waiting.items()
    ]


def _to_know(session: Session, actor: Actor, on: date) -> list[Task]:
    reported = [
        view for opened in open_months(session) for view in notices(session, actor, opened.month)
    ]
    if not reported:
        return []
    title = f"知悉：帮扶单位报告了{len(reported)}户"
    return [Task(title, "/unit/notices", kind="know", count=len(reported))]
