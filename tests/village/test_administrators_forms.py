"""F-33: the system administrator brings divisions and groups along, and so gets their forms filled in,
also when his link is older than the county's name. Households are the office's.
"""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.kit.test_audit_doors import TOWNSHIP, VILLAGE, acted


@pytest.mark.parametrize("place", [COUNTY, "000000000000"])
def test_f_33_the_administrator_gets_divisions_and_groups_filled_in(client, place):
    acted(client, "village")
    administrator = client("village", actor(Role.ADMINISTRATOR, place))
    for kind, known in (("divisions", {TOWNSHIP, VILLAGE}), ("groups", {VILLAGE})):
        answer = administrator.get(f"/village/forms/{kind}.xlsx?filled=true")
        assert answer.status_code == 200, answer.text
        sheet = load_workbook(BytesIO(answer.content)).active
        assert known <= {cell for row in sheet.values for cell in row}
    form = "/village/forms/households.xlsx"
    for answer in (
        administrator.get(form),
        administrator.get(f"{form}?filled=true"),
        administrator.post(f"{form}?filled=true", data={"purpose": "COMPARE"}),
    ):
        sheet = load_workbook(BytesIO(answer.content)).active
        assert "张三" not in {cell for row in sheet.values for cell in row}
