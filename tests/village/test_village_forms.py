"""The forms of tier 1: where they are asked for, and filled in with one's own (F-33)."""

from io import BytesIO

import openpyxl
from sqlalchemy import text

from tests.village.personas import (
    CLERK,
    HEAD,
    LEADER,
    MAJIA,
    MAJIA_CLERK,
    MONTH,
    OFFICE,
    SHIQIAO,
    TOWNSHIP_CLERK,
    at,
)

LIST = f"/village/forms/village-list.xlsx?month={MONTH}&filled=true"


def rows(answer) -> list[tuple]:
    assert answer.status_code == 200, answer.text
    return list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)


def filled(client, who, **where):
    """The form of the list, for a purpose."""
    address = "&".join([LIST, *(f"{name}={value}" for name, value in where.items())])
    return client("village", who).post(address, data={"purpose": "IDENTIFY"})


def test_f_33_the_pages_lead_to_their_forms(sessions, client, clock):
    clock.set(at(18))
    page = client("village", CLERK).get(f"/village/villages/{SHIQIAO}/{MONTH}").text
    assert f'href="/village/forms/village-list.xlsx?month={MONTH}"' in page
    assert f"filled=true&amp;place={SHIQIAO}" in page
    assert "forms/" not in client("village", HEAD).get(f"/village/villages/{SHIQIAO}/{MONTH}").text
    page = client("village", TOWNSHIP_CLERK).get("/village/households").text
    assert "/village/forms/households.xlsx" in page


def test_f_33_a_list_is_filled_in_with_ones_own_village_alone(sessions, client, clock):
    clock.set(at(18))
    own = rows(filled(client, CLERK))
    assert "河湾镇石桥村" in own[0][0]
    assert "2026年9月" in own[0][0]
    names = {row[2] for row in own[3:]}
    assert names
    theirs = {row[2] for row in rows(filled(client, MAJIA_CLERK))[3:]}
    assert not names & theirs
    assert filled(client, CLERK, place=MAJIA).status_code == 403
    assert not any(any(row) for row in rows(filled(client, LEADER))[3:])
    assert rows(filled(client, OFFICE, place=SHIQIAO))[3:] == own[3:]
    blank = rows(client("village", LEADER).get("/village/forms/village-list.xlsx"))
    assert blank[2] == own[2]
    assert not any(any(row) for row in blank[3:])


def test_g_11_the_list_leaves_with_whole_numbers_for_a_purpose_alone(sessions, client, clock):
    clock.set(at(18))
    assert "请写明用途" in client("village", CLERK).get(LIST).text
    left = rows(filled(client, CLERK))
    assert any("用途：核对身份" in str(row) for row in left[:3])
    with sessions() as session:
        kept = session.execute(text("SELECT kind, purpose FROM audit WHERE deed = 'sheet_form'"))
        assert ("export", "核对身份") in [tuple(row) for row in kept]


def test_f_33_the_register_is_filled_in_for_whoever_keeps_it(sessions, client, clock):
    clock.set(at(18))
    form = "/village/forms/households.xlsx?filled=true"
    why = {"purpose": "COMPARE", "words": "与医保名册核对"}
    asked = client("village", OFFICE).get(form)
    assert "请写明用途" in asked.text  # whole numbers of many leave in it
    assert client("village", OFFICE).post(form, data={"purpose": "OTHER"}).status_code == 422
    of_township = rows(client("village", TOWNSHIP_CLERK).post(form, data=why))[3:]
    whole = rows(client("village", OFFICE).post(form, data=why))
    assert any("用途：与部门的数据比对：与医保名册核对" in str(row) for row in whole[:3])
    of_county = whole[3:]
    assert {row[1] for row in of_township} == {"河湾镇"}
    assert len(of_county) >= len(of_township) > 0
    nobody_else = rows(client("village", CLERK).post(form, data=why))[3:]
    assert not any(any(row) for row in nobody_else)
