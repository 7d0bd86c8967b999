"""Whom casework identified stands in the ledger and counts in the bulletin; what is contested before the
decision comes before the joint meeting.
"""

from datetime import date

import pytest

from kit.packs import pack
from kit.seal import seal
from schemas.casework import (
    AnswerWords,
    AssessedLine,
    GreenChannelOverdue,
    HouseholdCompared,
    HouseholdIdentified,
    HouseholdNotAdmitted,
    HouseholdReviewed,
    HouseholdsAssessed,
    IdentificationEnded,
    IdentificationOpened,
    ObjectionAnswered,
    ObjectionReceived,
    ObjectionWords,
    OpenDoubt,
)
from schemas.codes import (
    IdentificationEnd,
    LeadChannel,
    NotAdmittedReason,
    ObjectionChannel,
    RiskCause,
    Stratum,
)
from schemas.event import Event
from services.county.agenda import commands as agenda_commands
from services.county.figures import Count, Monitored
from services.county.ledger.forms import LedgerStatus
from services.county.meetings import queries as meetings_queries
from services.county.meetings.models import LineKind
from services.county.statistics.queries import households
from tests.conftest import at
from tests.county.personas import MONTH, TOWNSHIP, VILLAGE, County, day
from tests.county.test_one_row_a_household import CLERK, a_new_risk, monitored, rows

FILE = "file-1"


def opened(**more) -> IdentificationOpened:
    said = {
        "identification": FILE,
        "number": "SB-990121-202609-0001",
        "household": "h1",
        "village": VILLAGE,
        "channel": LeadChannel.CADRE,
        "lead_at": day(1),
        "total_due": day(16),
        "pack": "default@1.0.0",
        "on": day(1),
    }
    return IdentificationOpened.model_validate(said | more)


def identified(on: date, **more) -> HouseholdIdentified:
    said = {
        "identification": FILE,
        "household": "h1",
        "village": VILLAGE,
        "category": Stratum.MARGINAL,
        "primary_cause": RiskCause.ILLNESS,
        "causes": (RiskCause.ILLNESS,),
        "persons": 2,
        "pack": "default@1.0.0",
        "on": on,
    }
    return HouseholdIdentified.model_validate(said | more)


def totals(county: County, month: str = MONTH) -> Monitored:
    with county.sessions() as session:
        return households.totals(session, pack(session, day(30)), month).all


def contested(county: County, month: str = MONTH) -> list[str]:
    """What stands on the meeting's agenda, drafted anew."""
    meeting = county.do(agenda_commands.open_meeting, month, actor=CLERK, on=day(28))
    county.do(agenda_commands.draft_agenda, meeting.id, actor=CLERK, on=day(28))
    with county.sessions() as session:
        lines = meetings_queries.agenda(session, meeting.id)
    return [line.title for line in lines if line.kind is LineKind.CONTESTED]


def test_f_03_whoever_casework_identified_is_new_in_ledger_and_bulletin(county: County):
    monitored(county, number="H0002", head_name="户主2")
    a_new_risk(county)
    assert [row.status for row in rows(county)] == ["已核实，待识别", "监测中"]
    county.hear(opened(), identified(day(10)))
    row, _ = sorted(rows(county), key=lambda row: row.number)
    assert (row.number, row.head_name, row.persons) == ("H0001", "户主1", 2)
    assert (row.status, row.category, row.identified_on) == ("监测中", "边缘易致贫户", day(10))
    assert (row.channel, row.primary_cause) == (LeadChannel.CADRE.label, RiskCause.ILLNESS.label)
    assert rows(county, status=LedgerStatus.VERIFIED) == []
    figures = totals(county)
    assert figures.new_in_month == Count(households=1, persons=2)
    assert figures.cumulative == Count(households=2, persons=4)
    later = totals(county, "2026-10")
    assert later.new_in_month == Count(households=0, persons=0)
    assert later.cumulative == figures.cumulative


def test_f_03_after_the_cut_off_it_is_the_next_months(county: County):
    county.hear(opened(), identified(day(3, 10)))
    assert totals(county).cumulative.households == 0
    assert totals(county, "2026-10").new_in_month == Count(households=1, persons=2)


def test_the_new_count_the_members_of_the_day_and_the_stock_those_of_the_cut_off(county: County):
    county.hear(opened(), identified(day(10)))
    with county.sessions.begin() as session:
        session.info["now"] = at(2026, 10, 5)
        county.handlers.handle(session, [county._record(county.household(1, size=3))])
    (row,) = rows(county)
    assert row.persons == 3  # today
    september, october = totals(county), totals(county, "2026-10")
    assert (september.new_in_month.persons, september.cumulative.persons) == (2, 2)
    assert (october.new_in_year.persons, october.cumulative.persons) == (2, 3)
    assert (september.uneliminated.persons, october.uneliminated.persons) == (2, 3)


def test_whoever_is_in_no_register_yet_is_found_when_he_is(county: County):
    hash_ = county.household(7).id_hash
    county.hear(identified(day(10), household=None, id_hash=hash_, persons=3))
    (row,) = rows(county)
    assert (row.number, row.persons) == ("", 3)
    county.hear(county.household(7))
    (row,) = rows(county)
    assert (row.number, row.head_name) == ("H0007", "户主7")
    assert totals(county).cumulative.households == 1


def test_a_sheet_about_the_same_identification_is_the_same_row(county: County):
    """The ledger that left as a workbook comes back with an elimination."""
    county.hear(opened(), identified(day(10)))
    monitored(county, identified_on="2026-09-10", eliminated_on="2026-09-25")
    (row,) = rows(county)
    assert (row.status, row.eliminated_on) == ("风险已消除", day(25))
    assert totals(county).uneliminated.households == 0


def test_told_again_it_is_one_row(county: County):
    county.hear(opened(), identified(day(10)))
    county.hear(identified(day(10), category=Stratum.SUDDEN_HARDSHIP))
    (row,) = rows(county)
    assert row.category == "突发严重困难户"


def assessed(outcome: str) -> HouseholdsAssessed:
    line = AssessedLine(
        identification=FILE,
        household="h1",
        in_favour=5,
        against=15,
        abstained=0,
        stepped_out=0,
        outcome=outcome,
    )
    return HouseholdsAssessed(
        assessment="a1",
        village=VILLAGE,
        body="VILLAGER_REPRESENTATIVES",
        on=day(3),
        should_attend=30,
        attended=20,
        households=(line,),
    )


def objected(county: County) -> ObjectionReceived:
    with county.sessions() as session:
        sealed = seal(session, ObjectionWords(text="有车"))
    return ObjectionReceived(
        objection="o1",
        notice="n1",
        identification=FILE,
        village=VILLAGE,
        township=TOWNSHIP,
        channel=ObjectionChannel.PHONE,
        anonymous=True,
        on=day(5),
        sealed=sealed,
    )


def answered(county: County, upheld: bool) -> ObjectionAnswered:
    with county.sessions() as session:
        sealed = seal(session, AnswerWords(text="已核实"))
    return ObjectionAnswered(
        objection="o1", notice="n1", identification=FILE, upheld=upheld, on=day(7), sealed=sealed
    )


def compared(*doubting: str) -> HouseholdCompared:
    doubts = tuple(OpenDoubt(department=code) for code in doubting)
    return HouseholdCompared(
        identification=FILE, household="h1", village=VILLAGE, doubts=doubts, on=day(8)
    )


def reviewed(agreed: bool) -> HouseholdReviewed:
    return HouseholdReviewed(
        identification=FILE,
        household="h1",
        village=VILLAGE,
        township=TOWNSHIP,
        agreed=agreed,
        on=day(9),
    )


ABOUT = "SB-990121-202609-0001 石桥村："


def test_a_green_channel_that_is_not_made_up_comes_before_the_meeting(county: County):
    """B-34: a lead, no verdict; decided, it is none any more."""
    overdue = GreenChannelOverdue(
        identification=FILE,
        number="SB-990121-202609-0001",
        household="h1",
        village=VILLAGE,
        agreed_on=day(3),
        on=day(18),
    )
    county.hear(overdue)
    county.hear(opened())
    (title,) = contested(county)
    assert "SB-990121-202609-0001" in title
    county.hear(identified(day(20)))
    assert contested(county, "2026-10") == []


def test_what_is_contested_before_the_decision_comes_before_the_meeting(county: County):
    county.hear(opened(), assessed("CARRIED"), compared(), reviewed(True))
    assert contested(county) == []
    county.hear(assessed("NOT_CARRIED"), objected(county), compared("housing", "taxation"))
    assert contested(county) == [
        f"{ABOUT}民主评议没有通过、公示异议还没有答复、2个部门的比对疑点还没有复核"
    ]
    county.hear(assessed("NO_QUORUM"), answered(county, True), compared(), reviewed(False))
    assert contested(county) == [f"{ABOUT}民主评议人数不够、公示异议属实、乡镇审核不同意"]


def test_an_objection_that_was_answered_and_was_not_so_is_none(county: County):
    county.hear(opened(), objected(county))
    assert contested(county) == [f"{ABOUT}公示异议还没有答复"]
    county.hear(answered(county, False))
    assert contested(county) == []


def test_of_a_case_one_line_whatever_is_the_matter(county: County):
    """Its events come from several topics' partitions, in any order."""
    county.hear(reviewed(False))
    assert contested(county) == []
    county.hear(opened(case="c1"))
    assert contested(county) == [f"{ABOUT}乡镇审核不同意"]


@pytest.mark.parametrize(
    "end",
    [
        identified(day(12)),
        HouseholdNotAdmitted(
            identification=FILE,
            household="h1",
            village=VILLAGE,
            reason=next(iter(NotAdmittedReason)),
            on=day(12),
        ),
        IdentificationEnded(
            identification=FILE,
            household="h1",
            village=VILLAGE,
            ended=IdentificationEnd.GIVEN_UP,
            on=day(12),
        ),
    ],
    ids=lambda end: type(end).__name__,
)
def test_what_is_decided_is_contested_no_more(county: County, end: Event):
    county.hear(opened(), reviewed(False))
    assert len(contested(county)) == 1
    county.hear(end)
    assert contested(county) == []
