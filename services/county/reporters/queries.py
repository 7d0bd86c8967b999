"""Every reporter's month by tier, with its denominator (docs/domain/states.md)."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from kit.actor import Actor
from schemas.codes import Content, Timeliness
from services.county.directory.queries import names
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.reporters.policy import policy


@dataclass(frozen=True)
class ReporterLine:
    """One reporter's month with its name."""

    row: ReporterMonth
    name: str


@dataclass(frozen=True)
class TierStatus:
    """One tier's reporters; who is exempt or was not expected does not stand in the denominator."""

    kind: ReporterKind
    lines: list[ReporterLine]

    @property
    def title(self) -> str:
        return self.kind.label

    @property
    def expected(self) -> list[ReporterLine]:
        return [line for line in self.lines if line.row.expected and not line.row.exempt_reason]

    def number(self, state: Timeliness | Content) -> int:
        """How many of those expected came so, or say so."""
        return sum(state in (line.row.timeliness, line.row.content) for line in self.expected)

    @property
    def exempt(self) -> int:
        return sum(bool(line.row.exempt_reason) for line in self.lines)


def month_status(session: Session, month: str, actor: Actor) -> list[TierStatus]:
    """By tier, what the actor may see."""
    statement = select(ReporterMonth).where(
        ReporterMonth.month == month, policy.visible(actor, "month", ReporterMonth)
    )
    rows = session.exec(statement.order_by(col(ReporterMonth.code))).all()
    called = names(session, [row.code.partition("/")[0] for row in rows])
    lines = [ReporterLine(row, _name(row, called)) for row in rows]
    tiers = [
        TierStatus(kind, [line for line in lines if line.row.kind is kind]) for kind in ReporterKind
    ]
    return [tier for tier in tiers if tier.lines]


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
