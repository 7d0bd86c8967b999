"""The county's ledger moves to casework: county and casework side by side, each on its database."""

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.errors import Conflict, Refused
from schemas.codes import Level, RiskCause, Role, Stratum
from schemas.county import LedgerHandedOver, LedgerTakenBack
from schemas.monitored import Decrease, HouseholdListed, RiskAdded, Standing
from schemas.village import DivisionNamed
from services.casework.decreases import commands as decreases
from services.casework.decreases.forms import DecreaseForm
from services.casework.monitored.models import Monitored
from services.casework.takeover import commands, queries, tasks
from services.casework.takeover.forms import SettleForm, TakeoverFilter
from services.casework.takeover.models import LedgerRow
from services.casework.takeover.rules import Match, match
from services.county.handover import commands as handover
from services.county.handover import queries as handover_queries
from services.county.ledger import commands as ledger
from services.county.ledger import queries as ledger_queries
from services.county.ledger.forms import LedgerFilter, MonitoredForm
from services.county.statistics.queries import households
from tests.casework.carried import lead
from tests.casework.test_monitored import monitored, rows
from tests.casework.town import COUNTY, OFFICE, TOWNSHIP, VILLAGE, Casework, day, id_number
from tests.conftest import at
from tests.county.personas import County


class Move:
    """Both services; what one says the other hears, twice."""

    def __init__(self, casework: Casework, county: County) -> None:
        self.casework, self.county = casework, county
        self.heard = {"county": 0, "casework": 0}

    def enter(self, which: int, **more) -> None:
        """A row of the county's sheet."""
        fields = {
            "village": VILLAGE,
            "head_name": f"户主{which}",
            "category": Stratum.MARGINAL,
            "cause": RiskCause.ILLNESS,
            "persons": 2,
            "identified_on": "2023-03-05",
            "number": f"H{which}",
        } | more
        form = MonitoredForm.model_validate(fields)
        self.county.do(ledger.enter_monitored_households, [form], actor=OFFICE)

    def hand_over(self) -> int:
        count = self.county.do(handover.hand_over, actor=OFFICE, on=day(5))
        self.tell()
        return count

    def take_back(self) -> int:
        count = self.county.do(handover.take_back, actor=OFFICE, on=day(6))
        self.tell()
        return count

    def confirm(self):
        return self.county.do(handover.confirm, actor=OFFICE, on=day(7))

    def tell(self) -> None:
        """Until neither has anything to say any more."""
        said = self.county.said()[self.heard["county"] :]
        self.heard["county"] += len(said)
        self.casework.hear(*(e for e in said if isinstance(e, LedgerHandedOver | LedgerTakenBack)))
        said = self.casework.said(HouseholdListed)[self.heard["casework"] :]
        self.heard["casework"] += len(said)
        self.county.hear(*said)

    def look(self):
        with self.county.sessions() as session:
            return handover_queries.handover(session, OFFICE)

    def ledger(self):
        with self.county.sessions() as session:
            return ledger_queries.every(session, OFFICE, LedgerFilter())

    def settle(self, row: LedgerRow, **form) -> LedgerRow:
        taken = self.casework.do(
            commands.settle, row.row, SettleForm(**form), actor=OFFICE, on=day(6)
        )
        self.tell()
        return taken

    def taken(self) -> list[LedgerRow]:
        with self.casework.sessions() as session:
            session.expire_on_commit = False
            statement = queries.rows(OFFICE, TakeoverFilter())
            return list(session.exec(statement.order_by(LedgerRow.head_name)))

    def tasks(self) -> list[int | None]:
        with self.casework.sessions() as session:
            return [task.count for task in tasks.tasks(session, OFFICE, day(6))]


@pytest.fixture
def move(casework: Casework, county_sessions) -> Move:
    county = County(county_sessions, service_named("county").handlers)
    county.hear(
        DivisionNamed(division=COUNTY, level=Level.COUNTY, name="守望县", parent=None),
        DivisionNamed(division=TOWNSHIP, level=Level.TOWNSHIP, name="河湾镇", parent=COUNTY),
        DivisionNamed(division=VILLAGE, level=Level.VILLAGE, name="石桥村", parent=TOWNSHIP),
        *(casework.household(number) for number in (1, 2, 3)),
        times=1,
    )
    return Move(casework, county)


@pytest.mark.parametrize(
    ("numbers", "persons", "found"),
    [
        (["a"], [], (Match.NUMBER, "a")),
        (["a"], ["a"], (Match.NUMBER, "a")),
        ([], ["b"], (Match.ID_NUMBER, "b")),
        (["a", "b"], ["b"], (Match.ID_NUMBER, "b")),
        (["a"], ["b"], (Match.SEVERAL, None)),
        (["a", "b"], [], (Match.SEVERAL, None)),
        ([], ["a", "b"], (Match.SEVERAL, None)),
        ([], [], (Match.NONE, None)),
    ],
)
def test_by_number_then_by_id_number(numbers, persons, found):
    assert match(numbers, persons) == found


def test_each_row_goes_over_once_and_the_household_is_listed(move: Move):
    move.enter(1)
    move.enter(2, number=None, id_number=id_number(2), eliminated_on="2024-05-01")
    assert move.hand_over() == 2
    assert move.hand_over() == 0
    assert len(move.county.said(LedgerHandedOver)) == 2
    one, two = rows(move.casework)
    assert (one.household, one.standing, one.category) == (
        "h1",
        Standing.MONITORED,
        Stratum.MARGINAL,
    )
    assert (two.household, two.standing, two.since.year) == ("h2", Standing.ELIMINATED, 2024)
    assert [row.match for row in move.taken()] == [Match.NUMBER, Match.ID_NUMBER]
    assert [event.household for event in move.casework.said(HouseholdListed)] == ["h1", "h2"]


def test_of_two_identifications_of_a_household_the_latest_counts(move: Move):
    move.enter(
        1, identified_on="2021-03-05", eliminated_on="2022-05-01", category="SUDDEN_HARDSHIP"
    )
    move.enter(1, number=None, id_number=id_number(1))
    move.hand_over()
    (row,) = rows(move.casework)
    assert (row.standing, row.identified_on.year) == (Standing.MONITORED, 2023)
    assert len(move.taken()) == 2
    (counted,) = move.look().counted
    assert (counted.year, counted.casework_households, counted.casework_persons) == (2023, 1, 2)
    assert counted.agrees


def test_what_cannot_be_matched_stays_in_sight_until_a_person_says_whose_it_is(move: Move):
    move.enter(1)
    move.enter(7, number="N7", head_name="户主2")
    move.enter(8, number="N8", id_number=id_number(8))
    move.hand_over()
    assert move.tasks() == [2]
    assert len(rows(move.casework)) == 1
    assert not move.look().agrees
    with pytest.raises(Refused, match="不一致"):
        move.confirm()
    _, seven, eight = sorted(move.taken(), key=lambda row: row.number)
    with pytest.raises(Refused, match="只定一样"):
        move.settle(seven)
    with pytest.raises(Refused, match="农户名册里没有"):
        move.settle(seven, number="H99")
    with move.casework.sessions() as session:
        assert [one.id for one in queries.candidates(session, seven)] == ["h2"]
    move.settle(seven, household="h2")
    with pytest.raises(Conflict, match="已经对上"):
        move.settle(seven, household="h3")
    move.settle(eight, off_register=True)
    assert move.tasks() == []
    assert [(row.household, row.national_number) for row in rows(move.casework)] == [
        ("h1", "H1"),
        ("h2", "N7"),
        (None, "N8"),
    ]
    assert move.look().agrees


def test_a_number_of_one_and_an_id_number_of_another_is_nobodys_yet(move: Move):
    move.enter(1, id_number=id_number(2))
    move.hand_over()
    assert [row.match for row in move.taken()] == [Match.SEVERAL]
    assert move.tasks() == [1]


def test_who_comes_into_the_register_later_is_matched_by_himself(move: Move):
    move.enter(8, number=None, id_number=id_number(8))
    move.enter(9)
    move.hand_over()
    (eight,) = [row for row in move.taken() if row.head_name == "户主8"]
    move.settle(eight, off_register=True)
    move.casework.hear(move.casework.household(8), move.casework.household(9))
    move.tell()
    assert sorted(row.household for row in rows(move.casework)) == ["h8", "h9"]
    assert move.tasks() == []


def test_a_corrected_row_goes_over_again(move: Move):
    move.enter(1)
    move.hand_over()
    move.enter(1, category=Stratum.SUDDEN_HARDSHIP)
    look = move.look()
    assert (look.waiting, look.agrees) == (1, False)
    assert move.hand_over() == 1
    (row,) = rows(move.casework)
    assert row.category is Stratum.SUDDEN_HARDSHIP
    assert move.look().agrees


def test_it_can_be_taken_back_and_repeated_until_it_is_confirmed(move: Move):
    move.enter(1)
    move.enter(2)
    file = lead(move.casework, "h2")
    move.hand_over()
    assert {row.household: row.standing for row in rows(move.casework)} == {
        "h1": Standing.MONITORED,
        "h2": Standing.MONITORED,
    }
    assert move.take_back() == 2
    assert move.taken() == []
    (row,) = rows(move.casework)
    assert (row.household, row.standing, row.category, row.file) == (
        "h2",
        Standing.IDENTIFYING,
        None,
        file.id,
    )
    assert all(one.casework_households == 0 for one in move.look().counted)
    assert move.hand_over() == 2
    assert move.look().agrees
    move.confirm()
    for deed in (move.hand_over, move.take_back, move.confirm):
        with pytest.raises(Conflict, match="已经确认"):
            deed()


def test_what_was_built_on_a_row_survives_its_taking_back(move: Move):
    move.enter(1)
    move.hand_over()
    opened, verified = move.casework.case(7, day(25), household="h1")
    move.casework.hear(opened, verified)
    assert len(move.casework.said(RiskAdded)) == 1
    move.take_back()
    (row,) = rows(move.casework)
    assert (row.standing, row.in_ledger) == (Standing.MONITORED, False)


def test_the_countys_own_decision_counts_more_than_an_earlier_row(move: Move):
    monitored(move.casework, "h1")
    move.enter(1, category=Stratum.SUDDEN_HARDSHIP)
    move.hand_over()
    (row,) = rows(move.casework)
    assert (row.category, row.identified_on, row.in_ledger) == (Stratum.MARGINAL, day(21), True)
    assert not move.look().agrees


def test_after_the_confirmation_the_ledger_is_read_from_casework(move: Move):
    move.enter(1)
    monitored(move.casework, "h3")
    move.hand_over()
    assert [row.head_name for row in move.ledger()] == ["户主1"]
    own = [row.own_households for row in move.look().counted if row.year == 2026]
    assert own == [1]
    move.confirm()
    assert sorted(row.head_name for row in move.ledger()) == ["户主1", "户主3"]
    with pytest.raises(Refused, match="移交"):
        move.enter(2)
    monitored(move.casework, "h2")
    move.tell()
    assert len(move.ledger()) == 3


def test_only_the_office_moves_it(move: Move, client, clock):
    clock.set(at(2026, 9, 5))
    move.enter(1)
    office = client("county", OFFICE)
    page = office.get("/county/handover").text
    assert "移交1行" in page
    assert office.post("/county/handover").status_code == 303
    move.tell()
    assert "两边一致" in office.get("/county/handover").text
    sheet = office.get("/county/handover.xlsx")
    assert sheet.headers["content-type"].startswith("application/vnd.openxmlformats")
    answer = office.get("/county/api/handover").json()
    assert (answer["rows"], answer["agrees"]) == (1, True)
    leader = type(OFFICE)("leader", "李县", Role.COUNTY_LEADER, COUNTY)
    assert client("county", leader).post("/county/handover/back").status_code == 403
    assert office.post("/county/handover/confirmed").status_code == 303
    assert "台账已移交" in office.get("/county/ledger").text


def test_the_pages_of_what_was_handed_over(move: Move, client, clock):
    clock.set(at(2026, 9, 5))
    move.enter(1)
    move.enter(7, number="N7", head_name="户主2")
    move.hand_over()
    office = client("casework", OFFICE)
    page = office.get("/casework/takeover?open=true").text
    assert "户主2" in page
    assert "有1行等待核对" in page
    (row,) = [row for row in move.taken() if row.match is Match.NONE]
    assert "H2" in office.get(f"/casework/takeover/{row.row}").text
    answer = office.post(f"/casework/takeover/{row.row}", data={"household": "h2"})
    assert answer.status_code == 303
    assert office.get("/casework/takeover.xlsx").status_code == 200
    assert [one["household"] for one in office.get("/casework/api/takeover").json()] == ["h1", "h2"]
    with move.casework.sessions() as session:
        listed = session.exec(select(Monitored).where(Monitored.household == "h2")).one()
    assert "按县级移交的台账列入" in office.get(f"/casework/monitored/{listed.id}").text


def test_a_lead_to_who_is_monitored_by_the_ledger_is_a_new_risk_without_a_file(
    move: Move, client, clock
):
    move.enter(1)
    move.hand_over()
    clock.set(at(2026, 9, 10))
    said = {"household": "h1", "channel": "SELF_REPORT", "on": "2026-09-10", "words": "又住院了"}
    answer = client("casework", OFFICE).post("/casework/leads", data=said)
    (row,) = rows(move.casework)
    assert answer.headers["location"].startswith(f"/casework/monitored/{row.id}")
    assert move.casework.files() == []
    assert "又住院了" in client("casework", OFFICE).get(f"/casework/monitored/{row.id}").text
    answer = client("casework", OFFICE).post("/casework/api/leads", json=said).json()
    assert (answer["monitored"], answer["file"]) == (row.id, None)


def test_who_is_a_natural_decrease_is_neither_monitored_nor_eliminated_in_the_figures(move: Move):
    move.enter(1)
    move.enter(2)
    move.hand_over()
    move.confirm()
    row = next(row for row in rows(move.casework) if row.household == "h1")
    form = DecreaseForm(decrease=Decrease.DIED, on=day(25), words="整户死亡")
    move.casework.do(decreases.record, row.id, form, actor=OFFICE, on=day(26))
    move.tell()
    with move.county.sessions() as session:
        assert households.monitored_now(session, day(24)) == 2
        assert households.monitored_now(session, day(25)) == 1
        parts = ledger_queries.composition(session, OFFICE)
    assert (parts.monitored, parts.eliminated, parts.lapsed) == (1, 0, 1)
