"""What is open of every month: the list, to send and to sign, and what it left behind."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from schemas.codes import Role, Severity
from services.unit.findings.models import UnitFinding
from services.unit.lists.queries import months_without_list, to_send, unsigned_lists
from services.unit.months import rules as months
from services.unit.months.models import UnitMonth
from services.unit.months.queries import month
from services.unit.organisation.queries import inherited


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """Of a unit that ended and joined none the county's office sends, and its leader signs."""
    match actor.role:
        case Role.UNIT_CLERK | Role.COUNTY_CLERK:
            return _to_send(session, actor, on)
        case Role.UNIT_HEAD | Role.COUNTY_LEADER:
            return _to_sign(session, actor, on)
    return []


def _to_send(session: Session, actor: Actor, on: date) -> list[Task]:
    """A month's list while it is owed, with the findings that go with it; findings that are ready
    and were never sent, for ever.
    """
    owed = {(row.unit, row.month): row for row in months_without_list(session, actor)}
    ready: dict[tuple[str, str], list[UnitFinding]] = {key: [] for key in owed}
    for finding in to_send(session, actor):
        ready.setdefault((finding.unit, finding.month), []).append(finding)
    return [
        _sending(session, actor, unit, of, owed.get((unit, of)), findings, on)
        for (unit, of), findings in ready.items()
    ]


def _sending(
    session: Session,
    actor: Actor,
    unit: str,
    of: str,
    owed: UnitMonth | None,
    findings: list[UnitFinding],
    on: date,
) -> Task:
    called, count = months.called(of, on), len(findings)
    ready = f"（{count}户）" if count else "（没有风险的，零报告）"
    rows = [owed, *findings] if owed else findings
    return Task(
        inherited(session, actor, unit)
        + (f"报送{called}名单{ready}" if owed else f"补报{called}的{count}户"),
        f"/unit/units/{unit}?month={of}#list",
        month(session, of).report_due,
        kind="send",
        count=count or None,
        urgent=any(finding.severity is Severity.URGENT for finding in findings),
        objects=tuple(str(named(row)) for row in rows),
    )


def _to_sign(session: Session, actor: Actor, on: date) -> list[Task]:
    return [
        Task(
            f"{inherited(session, actor, unit_list.unit)}签发{months.called(unit_list.month, on)}"
            + (f"补报{unit_list.supplement}" if unit_list.supplement else "名单"),
            f"/unit/lists/{unit_list.unit}/{unit_list.month}",
            month(session, unit_list.month).report_due,
            kind="sign",
            objects=(str(named(unit_list)),),
        )
        for unit_list in unsigned_lists(session, actor)
    ]
