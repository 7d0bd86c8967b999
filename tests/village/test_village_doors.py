"""The doors: JSON with its problems, pages for everyone."""

import re
from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from schemas.codes import RiskCause, Role
from schemas.county import CaseSentBack
from schemas.unit import UnitListSubmitted
from schemas.values import Finding, Receipt
from services.village.findings import queries as findings_queries
from services.village.lists import queries as lists_queries
from services.village.outcomes import commands as outcomes_commands
from services.village.rechecks import commands as rechecks_commands
from services.village.register import queries as register_queries
from tests.village.personas import (
    ADMINISTRATOR,
    CLERK,
    HEAD,
    HELPER,
    HEWAN,
    LEADER,
    MAJIA,
    MONTH,
    OFFICE,
    OTHER_HEAD,
    SHIQIAO,
    TOWNSHIP_CLERK,
    UNWAITED,
    at,
    on,
    person,
    who,
)


@pytest.fixture
def browser(client, clock, sessions):
    """`browser(actor, day)`: that actor's browser on a day of September."""

    def on_day(actor, day=18):
        clock.set(at(day))
        return client("village", actor)

    return on_day


def api(browser, path, **body):
    return browser.post(f"/village/api/{path}", json=body)


def test_a_month_through_the_api(browser, register):
    finding = {
        "household": register["H1"],
        "causes": ["ILLNESS"],
        "risk_point": "住院",
        "matter": "救助",
    }
    reported = api(
        browser(LEADER, 15),
        "group-reports",
        village=SHIQIAO,
        group="01",
        month=MONTH,
        findings=[finding],
    )
    assert (reported.status_code, reported.json()["timeliness"]) == (201, "on_time")
    clerk = browser(CLERK, 18)
    (found,) = clerk.get(f"/village/api/findings?month={MONTH}&village={SHIQIAO}").json()
    assert api(clerk, f"findings/{found['id']}/review", agreed=True).json()["stage"] == "reviewed"
    assert api(clerk, "lists", village=SHIQIAO, month=MONTH).json()["supplement"] == 0
    head = browser(HEAD, 25)
    assert api(head, f"findings/{found['id']}/recheck", agreed=True).status_code == 200
    signed = api(head, "signatures", township=HEWAN, month=MONTH, missing_reason=UNWAITED)
    assert (signed.status_code, signed.json()["missing"][0]) == (201, MAJIA)
    status = browser(OFFICE, 25).get(f"/village/api/months/{MONTH}").json()
    assert (len(status["groups"]), len(status["villages"]), len(status["townships"])) == (16, 4, 2)
    assert [one["content"] for one in status["townships"]] == ["findings", None]
    own = browser(LEADER, 25).get(f"/village/api/months/{MONTH}").json()
    assert (len(own["groups"]), own["townships"]) == (1, [])


def test_every_other_verb_has_its_door(browser, register, session):
    finding = {
        "household": register["H2"],
        "causes": ["ACCIDENT"],
        "risk_point": "车祸",
        "matter": "救助",
    }
    urgent = api(
        browser(CLERK, 2), "urgent-findings", village=SHIQIAO, month=MONTH, finding=finding
    )
    assert urgent.status_code == 201
    assert (
        api(browser(HEAD, 2), f"urgent-findings/{urgent.json()['id']}/signature").json()["stage"]
        == "at_county"
    )
    group = {"village": SHIQIAO, "group": "02", "month": MONTH}
    assert (
        api(browser(CLERK, 10), "group-reports", **group, nil=True).json()["on_behalf_of"]
        == "组长12"
    )
    assert (
        api(browser(CLERK, 10), "group-reports/withdrawals", **group).json()["timeliness"]
        == "waiting"
    )
    exempt = {"division": SHIQIAO, "group": "04", "month": MONTH, "reason": "组长去世"}
    assert (
        api(browser(TOWNSHIP_CLERK, 10), "exemptions", **exempt).json()["exempt_reason"]
        == "组长去世"
    )
    assert (
        api(
            browser(CLERK, 10),
            "findings",
            village=SHIQIAO,
            month=MONTH,
            finding=finding | {"household": register["H1"]},
        ).status_code
        == 201
    )
    assert api(browser(OFFICE, 10), "months", month=MONTH).status_code == 200  # open already
    office = browser(OFFICE, 10)
    assert office.post(
        "/village/api/divisions", json=[{"division": "990121", "name": "守望县"}]
    ).json() == {"taken": 0, "unchanged": 1}
    assert [one["number"] for one in office.get("/village/api/households?q=陈红梅").json()] == [
        "H1"
    ]
    assert (
        browser(who(Role.VILLAGE_CLERK, MAJIA)).get("/village/api/households?q=陈红梅").json() == []
    )
    assert (
        office.get("/village/api/rechecks").json()
        == office.get("/village/api/register-tasks").json()
        == []
    )


@pytest.mark.parametrize(
    ("actor", "path", "body", "status"),
    [
        (CLERK, "lists", {"village": SHIQIAO, "month": "2026-13", "nil": True}, 422),
        (CLERK, "lists", {"village": SHIQIAO, "month": "2026-08", "nil": True}, 422),
        (OFFICE, "lists", {"village": "990121100999", "month": MONTH, "nil": True}, 404),
        (OTHER_HEAD, "signatures", {"township": HEWAN, "month": MONTH}, 403),
        (ADMINISTRATOR, "signatures", {"township": HEWAN, "month": MONTH}, 403),
        (HEAD, "signatures", {"township": HEWAN, "month": MONTH}, 409),
        (CLERK, "lists", {"village": SHIQIAO}, 422),
        (
            OFFICE,
            "lists",
            {"village": SHIQIAO, "month": MONTH, "nil": True, "received_on": "2026-09-17"},
            422,
        ),
        (CLERK, "findings/none/review", {"agreed": True}, 404),
    ],
)
def test_a_refusal_is_problem_json_in_chinese_and_nothing_is_half_written(
    browser, session, actor, path, body, status
):
    answer = api(browser(actor), path, **body)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert set(answer.json()) >= {"type", "title", "status", "detail"}
    assert any("一" <= char <= "鿿" for char in answer.json()["detail"])
    assert lists_queries.lists(session, MONTH) == []


def test_nobody_comes_in_without_signing_in(client, sessions):
    assert client("village").get(f"/village/api/months/{MONTH}").status_code == 401
    assert client("village").get("/village/").status_code == 303


def test_g_14_a_leader_learns_what_was_said_in_his_name_and_his_own_word_is_his(browser, register):
    phoned = {"village": SHIQIAO, "group": "01", "month": MONTH}
    assert browser(CLERK, 15).post("/village/group-reports", data=phoned).status_code == 303
    leader = browser(LEADER, 15)
    page = leader.get("/village/").text
    assert "代报" in page
    assert 'href="/village/behalf"' in page
    own = phoned | {"household": register["H1"], "causes": ["ILLNESS"]}
    assert leader.post("/village/findings", data=own).status_code == 303
    page = leader.get("/village/").text
    assert "发现1户" in page
    assert "代报" not in page


def test_the_leaders_card(browser, register):
    leader = browser(LEADER, 15)
    card = leader.get("/village/").text
    for words in ("本月无风险（零报告）", "发现情况", "2026年9月17日", "陈红梅"):
        assert words in card
    assert "张珍" not in card  # another group's
    place = {"village": SHIQIAO, "group": "01", "month": MONTH}
    assert leader.post("/village/group-reports", data=place).status_code == 303
    assert "收回重报" in leader.get("/village/").text
    assert leader.post("/village/group-reports/withdrawals", data=place).status_code == 303
    form = leader.get(f"/village/findings/new?household={register['H1']}")
    assert "住院花了三万" in form.text
    sent = leader.post(
        "/village/findings",
        data={
            "village": SHIQIAO,
            "month": MONTH,
            "household": register["H1"],
            "causes": ["ILLNESS"],
            "risk_point": "住院",
            "matter": "",
            "since": "",
        },
    )
    assert sent.status_code == 303
    card = leader.get("/village/").text
    assert "发现1户" in card
    assert leader.get(f"/village/villages/{SHIQIAO}/{MONTH}").status_code == 403


def test_the_way_of_a_list_through_the_pages(browser, register, session):
    clerk = browser(CLERK, 18)
    form = {
        "village": SHIQIAO,
        "month": MONTH,
        "household": register["H1"],
        "causes": ["ILLNESS", "EDUCATION"],
        "risk_point": "住院",
    }
    assert clerk.post("/village/findings", data=form).status_code == 303
    village = clerk.get(f"/village/villages/{SHIQIAO}/{MONTH}").text
    assert "待补充：需解决的相关事宜" in village
    (finding,) = findings_queries.findings(session, MONTH, SHIQIAO)
    href = f"/village/findings/{finding.id}"
    shown = clerk.get(href).text
    assert "不同意上报（保留记录）" in shown
    for words in ("因病、因学", "住院", "未填"):
        assert f"<dd>{words}</dd>" in shown
    review = {
        "agreed": "true",
        "causes": ["ILLNESS", "EDUCATION"],
        "risk_point": "住院",
        "matter": "=医疗救助",
    }
    assert clerk.post(f"{href}/review", data=review).status_code == 303
    assert (
        clerk.post("/village/lists", data={"village": SHIQIAO, "month": MONTH}).status_code == 303
    )
    refused = clerk.post("/village/lists", data={"village": SHIQIAO, "month": MONTH})
    assert refused.status_code == 409
    assert "没有新增" in refused.text
    head = browser(HEAD, 25)
    township = f"/village/townships/{HEWAN}/{MONTH}"
    assert "没有报的村：马家村、白水村" in head.get(township).text
    assert (
        head.post(f"{href}/recheck", data={"agreed": "false", "reason": "已有收入"}).status_code
        == 303
    )
    assert (
        head.post(
            "/village/signatures",
            data={"township": HEWAN, "month": MONTH, "missing_reason": UNWAITED},
        ).status_code
        == 303
    )
    assert "徐梅杰签发名单" in head.get(township).text
    assert "乡镇不同意上报：已有收入" in clerk.get(href).text
    assert (
        "防返贫监测摸排情况上报表" in clerk.get(f"/village/villages/{SHIQIAO}/{MONTH}/print").text
    )
    roster = head.get(f"{township}/print").text  # F-64
    printed = clerk.get(f"/village/villages/{SHIQIAO}/{MONTH}/print").text
    for column in ("风险点", "需解决的相关事宜"):  # wide enough for a sentence (F-62)
        assert f'<th class="sentences">{column}</th>' in printed
        assert f'<th class="sentences">{column}</th>' in roster
    assert f'href="{township}/print"' in head.get(township).text
    for part in (
        "河湾镇2026年9月防返贫监测汇总名单",
        "河湾镇人民政府（盖章）",
        "合计：同意上报0户0人；另有不同意上报1户。",
        "应报的村3个，已报1个，其中零报告0个，没有报的2个：马家村、白水村。",
        "乡镇主要领导（签字）：徐梅杰",
        "乡镇不同意上报：已有收入",
    ):
        assert part in roster
    for path in (f"/village/villages/{SHIQIAO}/{MONTH}/list.xlsx", f"{township}/list.xlsx"):
        answer = head.get(path)
        sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
        assert any(cell.value == "'=医疗救助" for line in sheet for cell in line)
        # saved under the title it has, and its days are written as on paper
        assert quote(f"{sheet['A1'].value}.xlsx") in answer.headers["content-disposition"]
        assert not re.search(r"\d{4}-\d\d-\d\d", sheet["A2"].value)


def test_every_page_opens_for_whom_it_is_and_stays_shut_for_others(browser, register, session):
    pages = [
        f"/village/months/{MONTH}",
        "/village/households",
        f"/village/households/{register['H1']}",
        "/village/notices",
        "/village/register-tasks",
        "/village/search?q=陈红梅",
        "/village/search",
        f"/village/findings/new?village={SHIQIAO}",
        f"/village/villages/{SHIQIAO}/{MONTH}",
    ]
    for actor in (CLERK, TOWNSHIP_CLERK, HEAD, OFFICE, who(Role.COUNTY_LEADER)):
        for path in ["/village/", *pages]:
            assert browser(actor).get(path).status_code == 200, (actor.role, path)
    for path in pages:
        assert browser(HELPER).get(path).status_code == 403, path
    assert browser(HELPER).get("/village/").status_code == 200
    assert browser(OTHER_HEAD).get(pages[2]).status_code == 403


def test_the_small_pages_do_what_they_say(browser, session, register):
    newcomer = {
        "village": SHIQIAO,
        "month": MONTH,
        "name": "周新来",
        "id_number": str(person("周新来", 77).id_number),
        "group": "01",
        "size": 3,
        "causes": ["ILLNESS", ""],
        "risk_point": "住院",
        "matter": "救助",
    }
    assert browser(CLERK).post("/village/findings", data=newcomer).status_code == 303
    clerk = browser(TOWNSHIP_CLERK)
    ((task, household),) = register_queries.register_tasks(session, TOWNSHIP_CLERK)
    assert "周新来" in clerk.get("/village/register-tasks").text
    assert "登记入册" in clerk.get(f"/village/households/{household.id}").text
    resolution = {"on_register": "true", "outcome": "已落户", "number": "H77"}
    assert (
        clerk.post(f"/village/register-tasks/{task.id}/resolution", data=resolution).status_code
        == 303
    )
    assert "没有待核对的农户" in clerk.get("/village/register-tasks").text
    exemption = {"month": MONTH, "kind": "GROUP", "code": f"{SHIQIAO}/04", "reason": "组长去世"}
    assert clerk.post("/village/exemptions", data=exemption).status_code == 303
    assert "组长去世" in clerk.get(f"/village/months/{MONTH}").text
    phoned = {"village": SHIQIAO, "group": "02", "month": MONTH, "back": "https://example.org/"}
    assert (
        browser(CLERK).post("/village/group-reports", data=phoned).headers["location"]
        == "/village/"
    )
    by_phone = {
        "village": SHIQIAO,
        "month": MONTH,
        "household": register["H1"],
        "causes": ["ILLNESS"],
        "for_leader": "true",
    }
    assert browser(CLERK).post("/village/findings", data=by_phone).status_code == 303
    assert "石桥文书代组长11报" in browser(CLERK).get(f"/village/villages/{SHIQIAO}/{MONTH}").text


def test_a_recheck_is_answered_and_a_notice_read_on_their_pages(browser, sessions, register):
    finding = Finding(
        finding="U-1",
        household=register["H1"],
        village=SHIQIAO,
        group="01",
        causes=(RiskCause.ILLNESS,),
        found_on=on(16),
        sealed="x",
    )
    with sessions.begin() as session:
        outcomes_commands.record_unit_list(
            session,
            UnitListSubmitted(
                unit="U001", month=MONTH, receipt=Receipt(on=on(24)), nil=False, findings=(finding,)
            ),
        )
        rechecks_commands.open_recheck(
            session,
            CaseSentBack(
                case="C3",
                number="AJ-3",
                household=register["H1"],
                village=SHIQIAO,
                township=HEWAN,
                on=on(22),
                due=on(29),
                question="是否外出务工",
                findings=(),
            ),
        )
    assert "陈红梅" in browser(CLERK).get("/village/notices").text
    head = browser(HEAD, 23)
    assert "2026年9月29日" in head.get("/village/rechecks/C3").text
    assert (
        head.post(
            "/village/rechecks/C3/answer", data={"still_at_risk": "true", "note": "仍住院"}
        ).status_code
        == 303
    )
    assert "仍有风险" in head.get("/village/rechecks/C3").text
    assert browser(OTHER_HEAD).get("/village/rechecks/C3").status_code == 403


def test_the_desk_names_what_is_to_be_done(browser, register):
    assert "上报本月名单" in browser(CLERK).get("/village/").text
    finding = {
        "household": register["H1"],
        "causes": ["ILLNESS"],
        "risk_point": "住院",
        "matter": "救助",
    }
    api(browser(CLERK, 2), "urgent-findings", village=SHIQIAO, month=MONTH, finding=finding)
    assert "签发紧急情况：陈红梅户" in browser(HEAD, 2).get("/village/").text
    assert "还没有报的" in browser(TOWNSHIP_CLERK, 18).get(f"/village/months/{MONTH}").text
    newcomer = {"newcomer": {"name": "周新来", "id_number": "990121197001010777"}}
    assert (
        api(browser(CLERK), "findings", village=SHIQIAO, month=MONTH, finding=newcomer).status_code
        == 422
    )
