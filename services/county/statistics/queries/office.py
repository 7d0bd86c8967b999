"""Figures of the office itself: its dates stand beside everyone's."""

from datetime import date

from sqlmodel import Session, col, select

from services.county.figures import OfficeDay, OfficeLate
from services.county.reporters.models import Duty, ReporterKind, ReporterMonth
from services.county.statistics.queries.cases import decided_late
from services.county.statistics.queries.orders import late_decisions
from services.county.statistics.queries.reporting import single


def own_dates(
    session: Session, month: str, before: str, since: date, as_of: date
) -> list[OfficeDay | OfficeLate]:
    """Basis: the office's dates of the month, and the meeting and bulletin of the month before
    (they lay behind its bulletin), that were due by the end of `as_of`; with what it decided late.
    """
    return [
        *(
            OfficeDay(month=row.month, **dict(single(row, Duty(row.code).label, as_of)))
            for row in _due(session, month, before, as_of)
        ),
        OfficeLate(
            code="cases",
            name="县级核实（逐户）",
            late=decided_late(session, month, as_of),
            origin=None,
        ),
        OfficeLate(
            code="returns", name="退回裁定", late=late_decisions(session, since, as_of), origin=None
        ),
    ]


def _due(session: Session, month: str, before: str, as_of: date) -> list[ReporterMonth]:
    rows = session.exec(
        select(ReporterMonth)
        .where(
            ReporterMonth.kind == ReporterKind.OFFICE,
            col(ReporterMonth.month).in_((month, before)),
            col(ReporterMonth.due).is_not(None),
            col(ReporterMonth.due) <= as_of,
        )
        .order_by(col(ReporterMonth.due), col(ReporterMonth.code))
    )
    return [row for row in rows if row.month == month or row.code in (Duty.MEETING, Duty.BULLETIN)]
