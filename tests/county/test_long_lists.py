"""A list that comes in several events is one list (F-22)."""

import pytest
from sqlmodel import select

from schemas.county import SupervisionReported
from schemas.values import Receipt
from services.county.cases.models import Source, SourceStage
from services.county.missed_discoveries.models import Candidate, Statement
from services.county.reporters.models import ReporterKind, ReporterMonth
from tests.county.personas import (
    MONTH,
    TOWNSHIP,
    VILLAGE,
    agreed,
    day,
    signed,
    submitted,
    unit_list,
    unit_signed,
    visit,
)


def row(county, kind: ReporterKind, code: str) -> ReporterMonth:
    with county.sessions() as session:
        return session.exec(
            select(ReporterMonth).where(
                ReporterMonth.month == MONTH, ReporterMonth.kind == kind, ReporterMonth.code == code
            )
        ).one()


def test_f_22_parts_of_a_villages_list_are_one_list_and_accuse_nobody(county):
    """A household of the second part is named by the list, though the first does not name it."""
    first, second = county.finding(1), county.finding(2)
    county.hear(visit(2, on=day(10), at_risk=True, since=day(5)))
    county.hear(submitted(first, part=0, more=True), submitted(second, part=1))
    village = row(county, ReporterKind.VILLAGE, VILLAGE)
    assert (village.findings, village.supplements) == (2, 0)
    with county.sessions() as session:
        said = session.get(Statement, (MONTH, VILLAGE))
        assert said.households == ["h1", "h2"]
        assert len(said.hashes) == 2
        assert session.exec(select(Candidate)).all() == []

    county.hear(signed(*agreed(first), part=0, more=True), signed(*agreed(second), part=1))
    township = row(county, ReporterKind.TOWNSHIP, TOWNSHIP)
    assert (township.findings, township.supplements) == (2, 0)
    with county.sessions() as session:
        assert {source.stage for source in session.exec(select(Source))} == {SourceStage.AT_COUNTY}


def test_f_22_a_whole_list_still_speaks_for_whom_it_does_not_name(county):
    county.hear(visit(2, on=day(10), at_risk=True, since=day(5)))
    county.hear(submitted(county.finding(1), part=0, more=True))
    with county.sessions() as session:
        assert session.exec(select(Candidate)).all() == []  # it has not said all
    county.hear(submitted(county.finding(3), part=1))
    with county.sessions() as session:
        assert [raised.household for raised in session.exec(select(Candidate))] == ["h2"]


@pytest.mark.parametrize("kind", [ReporterKind.UNIT, ReporterKind.TEAM])
def test_f_22_parts_of_a_units_and_a_teams_list_are_no_supplements(county, kind):
    findings = [county.finding(number) for number in (1, 2, 3)]
    if kind is ReporterKind.UNIT:
        lists = [
            unit_list(finding).model_copy(update={"part": part, "more": part < 2})
            for part, finding in enumerate(findings)
        ]
        county.hear(*lists, unit_signed(*agreed(*findings)))
        code = "U001"
        assert (row(county, kind, code).findings, row(county, kind, code).supplements) == (3, 0)
    else:
        event = SupervisionReported(
            team="D1",
            month=MONTH,
            receipt=Receipt(on=day(24)),
            late=False,
            nil=False,
            findings=tuple(findings),
        )
        assert (event.part, event.more) == (0, False)  # what is short is as it always was
