"""Who has to be called because he has not reported; at first, that there is anybody to report."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from services.village.months import queries
from services.village.months.models import Month, ReporterMonth
from services.village.months.policy import policy
from services.village.months.rules import Reporter

# Whoever calls those below him: kind of place → who is called.
CALLS = {
    ScopeKind.VILLAGE: Reporter.GROUP,
    ScopeKind.TOWNSHIP: Reporter.VILLAGE,
    ScopeKind.COUNTY: Reporter.TOWNSHIP,
}
TITLES = {
    Reporter.GROUP: "催报：还有{}个组没有报",
    Reporter.VILLAGE: "催报：还有{}个村没有报",
    Reporter.TOWNSHIP: "还有{}个乡镇没有签发报县",
}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "call_reporters"):
        return []
    kind, month = CALLS[actor.scope.kind], queries.latest_month(session, on)
    if month is None:
        first = Task("先导入区划、村民小组和农户信息", "/", kind="import-master-data")
        return [first] if kind is Reporter.TOWNSHIP else []
    called = policy.visible(actor, "call_reporters", ReporterMonth)
    silent = [
        row for row in queries.reporters(session, month.month, kind, visible=called) if row.expected
    ]
    if not silent or (kind is Reporter.GROUP and _has_sent(session, actor, month)):
        return []
    due = {
        Reporter.GROUP: month.group_due,
        Reporter.VILLAGE: month.village_due,
        Reporter.TOWNSHIP: month.township_due,
    }[kind]
    title, href = TITLES[kind].format(len(silent)), f"/village/months/{month.month}"
    return [Task(title, href, due, kind="call-reporters", count=len(silent))]


def _has_sent(session: Session, actor: Actor, month: Month) -> bool:
    """A village that has sent its list waits for no group any more."""
    return queries.reporter(session, month.month, Reporter.VILLAGE, actor.place).reported
