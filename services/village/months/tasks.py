"""Who has to be called because he has not reported; at first, that there is anybody to report."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from services.village.months import queries
from services.village.months.models import Month, ReporterMonth
from services.village.months.policy import policy
from services.village.months.rules import Reporter, called

# Whoever calls those below him: kind of place → who is called.
CALLS = {
    ScopeKind.VILLAGE: Reporter.GROUP,
    ScopeKind.TOWNSHIP: Reporter.VILLAGE,
    ScopeKind.COUNTY: Reporter.TOWNSHIP,
}
TITLES = {
    Reporter.GROUP: "催报：{}还有{}个组没有报",
    Reporter.VILLAGE: "催报：{}还有{}个村没有报",
    Reporter.TOWNSHIP: "催报：{}还有{}个乡镇没有签发报县",
}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """They only urge others, whose own task the report is: no open row stands behind them. One
    person is asked to call: of a township its clerk.
    """
    if actor.role is Role.TOWNSHIP_HEAD or not policy.may(actor, "call_reporters"):
        return []
    kind = CALLS[actor.scope.kind]
    if queries.latest_month(session, on) is None:
        first = Task("先导入区划、村民小组和农户信息", "/", kind="import-master-data")
        return [first] if kind is Reporter.TOWNSHIP else []
    called_up = (_call(session, actor, kind, month, on) for month in queries.running(session, on))
    return [task for task in called_up if task]


def _call(session: Session, actor: Actor, kind: Reporter, month: Month, on: date) -> Task | None:
    may_call = policy.visible(actor, "call_reporters", ReporterMonth)
    rows = queries.reporters(session, month.month, kind, visible=may_call)
    silent = [row for row in rows if row.expected]
    if not silent or (kind is Reporter.GROUP and _has_sent(session, actor, month)):
        return None
    return Task(
        TITLES[kind].format(called(month.month, on), len(silent)),
        f"/village/months/{month.month}",
        silent[0].due,
        kind="call-reporters",
        count=len(silent),
    )


def _has_sent(session: Session, actor: Actor, month: Month) -> bool:
    """A village that has sent its list waits for no group any more."""
    village = queries.known_reporter(session, month.month, Reporter.VILLAGE, actor.scope.code)
    return village is not None and village.reported
