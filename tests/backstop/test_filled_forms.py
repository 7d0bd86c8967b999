"""Forms that are handed out filled in: a kind is filled in for whom its table names, and for nobody
else, whatever the feature behind it would say.
"""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backstop.services import NAMES, service_named
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.posts import post
from tests.kit.test_audit_doors import acted

WHOLE = re.compile(r"\d{17}[\dX]")
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


@pytest.mark.parametrize("name", NAMES)
def test_g_05_whole_numbers_of_many_leave_for_a_purpose_alone(client, name):
    """Every form with ID numbers, whichever feature it is of: it asks, or it masks."""
    acted(client, name)
    for kind in service_named(name).sheets:
        if kind.filled is None or "身份证号码" not in kind.columns:
            continue
        for role in kind.roles:
            path = f"/{name}/forms/{kind.name}.xlsx?filled=true"
            answer = client(name, post(role)).get(path)
            if not kind.masks:
                assert "请写明用途" in answer.text, (kind.name, role)
            elif answer.status_code == 200:
                numbers = [cell for row in cells(answer) for cell in row if cell]
                assert not [one for one in numbers if WHOLE.fullmatch(str(one))], (kind.name, role)


def test_g_14_the_administrator_gets_no_household_by_the_pairings(client):
    acted(client, "unit")
    office = client("unit", actor(Role.COUNTY_CLERK))
    assert office.post("/unit/api/assignments", json=[PAIR]).status_code == 201
    form = "/unit/forms/assignments.xlsx?filled=true"
    assert "H0001" in {cell for row in cells(office.get(form)) for cell in row}
    administrator = client("unit", actor(Role.ADMINISTRATOR, COUNTY))
    assert "H0001" not in {cell for row in cells(administrator.get(form)) for cell in row}
