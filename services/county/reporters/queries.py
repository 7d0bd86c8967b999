"""Every reporter's month by tier, with its denominator (docs/domain/states.md)."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from schemas.codes import Timeliness
from services.county.directory.queries import names
from services.county.figures import Reported, Single
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.reporters.policy import policy
from services.county.statistics.queries.reporting import by_township, reported, single


@dataclass(frozen=True)
class ReporterLine:
    """One reporter's month with its name, and its state at the end of the day."""

    row: ReporterMonth
    name: str
    shown: Single
    reason: str | None = None  # as far as the reader may see it

    @property
    def silent(self) -> str:
        """Groups that had not reported when their village's list was sent."""
        return "、".join(f"{group}组" for group in (self.row.silent or "").split(",") if group)


@dataclass(frozen=True)
class TierStatus:
    """One tier's reporters that somebody sees, and their figures."""

    kind: ReporterKind
    lines: list[ReporterLine]
    figures: Reported

    @property
    def title(self) -> str:
        return self.kind.label


def month_status(session: Session, month: str, actor: Actor, on: date) -> list[TierStatus]:
    """By tier, what the actor may see, at the end of the day."""
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month, policy.visible(actor, "month", ReporterMonth)
    )
    rows = session.exec(statement.order_by(col(ReporterMonth.code))).all()
    called = names(session, [row.code.partition("/")[0] for row in rows])
    by_kind = {kind: [row for row in rows if row.kind is kind] for kind in ReporterKind}
    villages = by_township(rows)

    def line(row: ReporterMonth) -> ReporterLine:
        name = _name(row, called)
        seen = row.reason and policy.may(actor, "reporter_reason", row)
        reason = row.reason if seen else None
        return ReporterLine(row, name, single(row, name, on, villages), reason)

    return [
        TierStatus(kind, [line(row) for row in own], reported(own, on, villages=villages))
        for kind, own in by_kind.items()
        if own
    ]


def waited_for(session: Session, kind: ReporterKind, code: str) -> list[ReporterMonth]:
    """Months of one reporter that it owes still."""
    statement = select(ReporterMonth).where(
        ReporterMonth.kind == kind,
        ReporterMonth.code == code,
        col(ReporterMonth.timeliness).in_([Timeliness.WAITING, Timeliness.MISSING]),
        col(ReporterMonth.exempt_reason).is_(None),
    )
    return list(session.exec(statement))


def reporter_month(
    session: Session, month: str, kind: ReporterKind, code: str
) -> ReporterMonth | None:
    return session.get(ReporterMonth, (month, kind, code))


def own_dates(session: Session, *duties: Duty) -> list[ReporterMonth]:
    """What the office owes and has not done, the earliest month first."""
    statement = select(ReporterMonth).where(
        ReporterMonth.kind == ReporterKind.OFFICE,
        col(ReporterMonth.code).in_(duties),
        col(ReporterMonth.reported_on).is_(None),
    )
    return list(session.exec(statement.order_by(col(ReporterMonth.month))))


def _name(row: ReporterMonth, called: dict[str, str]) -> str:
    if row.kind is ReporterKind.OFFICE:
        return Duty(row.code).label
    place, _, group = row.code.partition("/")
    return called.get(place, place) + (f"{group}组" if group else "")
