"""A village's list of the month, and what was found after it."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from services.village.findings.queries import to_review, unsent
from services.village.lists.policy import policy
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = months_queries.latest_month(session, on)
    if month is None or not policy.may(actor, "submit_list"):
        return []
    if actor.scope.kind is not ScopeKind.VILLAGE:
        return []  # others only enter what a village sent on paper
    href, village = f"/village/villages/{actor.place}/{month.month}", actor.place
    row = months_queries.reporter(session, month.month, Reporter.VILLAGE, village)
    if row.expected:
        note = months_queries.reminded(session, month.month, Reporter.VILLAGE, village)
        return [Task("上报本月名单（没有情况报零报告）", href, row.due, note, kind="submit-list")]
    supplementary = row.reported and unsent(session, month.month, village)
    if supplementary and not to_review(session, month.month, village):
        return [Task("补充上报新增的农户", href, row.due, kind="submit-supplement")]
    return []
