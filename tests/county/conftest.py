import pytest

from backstop.services import service_named
from schemas.codes import Level
from schemas.unit import HouseholdAssigned, UnitExpected, UnitMonthOpened, UnitNamed
from schemas.village import DivisionNamed, GroupExpected, VillageMonthOpened
from tests.county.personas import (
    COUNTY,
    MONTH,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    County,
    day,
)


@pytest.fixture
def county(county_sessions) -> County:
    """A county with divisions, six households, two units and an open month."""

    service = County(county_sessions, service_named("county").handlers)
    divisions = [
        (COUNTY, Level.COUNTY, "守望县", None),
        (TOWNSHIP, Level.TOWNSHIP, "河湾镇", COUNTY),
        (OTHER_TOWNSHIP, Level.TOWNSHIP, "青岭乡", COUNTY),
        (VILLAGE, Level.VILLAGE, "石桥村", TOWNSHIP),
        (OTHER_VILLAGE, Level.VILLAGE, "上坝村", TOWNSHIP),
    ]
    service.hear(
        *(
            DivisionNamed(division=code, level=level, name=name, parent=up)
            for code, level, name, up in divisions
        ),
        *(service.household(number) for number in range(1, 5)),
        *(service.household(number, OTHER_VILLAGE) for number in (5, 6)),
        *(UnitNamed(unit=f"U00{n}", name=f"单位{n}") for n in (1, 2)),
        *(HouseholdAssigned(household=f"h{n}", helper="U001-01", unit="U001") for n in range(1, 7)),
        times=1,
    )
    service.hear(
        VillageMonthOpened(
            county=COUNTY,
            month=MONTH,
            group_due=day(17),
            village_due=day(20),
            township_due=day(30),
            groups=(
                GroupExpected(village=VILLAGE, group="01"),
                GroupExpected(village=OTHER_VILLAGE, group="01"),
            ),
            villages=(VILLAGE, OTHER_VILLAGE),
            townships=(TOWNSHIP, OTHER_TOWNSHIP),
        ),
        UnitMonthOpened(
            county=COUNTY,
            month=MONTH,
            units=(UnitExpected(unit="U001", households=6),),
            visit_due=day(20),
            report_due=day(25),
        ),
        times=1,
    )
    return service
