"""A list that comes in several events is one list (F-22)."""

from sqlmodel import select

from kit.messaging.outbox import LONGEST
from schemas.county import SupervisionReported
from schemas.values import Receipt
from services.county.cases.models import Source, SourceStage
from services.county.missed_discoveries.models import Candidate, Statement
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.supervision import commands as supervision_commands
from services.county.supervision.forms import FindingForm
from tests.county.personas import (
    MONTH,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    signed,
    submitted,
    unit_list,
    unit_signed,
    visit,
)
from tests.county.test_verification import CLERK


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


def test_f_22_parts_of_a_units_list_are_no_supplements(county):
    findings = [county.finding(number) for number in (1, 2, 3)]
    lists = [
        unit_list(finding).model_copy(update={"part": part, "more": part < 2})
        for part, finding in enumerate(findings)
    ]
    county.hear(*lists, unit_signed(*agreed(*findings)))
    unit = row(county, ReporterKind.UNIT, "U001")
    assert (unit.findings, unit.supplements) == (3, 0)


def test_f_22_a_teams_long_report_leaves_in_parts_and_is_one(county):
    """200 households with the longest texts that a field lets in."""
    teams = [a_team("D1", "第一督导组", "黄刚桂", "河湾镇")]
    county.do(organisation_commands.enter_teams, teams, actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    forms = [
        FindingForm(
            village=VILLAGE,
            head_name=f"洪{number:03}",
            problem="水" * 500,
            causes=("NATURAL_DISASTER",),
            advice="房" * 500,
        )
        for number in range(200)
    ]
    county.do(
        supervision_commands.report_supervision,
        "D1",
        MONTH,
        nil=False,
        receipt=Receipt(on=day(24)),
        actor=CLERK,
        on=day(24),
        findings=forms,
    )
    parts = county.said(SupervisionReported)
    assert len(parts) > 1
    assert all(len(part.model_dump_json().encode()) <= LONGEST for part in parts)
    assert sum(len(part.findings) for part in parts) == 200
    team = row(county, ReporterKind.TEAM, "D1")
    assert (team.findings, team.supplements) == (200, 0)
    with county.sessions() as session:
        assert len(session.exec(select(Source)).all()) == 200
