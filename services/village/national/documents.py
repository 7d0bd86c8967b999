"""The register's entries as the national system's export has them, to leave as a workbook (A14)."""

from sqlmodel import Session, col, or_, select

from kit.sheets.sheet import FormAsked, SheetForm
from rulebook.national import rows
from rulebook.national.columns import COLUMNS
from schemas.codes import Stratum
from services.village import directory
from services.village.national import queries
from services.village.national.models import NationalEntry
from services.village.national.policy import policy
from services.village.register.models import Household
from services.village.service import county

PAGE = 2_000  # households in memory at a time


def national_form(session: Session, asked: FormAsked) -> SheetForm:
    """Whom an export named, and whoever is ex-poor or monitored: a row a person, all text."""
    policy.require(asked.actor, "take_national")
    name, year = directory.names(session)[county(session)], asked.on.year
    (title, *_), *_ = heading = list(rows((), county=name, year=year))
    named = select(NationalEntry.household)
    statement = (
        select(Household)
        .where(
            col(Household.number).is_not(None),
            col(Household.merged_on).is_(None),
            or_(col(Household.stratum) != Stratum.ORDINARY, col(Household.id).in_(named)),
        )
        .order_by(Household.village, col(Household.number))
        .execution_options(yield_per=PAGE)
    )
    names = [column.name for column in COLUMNS]
    made = [
        dict(zip(names, line, strict=True))
        for page in session.exec(statement).partitions()
        for line in list(rows(queries.checkable(session, page), county=name, year=year))[
            len(heading) :
        ]
    ]
    return SheetForm(title, rows=made)
