"""What the register keeps of persons and households beside its sheet's columns (A14, D2, D3)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import select

from kit.forms.fields import constraints_of
from kit.seal import unseal
from rulebook.national.codes import Health, Labour, Student
from schemas.values import HouseholdWords
from schemas.village import HouseholdRegistered
from services.village.national.queries import checkable
from services.village.register import commands
from services.village.register.forms import Facts, HouseholdDraft, MemberDraft
from services.village.register.models import Household
from services.village.register.policy import policy
from services.village.register.views import HouseholdDetails, details_of
from tests.kit.test_seal import LONGER, WORD
from tests.village.personas import CLERK, OFFICE, SHIQIAO, on, person

HEAD, CHILD = person("祝长河", 701), person("祝小满", 702, "之子", date(2016, 5, 1))


def wide(**facts) -> HouseholdDraft:
    """With all that an export says."""
    head = MemberDraft(
        **HEAD.model_dump(include={"name", "id_number"}),
        relationship="户主",
        health="长期慢性病",
        labour="普通劳动力",
        pension=True,
    )
    child = MemberDraft(
        **CHILD.model_dump(include={"name", "id_number"}),
        relationship="之子",
        student="小学",
        born=date(2016, 5, 1),
    )
    said = {"house_unsafe": False, "house_area": Decimal("96.5"), "wage": 24_000_00} | facts
    return HouseholdDraft(number="W1", village=SHIQIAO, members=[head, child], facts=Facts(**said))


def stored(session) -> Household:
    session.expire_all()
    return session.exec(select(Household).where(Household.number == "W1")).one()


@pytest.fixture
def entered(session) -> Household:
    commands.register_households(session, [wide()], actor=OFFICE, on=on(1))
    return stored(session)


def test_what_the_export_knows_is_kept_and_told(session, entered, heard):
    assert entered.members[0]["pension"] is True
    assert entered.facts == {"house_unsafe": False, "house_area": "96.5", "wage": 24_000_00}
    words = unseal(session, heard(session, HouseholdRegistered)[-1].sealed, HouseholdWords)
    assert (words.members[1].student, words.members[1].born) == ("小学", date(2016, 5, 1))


def test_the_same_again_is_unchanged(session, entered):
    again = commands.register_households(session, [wide()], actor=OFFICE, on=on(2))
    assert (again.taken, again.unchanged) == (0, 1)


def test_a_sheet_without_these_columns_leaves_them(session, entered, heard):
    narrow = HouseholdDraft(
        number="W1",
        village=SHIQIAO,
        members=[
            MemberDraft(
                name="祝长河",
                id_number=HEAD.id_number,
                relationship="户主",
                labour="弱劳动力或半劳动力",
            ),
            MemberDraft(name="祝小满", id_number=CHILD.id_number, relationship="之子"),
        ],
    )
    commands.register_households(session, [narrow], actor=OFFICE, on=on(2))
    row = stored(session)
    assert row.facts["wage"] == 24_000_00
    assert (row.members[0]["labour"], row.members[0]["pension"]) == ("弱劳动力或半劳动力", True)
    words = unseal(session, heard(session, HouseholdRegistered)[-1].sealed, HouseholdWords)
    assert words.members[1].student == "小学"
    again = commands.register_households(session, [narrow], actor=OFFICE, on=on(3))
    assert again.unchanged == 1


def test_the_checks_read_the_register(session, entered):
    (one,) = checkable(session, [entered])
    assert (one.village, one.number, one.house_area) == ("石桥村", "W1", Decimal("96.5"))
    assert one.members[0].health == (Health.CHRONIC,)
    assert one.members[0].labour is Labour.ORDINARY
    assert one.members[1].student is Student.PRIMARY
    assert not one.monitored


def test_who_sees_income(session, entered):
    village, county = CLERK, OFFICE
    seen = {
        actor.role: details_of(
            entered, policy.fields(actor, "household_details", HouseholdDetails, entered)
        )
        for actor in (village, county)
    }
    assert ("工资性收入", "24,000.00元") in seen[county.role].income
    assert seen[village.role].income == []
    assert ("危房户", "否") in seen[village.role].living


def test_the_limits_are_those_that_a_sealed_household_is_measured_by():
    """tests/kit/test_seal.py seals the longest that a member can be."""
    for name, info in MemberDraft.model_fields.items():
        limits = [
            getattr(one, "max_length", None)
            for one in (*constraints_of(info.annotation), *info.metadata)
        ]
        longest = max(filter(None, limits), default=None)
        assert longest is None or longest <= (100 if name in LONGER else WORD), name
