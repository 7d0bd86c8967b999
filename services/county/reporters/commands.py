"""Every reporter's month, as its events tell it: the one table that the bulletin counts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from kit.actor import Actor
from kit.database.upsert import upsert
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.inbox import origin
from kit.seal import unseal
from rulebook.divisions import level, township_of
from schemas.codes import Content, Level, Timeliness
from schemas.county import SupervisionReported
from schemas.unit import (
    UnitExempted,
    UnitListMissed,
    UnitListSigned,
    UnitListSubmitted,
    UnitMonthOpened,
)
from schemas.values import ReasonWords
from schemas.village import (
    GroupReported,
    GroupReportMissed,
    GroupReportWithdrawn,
    ListMissed,
    ListSubmitted,
    ReporterExempted,
    TownshipMissed,
    TownshipSigned,
    VillageMonthOpened,
)
from services.county.commands import heard_on
from services.county.reporters.models import ReporterKind, ReporterMonth, VisitsMonth
from services.county.reporters.policy import policy
from services.county.reporters.rules import after_withdrawal, due_since, timeliness
from services.county.statistics.queries.reporting import townships_content


def open_village_month(session: Session, event: VillageMonthOpened) -> None:
    """Who is expected, frozen; what has overtaken the opening stays."""
    expect(
        session,
        event.month,
        ReporterKind.GROUP,
        due_since(event.group_due, event.opened_on),
        [(f"{group.village}/{group.group}", group.village) for group in event.groups],
    )
    villages = [(village, township_of(village)) for village in event.villages]
    village_due = due_since(event.village_due, event.opened_on)
    expect(session, event.month, ReporterKind.VILLAGE, village_due, villages)
    townships = [(code, None) for code in event.townships]
    township_due = due_since(event.township_due, event.opened_on)
    expect(session, event.month, ReporterKind.TOWNSHIP, township_due, townships)


def open_unit_month(session: Session, event: UnitMonthOpened) -> None:
    units = [(unit.unit, None) for unit in event.units]
    expect(
        session, event.month, ReporterKind.UNIT, due_since(event.report_due, event.opened_on), units
    )
    for unit in event.units:
        row = _visits(session, event.month, unit.unit)
        if row.told_on is None:  # then its own count stands, whichever came first
            row.required = unit.households
        elif row.visit_due is None and row.former:
            row.former = [former | {"required": unit.households} for former in row.former]
        row.visit_due = event.visit_due


def expect(
    session: Session,
    month: str,
    kind: ReporterKind,
    due: date | None,
    reporters: Iterable[tuple[str, str | None]],
) -> None:
    """Rows for those who are expected: (code, parent)."""
    rows = [
        {"month": month, "kind": kind, "code": code, "parent": parent, "due": due, "expected": True}
        for code, parent in reporters
    ]
    upsert(session, ReporterMonth, rows, "month", "kind", "code")


def note_group(session: Session, event: GroupReported) -> None:
    code = f"{event.village}/{event.group}"
    note(
        session,
        event.month,
        ReporterKind.GROUP,
        code,
        parent=event.village,
        on=heard_on(session, event.receipt.on),
        timeliness=timeliness(event.late),
        findings=len(event.at_risk),
        **_received(event),
    )


def note_group_withdrawal(session: Session, event: GroupReportWithdrawn) -> None:
    code = f"{event.village}/{event.group}"
    row = session.get(ReporterMonth, (event.month, ReporterKind.GROUP, code))
    state = after_withdrawal(event.on, row.due if row else None)
    note(
        session,
        event.month,
        ReporterKind.GROUP,
        code,
        parent=event.village,
        on=event.on,
        timeliness=state,
        content=None,
        reported_on=None,
        findings=0,
    )


def note_group_missed(session: Session, event: GroupReportMissed) -> None:
    note(
        session,
        event.month,
        ReporterKind.GROUP,
        f"{event.village}/{event.group}",
        parent=event.village,
        timeliness=Timeliness.MISSING,
        due=event.due,
    )


def note_list(session: Session, event: ListSubmitted) -> None:
    why = {"silent": ",".join(event.silent) or None, "reason": _unsealed(session, event.sealed)}
    _report(session, event, ReporterKind.VILLAGE, event.village, parent=event.township, **why)
    _follow_villages(session, event.month, event.township)


def note_team(session: Session, event: SupervisionReported) -> None:
    _report(session, event, ReporterKind.TEAM, event.team)


def note_list_missed(session: Session, event: ListMissed) -> None:
    note(
        session,
        event.month,
        ReporterKind.VILLAGE,
        event.village,
        parent=event.township,
        due=event.due,
        timeliness=Timeliness.MISSING,
    )


def note_township(session: Session, event: TownshipSigned) -> None:
    agreed = sum(verdict.agreed for verdict in event.verdicts)
    if event.supplement or event.part:
        _add(session, event, ReporterKind.TOWNSHIP, event.township, agreed, event.signed_on)
        return
    note(
        session,
        event.month,
        ReporterKind.TOWNSHIP,
        event.township,
        timeliness=timeliness(event.late),
        reported_on=event.signed_on,
        findings=agreed,
        late_villages=len(event.missing),
        named_missing=",".join(event.missing) or None,
        reason=_unsealed(session, event.sealed),
    )
    _follow_villages(session, event.month, event.township)


def note_township_missed(session: Session, event: TownshipMissed) -> None:
    note(
        session,
        event.month,
        ReporterKind.TOWNSHIP,
        event.township,
        timeliness=Timeliness.MISSING,
        due=event.due,
    )


def note_unit_list(session: Session, event: UnitListSubmitted) -> None:
    """Listed, not yet signed: whether it is late is the signature's to say."""
    findings = len(event.findings)
    if event.supplement or event.part:
        _add(session, event, ReporterKind.UNIT, event.unit, findings, event.receipt.on)
        return
    reason = event.nil_reason or event.unverified_reason
    fields = _received(event) | {"findings": findings, "reported_on": None, "reason": reason}
    note(session, event.month, ReporterKind.UNIT, event.unit, **fields)


def note_unit_signature(session: Session, event: UnitListSigned) -> None:
    if not event.supplement:
        note(
            session,
            event.month,
            ReporterKind.UNIT,
            event.unit,
            timeliness=timeliness(event.late),
            content=_content(event.nil),
            reported_on=event.signed_on,
        )
    _contacts(session, event, event.signed_on)


def note_unit_missed(session: Session, event: UnitListMissed) -> None:
    note(
        session,
        event.month,
        ReporterKind.UNIT,
        event.unit,
        timeliness=Timeliness.MISSING,
        due=event.due,
    )
    _contacts(session, event, event.due)


def exempt_reporter(session: Session, event: ReporterExempted) -> None:
    kinds = {Level.VILLAGE: ReporterKind.VILLAGE, Level.TOWNSHIP: ReporterKind.TOWNSHIP}
    kind = ReporterKind.GROUP if event.group else kinds[level(event.division)]
    code = f"{event.division}/{event.group}" if event.group else event.division
    note(session, event.month, kind, code, on=event.on, **_exemption(event))
    if kind is ReporterKind.VILLAGE:
        _follow_villages(session, event.month, township_of(event.division))


def exempt_unit(session: Session, event: UnitExempted) -> None:
    note(session, event.month, ReporterKind.UNIT, event.unit, on=event.on, **_exemption(event))


def _exemption(event: ReporterExempted | UnitExempted) -> dict[str, Any]:
    """None, none: it was taken back."""
    if event.lifted:
        return {"exempt_reason": None, "exempt_on": None}
    return {"exempt_reason": event.reason, "exempt_on": event.on}


def exempt_team(
    session: Session, team: str, month: str, *, reason: str, actor: Actor, on: date
) -> None:
    """A reasoned exemption: recorded, not deleted."""
    row = session.get(ReporterMonth, (month, ReporterKind.TEAM, team))
    policy.require(actor, "exempt_team", row)
    if not reason.strip():
        raise Refused("请写明免报原因。")
    if row is None:
        raise NotFound("这个月没有这个督导组的上报任务。")
    if row.reported_on is not None:
        raise Conflict("已经报送，不用免报。")
    if row.exempt_on is not None:
        raise Conflict("已经登记过免报。")
    fields: dict[str, Any] = {
        "exempt_reason": reason,
        "exempt_account": actor.account,
        "exempt_on": on,
    }
    note(session, month, ReporterKind.TEAM, team, **fields)


def expect_team_again(
    session: Session, team: str, month: str, *, due: date | None, on: date
) -> None:
    """It has not ended: it owes the month, and past its day it is missing."""
    expect(session, month, ReporterKind.TEAM, due, [(team, None)])
    note(
        session,
        month,
        ReporterKind.TEAM,
        team,
        on=on,
        timeliness=after_withdrawal(on, due),
        exempt_reason=None,
        exempt_on=None,
        exempt_account=None,
    )


def note(
    session: Session,
    month: str,
    kind: ReporterKind,
    code: str,
    *,
    on: date | None = None,
    **fields: Any,
) -> None:
    """Write fields of one reporter's month, with the event behind them as their origin. `on`: the
    day on which they change what stands there already, which is kept for whoever counts until before.
    """
    session.flush()
    values = fields | {"origin": origin(session)}
    row = session.get(
        ReporterMonth, (month, kind, code), with_for_update=True, populate_existing=True
    )
    since = [day for day in (row.reported_on, row.exempt_on) if day] if row else []
    if row and on and since and max(since) < on:  # it stood at the end of some day
        values["former"] = row.kept(on)
    fresh = insert(ReporterMonth).values(
        month=month, kind=kind, code=code, **({"expected": False} | values)
    )
    session.execute(
        fresh.on_conflict_do_update(index_elements=["month", "kind", "code"], set_=values)
    )
    if row := session.get(ReporterMonth, (month, kind, code)):
        session.refresh(row)


def _report(
    session: Session,
    event: ListSubmitted | SupervisionReported,
    kind: ReporterKind,
    code: str,
    **extra: Any,
) -> None:
    """The report decides what is late; a supplement adds to it."""
    if event.supplement or event.part:
        _add(session, event, kind, code, len(event.findings), event.receipt.on)
        return
    fields = extra | _received(event) | {"findings": len(event.findings)}
    note(session, event.month, kind, code, timeliness=timeliness(event.late), **fields)


def _add(
    session: Session,
    event: ListSubmitted | SupervisionReported | TownshipSigned | UnitListSubmitted,
    kind: ReporterKind,
    code: str,
    findings: int,
    on: date,
) -> None:
    """What a supplement adds, or a further part of a report (F-22), which is no supplement."""
    row = session.get(ReporterMonth, (event.month, kind, code))
    fields: dict[str, Any] = {"supplements": (row.supplements if row else 0) + (not event.part)}
    if findings:
        fields |= {"findings": (row.findings if row else 0) + findings, "content": Content.FINDINGS}
    note(session, event.month, kind, code, on=on, **fields)


def _contacts(session: Session, event: UnitListSigned | UnitListMissed, on: date) -> None:
    """How far a unit had come on that day; what it had told before stays what it was until then."""
    row = _visits(session, event.month, event.unit)
    row.keep(on)
    row.required, row.contacted, row.unreached = event.required, event.contacted, event.unreached
    row.told_on = on


def _visits(session: Session, month: str, unit: str) -> VisitsMonth:
    """The unit's contacts of the month, to be changed."""
    fresh = insert(VisitsMonth).values(month=month, unit=unit, required=0, contacted=0, unreached=0)
    session.execute(fresh.on_conflict_do_nothing())
    row = session.get_one(VisitsMonth, (month, unit), with_for_update=True, populate_existing=True)
    row.origin = origin(session)
    return row


def _unsealed(session: Session, sealed: str | None) -> str | None:
    return unseal(session, sealed, ReasonWords).reason if sealed else None


def _content(nil: bool) -> Content:
    return Content.NIL if nil else Content.FINDINGS


def _received(
    event: GroupReported | ListSubmitted | UnitListSubmitted | SupervisionReported,
) -> dict[str, Any]:
    """What was declared, and when it came."""
    receipt = event.receipt
    return {
        "content": _content(event.nil),
        "reported_on": receipt.on,
        "written_on": receipt.written_on,
        "entered_on": receipt.entered_on,
        "entered_reason": receipt.reason,
    }


def _follow_villages(session: Session, month: str, township: str) -> None:
    """What a township declared follows from its villages, as soon as it has signed and whichever
    came first: nil only when each expected one declared nil (F-02).
    """
    row = session.get(ReporterMonth, (month, ReporterKind.TOWNSHIP, township))
    if row is None or row.reported_on is None:
        return
    villages = select(ReporterMonth).where(
        ReporterMonth.month == month,
        ReporterMonth.kind == ReporterKind.VILLAGE,
        ReporterMonth.parent == township,
    )
    row.content = townships_content(session.exec(villages), date.max)
    session.add(row)
