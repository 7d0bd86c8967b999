"""ID numbers and telephones: hidden from who does not need them all the time; whoever says what for
sees them once, and the audit keeps who, of whom, and why.
"""

import pytest
from sqlalchemy import text

from kit import audit
from schemas.codes import Role
from services.village.register.models import Household
from tests.helpers.posts import post
from tests.village.personas import LEADER, OFFICE, YUNTAI, person, who

NUMBER = person("陈红梅", 1).id_number
PHONE = "16000000999"
CALLS_HIS_OWN = (
    *(Role.GROUP_LEADER, Role.GRID_WORKER, Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
    *(Role.VILLAGE_WORK_TEAM, Role.TOWNSHIP_VILLAGE_LIAISON),
)
SAYS_WHAT_FOR = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.COUNTY_CLERK, Role.COUNTY_LEADER)
WRONG = pytest.mark.parametrize(
    "form",
    [{}, {"purpose": "OTHER"}, {"purpose": "IDENTIFY", "words": f"号码{NUMBER}"}],
    ids=["nothing", "other without words", "a number in the words"],
)
FORM = {"purpose": "IDENTIFY", "words": "本人来查询"}


@pytest.fixture
def household(sessions, register) -> str:
    with sessions.begin() as session:
        session.get_one(Household, register["H1"]).phone = PHONE
    return f"/village/households/{register['H1']}"


def audited(sessions) -> list[tuple[str, str, str | None, list[str]]]:
    with sessions() as session:
        kept = session.execute(text("SELECT kind, deed, purpose, objects FROM audit ORDER BY id"))
        return [tuple(row) for row in kept]


@pytest.mark.parametrize("role", CALLS_HIS_OWN)
def test_who_calls_his_own_people_sees_their_telephone_and_no_id_number(client, household, role):
    page = client("village", post(role)).get(household).text
    assert (PHONE in page, NUMBER in page) == (True, False)


@pytest.mark.parametrize("role", SAYS_WHAT_FOR)
def test_everybody_else_says_what_for_and_sees_them_once(client, sessions, household, role):
    browser = client("village", post(role))
    page = browser.get(household).text
    assert (PHONE in page, NUMBER in page, "查看完整号码" in page) == (False, False, True)
    seen = browser.post(f"{household}/unmasking", data=FORM)
    assert (seen.status_code, PHONE in seen.text, NUMBER in seen.text) == (200, True, True)
    assert NUMBER not in browser.get(household).text
    told = [row for row in audited(sessions) if row[2]]
    key = household.rpartition("/")[2]
    assert told == [("read", "unmask_household", "核对身份：本人来查询", [f"household:{key}"])]


def test_g_11_the_same_key_shows_nothing_a_second_time(client, sessions, household):
    """Else the numbers would lie in the kept answers, and be seen again without a row."""
    browser, key = client("village", OFFICE), {"Idempotency-Key": "one-look"}
    first = browser.post(f"{household}/unmasking", data=FORM, headers=key)
    again = browser.post(f"{household}/unmasking", data=FORM, headers=key)
    assert (first.status_code, NUMBER in first.text) == (200, True)
    assert (again.status_code, NUMBER in again.text, "没有再办一次" in again.text) == (
        409,
        False,
        True,
    )
    assert len([row for row in audited(sessions) if row[2]]) == 1
    assert browser.post(f"{household}/unmasking", data=FORM).status_code == 200
    assert len([row for row in audited(sessions) if row[2]]) == 2


@WRONG
def test_a_purpose_that_is_refused_stands_open_with_what_is_wrong(client, household, form):
    browser = client("village", OFFICE)
    sent_from = {"referer": f"http://testserver{household}"}
    typed = {"purpose": ""} | form
    refused = browser.post(f"{household}/unmasking", data=typed, headers=sent_from)
    assert refused.status_code == 422
    opened = refused.text.partition('<details class="no-print" open><summary>查看完整号码')[2]
    assert 'role="alert"' in opened.partition("</details>")[0]
    folded = '<details class="no-print"><summary>查看完整号码'
    assert folded in browser.get(household).text


def test_f_70_a_members_number_has_a_card_on_a_phone(client, household):
    """Cells of a card wrap; a table would be cut at the edge."""
    page = client("village", OFFICE).get(household).text
    assert '<table class="table cards">' in page
    assert '<td data-title="身份证号码">' in page


@WRONG
def test_a_purpose_is_said_and_holds_no_number(client, sessions, household, form):
    refused = client("village", OFFICE).post(f"{household}/unmasking", data=form)
    assert refused.status_code == 422
    assert PHONE not in refused.text
    assert [row for row in audited(sessions) if row[1] == "unmask_household"] == []


@pytest.mark.parametrize(
    "stranger",
    [LEADER, who(Role.VILLAGE_CLERK, YUNTAI), who(Role.ADMINISTRATOR), who(Role.LEADING_GROUP)],
    ids=lambda one: one.account,
)
def test_nobody_unmasks_what_is_not_his(client, household, stranger):
    refused = client("village", stranger).post(f"{household}/unmasking", data=FORM)
    assert refused.status_code == 403
    assert all(word not in refused.text for word in (PHONE, NUMBER, "陈红梅"))


def test_a_row_with_a_purpose_holds_in_the_chain(client, sessions, household):
    client("village", OFFICE).post(f"{household}/unmasking", data=FORM)
    assert audit.seal(sessions) >= 1
    with sessions() as session:
        assert audit.check(session).broken is None
