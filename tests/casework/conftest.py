"""A county with two villages and some households, whose casework began on 1 September."""

import pytest

from kit.clock import ZONE
from kit.messaging.beginning import begin
from schemas.codes import Level
from schemas.village import DivisionNamed
from tests.casework.town import (
    BEGAN,
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Casework,
)


@pytest.fixture
def casework(casework_sessions) -> Casework:
    """Two townships with a village each; households h1 … h4 in the first, h5 in the other."""
    service = Casework(casework_sessions)
    with casework_sessions.begin() as session:
        begin(session, BEGAN.astimezone(ZONE))
    divisions = [
        (COUNTY, Level.COUNTY, "守望县", None),
        (TOWNSHIP, Level.TOWNSHIP, "河湾镇", COUNTY),
        (OTHER_TOWNSHIP, Level.TOWNSHIP, "青岭乡", COUNTY),
        (VILLAGE, Level.VILLAGE, "石桥村", TOWNSHIP),
        (OTHER_VILLAGE, Level.VILLAGE, "上坝村", OTHER_TOWNSHIP),
    ]
    service.hear(
        *(
            DivisionNamed(division=code, level=level, name=name, parent=up)
            for code, level, name, up in divisions
        ),
        *(service.household(number) for number in range(1, 5)),
        service.household(5, OTHER_VILLAGE),
        at=BEGAN.replace(month=8),  # a register is older than the service that hears of it
    )
    return service
