"""Forms that are handed out filled in: a kind is filled in for whom its table names, and for nobody
else, whatever the feature behind it would say.
"""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from backstop.services import NAMES, service_named
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.posts import post
from tests.kit.test_audit_doors import acted

PAIR = {"number": "H0001", "helper": "U001-01"}


def cells(answer) -> list[tuple]:
    return [tuple(row) for row in load_workbook(BytesIO(answer.content)).active.values]


@pytest.mark.parametrize("name", NAMES)
def test_g_05_a_form_is_filled_in_for_whom_it_is_and_blank_for_others(client, name):
    acted(client, name)
    for kind in service_named(name).sheets:
        if not kind.roles or kind.filled is None:
            continue
        path = f"/{name}/forms/{kind.name}.xlsx"
        for role in set(KIND_OF) - set(kind.roles):
            browser = client(name, post(role))
            blank = cells(browser.get(path))
            assert cells(browser.get(f"{path}?filled=true")) == blank, (kind.name, role)
            purpose = {"purpose": "COMPARE"}
            assert cells(browser.post(f"{path}?filled=true", data=purpose)) == blank, kind.name


def test_g_14_the_administrator_gets_no_household_by_the_pairings(client):
    acted(client, "unit")
    office = client("unit", actor(Role.COUNTY_CLERK))
    assert office.post("/unit/api/assignments", json=[PAIR]).status_code == 201
    form = "/unit/forms/assignments.xlsx?filled=true"
    assert "H0001" in {cell for row in cells(office.get(form)) for cell in row}
    administrator = client("unit", actor(Role.ADMINISTRATOR, COUNTY))
    assert "H0001" not in {cell for row in cells(administrator.get(form)) for cell in row}
