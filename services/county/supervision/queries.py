"""What a team has noted, what it has reported, and which months it owes."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from kit.dates import show_day
from schemas.codes import CaseDecision, Tier, Timeliness
from services.county.bulletin.models import Bulletin, BulletinState
from services.county.cases.models import Case, NeedRow, Source
from services.county.months.models import Month
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.supervision.models import SupervisionDraft


def drafts(session: Session, team: str, month: str) -> list[SupervisionDraft]:
    """What the team has noted and not yet reported."""
    statement = select(SupervisionDraft).where(
        SupervisionDraft.team == team,
        SupervisionDraft.month == month,
        col(SupervisionDraft.reported).is_(False),
    )
    return list(session.exec(statement.order_by(col(SupervisionDraft.id))))


def noted(session: Session, team: str) -> list[SupervisionDraft]:
    """What the team has noted and not reported, of every month."""
    statement = select(SupervisionDraft).where(
        SupervisionDraft.team == team, col(SupervisionDraft.reported).is_(False)
    )
    return list(session.exec(statement.order_by(col(SupervisionDraft.id))))


@dataclass(frozen=True)
class Fate:
    """What became of a finding that the team reported; `words` are for people."""

    source: Source
    words: str


def reported(session: Session, team: str, month: str) -> list[Fate]:
    """What the team reported for the month, and of every other month what is not at its end; the
    latest first.
    """
    rows = session.exec(
        select(Source, Case, NeedRow)
        .join(Case, col(Case.id) == Source.case, isouter=True)
        .join(NeedRow, col(NeedRow.id) == Source.answered_need, isouter=True)
        .where(
            Source.reporter == team,
            Source.tier == Tier.COUNTY,
            or_(Source.month == month, col(Case.closed_on).is_(None)),
        )
        .order_by(col(Source.received_on).desc(), col(Source.finding))
    )
    return [Fate(source, _fate(source, case, need)) for source, case, need in rows]


def _fate(source: Source, case: Case | None, need: NeedRow | None) -> str:
    if case is None:
        return "等县里确认是哪一户"
    if case.decision is CaseDecision.OPEN:
        return f"待核实，{show_day(case.verify_due)}前"
    if case.decision is not CaseDecision.VERIFIED:
        return f"{case.decision.label}：{case.reason}" if case.reason else case.decision.label
    if source.why_not is not None:
        return f"已核实，这一条不办：{source.why_not.label}"
    dealt = f"由“{need.gap_item.label}”解决" if need else "等县里答复"
    if source.answered_on is not None and need is None:
        dealt = "已答复"
    return f"已核实，{dealt}{'，帮扶已全部落实' if case.help_complete_on else ''}"


def unreported(session: Session, team: str) -> list[tuple[ReporterMonth, date]]:
    """The months that the team still owes, each with its due day: until the month's bulletin names
    who is missing.
    """
    statement = (
        select(ReporterMonth, Month)
        .join(Month, col(Month.month) == ReporterMonth.month)
        .where(
            ReporterMonth.kind == ReporterKind.TEAM,
            ReporterMonth.code == team,
            col(ReporterMonth.timeliness).in_([Timeliness.WAITING, Timeliness.MISSING]),
            col(ReporterMonth.exempt_reason).is_(None),
            ~select(Bulletin.month)
            .where(Bulletin.month == ReporterMonth.month, Bulletin.state == BulletinState.ISSUED)
            .exists(),
        )
    )
    rows = session.exec(statement.order_by(col(ReporterMonth.month)))
    return [(row, month.supervision_due) for row, month in rows]
