"""补录: one rule for every door."""

from datetime import date

import pytest

from kit.errors import Forbidden, Refused
from kit.forms.receiving import receive
from schemas.codes import Role
from schemas.values import Receipt
from tests.conftest import actor
from tests.kit.forms.toy import FromPaper

TODAY, EARLIER = date(2026, 9, 21), date(2026, 9, 20)
COUNTY = {"actor": actor(Role.COUNTY_CLERK), "receivers": [Role.COUNTY_CLERK]}
VILLAGE = {"actor": actor(Role.VILLAGE_CLERK), "receivers": [Role.COUNTY_CLERK]}


def test_our_own_clock_says_when_something_came():
    assert receive(TODAY, **VILLAGE) == Receipt(on=TODAY)
    assert receive(TODAY, TODAY, "多余", **VILLAGE) == Receipt(on=TODAY)


def test_whoever_received_a_paper_says_when_and_why():
    form = FromPaper(received_on="2026-09-20", reason=" 纸质表 ", written_on="2026-09-19")
    assert form.receipt(TODAY, **COUNTY) == Receipt(
        on=EARLIER, written_on=date(2026, 9, 19), entered_on=TODAY, reason="纸质表"
    )


@pytest.mark.parametrize(
    ("received_on", "reason", "by", "error", "said"),
    [
        (EARLIER, "纸质表", VILLAGE, Forbidden, "补录收到日期"),
        (date(2026, 9, 22), "纸质表", COUNTY, Refused, "不能晚于今天"),
        (EARLIER, " ", COUNTY, Refused, "写明原因"),
        (EARLIER, None, COUNTY, Refused, "写明原因"),
    ],
)
def test_nobody_else_and_nothing_else(received_on, reason, by, error, said):
    with pytest.raises(error, match=said):
        receive(TODAY, received_on, reason, **by)
