"""Figures of what was wrong with the lists."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from rulebook.months import end_of, start_of
from schemas.codes import Tier
from services.county.cases.models import Source
from services.county.directory.queries import names
from services.county.figures import Faults, Quality
from services.county.reporters.models import ReporterMonth

REFUSED_SHEETS = text("""SELECT count(*) AS sheets, coalesce(sum(refused), 0) AS cells
    FROM sheet WHERE refused > 0
    AND came_at >= :since AND came_at <= :until""")


def quality(session: Session, month: str, since: date, as_of: date) -> Quality:
    """Section 4: per reporter with any fault, in the order of the codes.

    Basis: findings of the month that had come by the end of `as_of`, without a household and struck
    out as they were then; sheets that came from `since` to the end of `as_of`
    with a refused cell; reporters of the month whose report was entered later (补录).
    """
    came = Source.month == month, Source.received_on <= as_of
    statement = select(Source).where(*came).order_by(col(Source.reporter))
    by_reporter: dict[str, list[Source]] = {}
    for source in session.exec(statement):
        by_reporter.setdefault(source.reporter, []).append(source)
    called = names(session, by_reporter)
    lines = [_faults(code, called[code], own, as_of) for code, own in by_reporter.items()]
    refused = session.execute(
        REFUSED_SHEETS, {"since": start_of(since), "until": end_of(as_of)}
    ).one()
    entered = select(func.count()).where(
        ReporterMonth.month == month, col(ReporterMonth.entered_on) <= as_of
    )
    return Quality(
        reporters=[
            line
            for line in lines
            if any((line.not_on_register, line.incomplete, line.unmatched, line.struck_out))
        ],
        refused_sheets=refused.sheets,
        refused_cells=int(refused.cells),
        entered_later=session.exec(entered).one(),
    )


def _faults(code: str, name: str, sources: Sequence[Source], as_of: date) -> Faults:
    return Faults(
        code=code,
        name=name,
        reported=len(sources),
        not_on_register=sum(not row.on_register for row in sources),
        incomplete=sum(
            not row.risk_point or not row.matter for row in sources if row.tier is not Tier.COUNTY
        ),
        unmatched=sum(row.unmatched_at(as_of) for row in sources),
        struck_out=sum(row.struck_out_by(as_of) for row in sources),
    )
