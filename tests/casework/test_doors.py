"""What people see: the board by step, one file with its rule and days, the form, the earlier cases."""

import pytest
from fastapi.testclient import TestClient

from kit.clock import SimulatedClock
from schemas.codes import Level
from schemas.village import DivisionNamed
from services.casework.identification import commands
from services.casework.identification.rules import FileAction as A
from tests.casework.town import (
    BEGAN,
    CLERK,
    COUNTY,
    OFFICE,
    TOWNSHIP,
    TOWNSHIP_CLERK,
    VILLAGE,
    Casework,
    day,
    id_number,
)
from tests.conftest import at

FORM = {"channel": "SELF_REPORT", "on": "2026-09-20"}


@pytest.fixture
def office(client, casework: Casework, clock: SimulatedClock) -> TestClient:
    """On 20 September, with a file of household 1 since the 18th."""
    casework.hear(*casework.case(1, day(18), urgent=True))
    clock.set(at(2026, 9, 20))
    return client("casework", OFFICE)


def test_the_board_shows_each_step_with_its_ages(office: TestClient, casework: Casework):
    page = office.get("/casework/files").text
    assert "承诺授权</span> 1份" in page
    for text in (
        "户主1",
        "石桥村",
        "三级监测网络",
        "紧急",
        "发现后2天，本环节2天",
        "总时限2026年10月8日",
    ):
        assert text in page, text
    assert "已过期" not in page
    assert "乡镇：入户时取得承诺授权" in page
    assert "户主1" not in office.get("/casework/assessments").text
    assert "户主1" in office.get("/casework/files?overdue=false&ended=false&q=户主1").text


def test_a_file_says_who_owes_what_until_when_and_by_which_rule(
    office: TestClient, casework: Casework
):
    (file,) = casework.files()
    page = office.get(f"/casework/files/{file.id}").text
    assert "入户时取得承诺授权" in page
    assert "2天" in page
    assert "s003 I-06" in page  # the source of the limit
    assert "s003 I-16" in page
    assert "过期未办：逾期未核实" in page
    answer = office.get(f"/casework/api/files/{file.id}").json()
    assert (answer["head_name"], answer["owner"], answer["due"]) == ("户主1", "乡镇", "2026-09-20")
    assert [entry["action"] for entry in answer["history"]] == [A.OPEN]
    assert [lead["channel"] for lead in answer["leads"]] == ["NETWORK"]


def test_a_self_report_is_entered_by_the_form(office: TestClient, client, casework: Casework):
    village = client("casework", CLERK)
    page = village.get("/casework/leads?q=户主2").text
    assert "石桥村01组 户主2 H2" in page
    assert "县级推送</span>" not in page
    answer = village.post("/casework/leads", data=FORM | {"household": "h2", "words": "住院花费大"})
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"].partition("?")[0]
    shown = village.get(where).text
    assert "户主2" in shown
    assert "住院花费大" in shown
    again = village.post("/casework/leads", data=FORM | {"household": "h2"})
    assert again.headers["location"].partition("?")[0] == where
    assert len(casework.files()) == 2


def test_who_is_in_no_register_is_entered_by_name_and_number(
    office: TestClient, client, casework: Casework
):
    village = client("casework", CLERK)
    assert "没有查到" in village.get("/casework/leads?q=户主9").text
    refused = village.post("/casework/leads", data=FORM | {"head_name": "户主9"})
    assert "不在农户名册的，请填写户主姓名、身份证号码和村。" in refused.text
    who = {"head_name": "户主9", "id_number": id_number(9), "village": VILLAGE}
    answer = village.post("/casework/leads", data=FORM | who)
    assert answer.status_code == 303, answer.text
    page = village.get(answer.headers["location"].partition("?")[0]).text
    assert "不在农户名册，核实后登记" in page
    assert id_number(9) not in page


def test_the_earlier_cases_are_decided_one_by_one(client, casework: Casework, clock):
    casework.hear(*casework.case(1, day(20, 8)), at=BEGAN.replace(month=8, day=20))
    clock.set(at(2026, 9, 3))
    office = client("casework", OFFICE)
    assert "户主1" in office.get("/casework/earlier").text
    refused = office.post("/casework/earlier/case-1", data={"opens": "false"})
    assert "不建档的，请写明理由。" in refused.text
    answer = office.post("/casework/earlier/case-1", data={"opens": "true"})
    assert answer.status_code == 303
    assert "没有要决定的线索" in office.get("/casework/earlier").text
    assert len(casework.files()) == 1


def test_the_first_page_and_the_list_of_tasks_say_what_is_to_be_done(
    office: TestClient, client, casework: Casework
):
    township = client("casework", TOWNSHIP_CLERK)
    (task,) = township.get("/casework/api/tasks").json()
    (file,) = casework.files()
    assert task["title"] == "河湾镇石桥村 户主1"
    assert (task["due"], task["note"]) == ("2026-09-20", "入户时取得承诺授权")
    assert task["href"] == f"/casework/files/{file.id}/consent"
    assert "河湾镇石桥村 户主1" in township.get("/casework/").text
    assert office.get("/casework/api/tasks").json() == []
    assert client("casework", CLERK).get("/casework/api/tasks").json() == []


def test_what_an_ended_place_owed_is_the_offices(office: TestClient, casework: Casework):
    ended = DivisionNamed(
        division=TOWNSHIP,
        level=Level.TOWNSHIP,
        name="河湾镇",
        parent=COUNTY,
        last_month="2026-08",
        successor=COUNTY,
    )
    casework.hear(ended)
    (task,) = office.get("/casework/api/tasks").json()
    assert task["note"] == "这个乡镇已撤并，请确定由谁接着办"
    assert "县级牵头部门：这个乡镇已撤并" in office.get("/casework/files").text


def test_acts_by_list_are_one_task(office: TestClient, client, casework: Casework):
    casework.hear(*casework.case(2, day(18)))
    with casework.sessions.begin() as session:
        for file in casework.files():
            taken = commands.take(session, file.id)
            for action in (A.CONSENT, A.VERIFY):
                commands.advance(session, taken, action, actor=TOWNSHIP_CLERK, on=day(19))
    (task,) = client("casework", CLERK).get("/casework/api/tasks").json()
    assert (task["title"], task["count"]) == ("民主评议", 2)
    assert task["href"] == "/casework/assessments"
    assert len(task["objects"]) == 2
