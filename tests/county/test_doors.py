"""Doors: JSON, pages, workbooks; roles, problem JSON, masking."""

import re

import pytest

from kit.actor import Actor
from kit.sheets.sheet import RawSheet
from schemas.codes import Role
from schemas.county import CaseVerified
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.register.models import Household
from services.county.verification import commands as verification_commands
from tests.conftest import at
from tests.county.personas import (
    COUNTY,
    MONTH,
    OTHER_VILLAGE,
    SEEN,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    body,
    day,
    signed,
    submitted,
    unit_list,
    unit_signed,
    visit,
)
from tests.county.test_intake import the_case
from tests.county.test_verification import CLERK, VISIT, verify, visited

NEW = {"reason": "外县迁入，还没有入册"}
VILLAGE_CLERK = Actor("v", "文书", Role.VILLAGE_CLERK, VILLAGE)
SUPERVISOR = Actor("s", "黄刚桂", Role.SUPERVISOR, "D1")
MONITORED = {
    "village": VILLAGE,
    "head_name": "户主1",
    "category": "MARGINAL",
    "persons": 3,
    "identified_on": "2024-03-01",
    "number": "H0001",
    "id_number": "990121196602191830",
    "phone": "16000000001",
    "cause": "ILLNESS",
}


@pytest.fixture
def case(county):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding)))
    return the_case(county)


@pytest.fixture
def office(county, client, clock):
    clock.set(at(2026, 9, 29))
    return client("county", CLERK)


def test_a_case_from_visit_to_decision_over_http(county, office, case):
    refused = office.post(f"/county/api/cases/{case.id}/decision", json={"decision": "verified"})
    assert (refused.status_code, refused.headers["content-type"]) == (
        422,
        "application/problem+json",
    )
    assert "主要原因" in body(refused)["detail"]
    seen = office.post(
        f"/county/api/cases/{case.id}/visits",
        json={"on": "2026-09-29", "visitors": "林经办", **SEEN},
    )
    assert seen.status_code == 201
    decided = office.post(
        f"/county/api/cases/{case.id}/decision",
        json={
            "decision": "verified",
            "primary_cause": "ILLNESS",
            "since": {"day": "2026-09-05"},
            "needs": [
                {"gap_item": "MEDICAL_COST", "question": "请核实自付费用。", "person_name": "孩子1"}
            ],
        },
    )
    assert (decided.status_code, body(decided)["decision"]) == (200, "verified")
    assert len(county.said(CaseVerified)) == 1
    again = office.post(
        f"/county/api/cases/{case.id}/decision",
        json={"decision": "not_qualified", "reason": "其他"},
    )
    assert again.status_code == 409
    shown = body(office.get(f"/county/api/cases/{case.id}"))
    assert (len(shown["sources"]), len(shown["needs"]), shown["decision"]) == (1, 1, "verified")
    assert (
        body(office.get("/county/api/cases", params={"q": "户主1", "status": "verified"}))["total"]
        == 1
    )
    assert body(office.get("/county/api/cases", params={"village": OTHER_VILLAGE}))["total"] == 0


def test_others_are_forbidden_or_see_only_their_own(county, client, case):
    other = client("county", Actor("w", "文书", Role.VILLAGE_CLERK, OTHER_VILLAGE))
    assert other.get(f"/county/api/cases/{case.id}").status_code == 403
    assert body(other.get("/county/api/cases"))["total"] == 0
    own = client("county", VILLAGE_CLERK)
    assert own.get(f"/county/api/cases/{case.id}").status_code == 200
    visiting = {"on": "2026-09-01", "visitors": "我"}
    answer = own.post(f"/county/api/cases/{case.id}/visits", json=visiting)
    assert (answer.status_code, body(answer)["title"]) == (403, "无权办理")
    administrator = client("county", Actor("a", "管理员", Role.ADMINISTRATOR, COUNTY))
    assert (
        administrator.post(f"/county/api/cases/{case.id}/visits", json=visiting).status_code == 403
    )
    assert client("county").get("/county/api/cases").status_code == 401
    assert own.get("/county/api/cases/no-such").status_code == 404


def test_organisation_month_and_supervision_over_http(county, client, clock):
    clock.set(at(2026, 9, 24))
    office = client("county", Actor("a", "经办人", Role.COUNTY_CLERK, COUNTY))
    assert body(office.post("/county/api/months", json={"month": MONTH})) is None
    team = {"code": "D1", "name": "第一督导组", "leader": "黄刚桂", "townships": ["河湾镇"]}
    assert body(office.post("/county/api/teams", json=[team])) == {"changed": 1}
    leader = {"level": "乡镇", "place": "河湾镇", "post": "乡镇长", "name": "徐梅杰"}
    assert body(office.post("/county/api/responsibles", json=[leader])) == {"changed": 1}
    assert body(office.post("/county/api/responsibles", json=[leader])) == {"changed": 0}
    for _ in range(2):
        assert (
            body(office.post("/county/api/months", json={"month": MONTH}))["opened_on"]
            == "2026-09-24"
        )
    report = {
        "team": "D1",
        "month": MONTH,
        "findings": [
            {
                "village": VILLAGE,
                "head_name": "户主1",
                "causes": ["ILLNESS"],
                "problem": "住房漏雨",
                "id_number": county.id_number(1),
            }
        ],
    }
    sent = client("county", SUPERVISOR).post("/county/api/supervision-reports", json=report)
    assert (sent.status_code, body(sent)["late"]) == (201, False)
    tiers = {
        tier["kind"]: tier for tier in body(office.get(f"/county/api/months/{MONTH}"))["tiers"]
    }
    assert (tiers["TEAM"]["on_time"], tiers["TEAM"]["expected"]) == (1, 1)


def test_an_unmatched_source_is_attached_by_a_person(county, office):
    strangers = [county.finding(n, household_id=f"u-{n}", on_register=False) for n in (300, 301)]
    county.hear(unit_list(*strangers), unit_signed(*agreed(*strangers)))
    where = f"/county/api/sources/{strangers[0].finding}/attachment"
    assert "为什么认定是新的一户" in body(office.post(where, json={}))["detail"]
    assert len(body(office.get("/county/api/sources/unmatched"))) == 2
    opened = body(office.post(f"/county/api/sources/{strangers[0].finding}/attachment", json=NEW))
    joined = office.post(
        f"/county/api/sources/{strangers[1].finding}/attachment", json={"case": opened["id"]}
    )
    assert body(joined)["id"] == opened["id"]
    again = office.post(f"/county/api/sources/{strangers[1].finding}/attachment", json=NEW)
    assert again.status_code == 409


def test_a_refused_attachment_comes_back_on_its_page(county, office, case):
    visited(county, case)
    with county.sessions.begin() as session:
        session.delete(session.get(Household, "h1"))  # its household is in no register
    strangers = [county.finding(n, household_id=f"u-{n}", on_register=False) for n in (300, 301)]
    county.hear(unit_list(*strangers), unit_signed(*agreed(*strangers)))
    back = {"referer": "http://testserver/county/unmatched"}
    assert f'value="case:{case.id}"' in office.get("/county/unmatched").text
    where = f"/county/sources/{strangers[1].finding}/attachment"
    close = {"decision": "not_qualified", "reason": "其他"}
    assert office.post(f"/county/cases/{case.id}/decision", data=close).status_code == 303
    answer = office.post(where, data={"target": f"case:{case.id}"}, headers=back)
    assert (answer.status_code, answer.text.count("这条风险线索已经办结")) == (409, 1)
    _, refused = answer.text.split(f'action="{where}"')
    assert "这条风险线索已经办结" in refused
    assert office.post(where, data={"target": ""}, headers=back).status_code == 422
    new = {"target": "new", "reason": "外县迁入"}
    assert office.post(where, data=new, headers=back).status_code == 303
    gone = office.post(where, data=new, headers=back)
    assert (gone.status_code, "data-back" in gone.text) == (409, True)


def test_candidates_over_http(county, client, office):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True))
    own = client("county", VILLAGE_CLERK)
    (candidate,) = body(own.get("/county/api/candidates"))
    assert (candidate["ask_first"], candidate["accused_name"]) == (True, "石桥村")
    path = f"/county/api/candidates/{candidate['id']}"
    assert body(own.post(f"{path}/hearing", json={"explanation": "当时未发生"}))["state"] == "heard"
    assert own.post(f"{path}/dismissal", json={"reason": "同意"}).status_code == 403
    assert (
        body(office.post(f"{path}/dismissal", json={"reason": "说明属实"}))["state"] == "dismissed"
    )
    assert office.post(f"{path}/confirmation", json={"reason": "不"}).status_code == 409


def test_the_ledger_masks_and_leaves_blank_what_needs_an_identification(
    county, client, office, case
):
    other = MONITORED | {"number": "G0001"}
    rows = [MONITORED | {"number": f"G{n:04}", "id_number": None} for n in range(2, 2002)]
    entered = office.post("/county/api/monitored-households", json=[other, *rows])
    assert body(entered) == {"changed": 2001, "unchanged": 0}
    gone = other | {"eliminated_on": "2025-06-01", "eliminated_mode": "帮扶消除"}
    assert body(office.post("/county/api/monitored-households", json=[gone, *rows])) == {
        "changed": 1,
        "unchanged": 2000,
    }
    visited(county, case)
    verify(county, case)
    ledger = body(office.get("/county/api/ledger"))
    first = ledger["rows"][0]
    assert (ledger["total"], len(ledger["rows"])) == (2002, 50)
    assert (first["number"], first["category"], first["identified_on"]) == (case.number, "", None)
    assert "*" in first["id_number"]
    (eliminated,) = body(office.get("/county/api/ledger", params={"status": "eliminated"}))["rows"]
    assert (eliminated["id_number"], eliminated["phone"]) == ("990121********1830", "160****0001")
    assert (
        body(office.get("/county/api/ledger", params={"place": TOWNSHIP, "category": "MARGINAL"}))[
            "total"
        ]
        == 2001
    )
    other = client("county", Actor("w", "文书", Role.VILLAGE_CLERK, OTHER_VILLAGE))
    assert body(other.get("/county/api/ledger"))["total"] == 0
    wrong = office.post(
        "/county/api/monitored-households", json=[MONITORED | {"category": "ORDINARY"}]
    )
    assert wrong.status_code == 422
    export = office.get("/county/ledger/export", params={"status": "eliminated"})
    assert export.content[:2] == b"PK"


PAGES = [
    "/county/",
    f"/county/months/{MONTH}",
    "/county/cases",
    "/county/trips",
    "/county/unmatched",
    "/county/candidates",
    "/county/ledger",
    "/county/supervision",
    "/county/search?q=户主1",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_an_empty_state(county_sessions, client, path):
    answer = client("county", CLERK).get(path)
    assert answer.status_code == 200, answer.text[-2000:]


def test_pages_with_everything_on_them(county, client, office, case):
    stranger = county.finding(300, household_id="u-300", on_register=False)
    county.hear(
        visit(2, on=day(12), at_risk=True), unit_list(stranger), unit_signed(*agreed(stranger))
    )
    county.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "组长", "河湾镇")],
        actor=CLERK,
    )
    county.do(months_commands.open_month, MONTH, on=day(1))
    county.do(verification_commands.record_visit, case.id, VISIT, actor=CLERK, on=day(29))
    (candidate,) = body(office.get("/county/api/candidates"))
    for path in [
        *PAGES,
        f"/county/cases/{case.id}",
        f"/county/candidates/{candidate['id']}",
        f"/county/supervision/D1?month={MONTH}",
    ]:
        answer = office.get(path)
        assert answer.status_code == 200, (path, answer.text[-2000:])
    assert "户主1" in office.get("/county/trips").text
    assert "入户核实 XS-990121-202609-0001" in office.get("/county/").text
    assert "说明情况" in client("county", VILLAGE_CLERK).get("/county/").text
    phone = client("county", SUPERVISOR)
    assert phone.get("/county/supervision").headers["location"] == "/county/supervision/D1"
    form = {
        "month": MONTH,
        "village": VILLAGE,
        "head_name": "户主3",
        "problem": "住院",
        "causes": ["ILLNESS"],
    }
    assert phone.post("/county/supervision/D1/findings", data=form).status_code == 303
    assert phone.post("/county/supervision/D1/report", data={"month": MONTH}).status_code == 303
    assert "户主3" in phone.get(f"/county/supervision/D1?month={MONTH}").text


def test_a_decision_on_the_page(county, office, case):
    form = {"on": "2026-09-29", "visitors": "林经办", **SEEN}
    assert office.post(f"/county/cases/{case.id}/visits", data=form).status_code == 303
    form = {
        "decision": "verified",
        "primary_cause": "ILLNESS",
        "gap_1": "MEDICAL_COST",
        "question_1": "请落实救助。",
        "person_1": "孩子1",
        "department_1": "",
        "gap_2": "",
        "since": "2026-09-05",
        "about": "1",
    }
    assert office.post(f"/county/cases/{case.id}/decision", data=form).status_code == 303
    page = office.get(f"/county/cases/{case.id}").text
    assert "2026年9月5日前后" in page
    assert "请落实救助。" in page


TYPED = {
    "decision": "verified",
    "primary_cause": "ILLNESS",
    "since": "2026-09-05",
    "about": "true",
    "risk_point": "自付费用高",
    "matter": "落实医疗救助",
    "gap_1": "",
    "question_1": "",
    "gap_3": "MEDICAL_COST",
    "question_3": "请核实自付费用。",
    "person_3": "孩子1",
}


def refused_on_its_page(office, case, typed: dict) -> str:
    """The page of the case as it comes back."""
    where = f"/county/cases/{case.id}"
    back = {"referer": f"http://testserver{where}"}
    answer = office.post(f"{where}/decision", data=typed, headers=back)
    assert answer.status_code == 422, answer.text
    assert "入户核实" in answer.text
    return answer.text


def beside(page: str, ruling: str, name: str) -> str:
    """What is said of an input beside it."""
    where = f'<div id="{ruling}-{name}-said">'
    assert where in page, f"nothing beside {name}"
    return page.split(where)[1].split("</div></div>", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"primary_cause": ""}, "primary_cause", "请选择主要原因。"),
        ({"since": "明天"}, "since", "要写成2026-09-18这样"),
        ({"since": "2026-10-05"}, "since", "不能晚于今天"),
        ({"gap_3": ""}, "gap_1", "请至少填写一项缺口"),
        ({"question_3": ""}, "question_3", "要部门解决的问题。"),
        ({"question_3": "请核实990121197001010015"}, "question_3", "不要写姓名、身份证号码"),
        ({"person_3": "邻居"}, "person_3", "不是这户的家庭成员"),
    ],
)
def test_a_refused_verification_comes_back_as_it_was_typed(
    county, office, case, changed, name, said
):
    visited(county, case)
    typed = TYPED | changed
    page = refused_on_its_page(office, case, typed)
    assert said in beside(page, "verified", name)
    assert f'<a href="#verified-{name}">' in page
    for text in ("risk_point", "matter", "question_3"):
        assert re.search(rf'name="{text}"[^>]*>\n{typed[text]}</textarea>', page)
    assert re.search(rf'name="since" value="{typed["since"]}"', page)
    assert re.search(r'name="about" value="true" checked', page)
    for choice in filter(typed.get, ("primary_cause", "gap_3")):
        assert f'<option value="{typed[choice]}" selected>' in page
    assert page.count('no-print" open>') == 1
    assert page.count('aria-invalid="true"') == 1
    assert the_case(county).decision == "open"


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ({"decision": "not_qualified", "reason": "说不清"}, "reason", "请选择不符合条件的原因"),
        ({"decision": "recheck", "question": " "}, "question", "请写明要乡镇复核的问题。"),
        (
            {"decision": "recheck", "question": "户主1家里还有谁"},
            "question",
            "不要写姓名、身份证号码",
        ),
    ],
)
def test_another_refused_ruling_comes_back_in_its_own_form(county, office, case, typed, name, said):
    visited(county, case)
    page = refused_on_its_page(office, case, typed)
    assert said in beside(page, typed["decision"], name)
    assert page.count('role="alert"') == 1
    assert page.count('aria-invalid="true"') == 1
    assert typed["decision"] == "not_qualified" or typed[name].strip() in page


def test_a_reopening_without_its_reason_comes_back(county, office, case):
    visited(county, case)
    no = {"decision": "not_qualified", "reason": "其他"}
    assert office.post(f"/county/cases/{case.id}/decision", data=no).status_code == 303
    page = refused_on_its_page(office, case, {"decision": "reopen", "reason": " "})
    assert "请写明撤回决定的原因。" in beside(page, "reopen", "reason")
    where = f"/county/cases/{case.id}"
    for form, typed in (("decision", TYPED), ("visits", {"on": "2026-09-29", "visitors": "林"})):
        back = {"referer": f"http://testserver{where}"}
        again = office.post(f"{where}/{form}", data=typed, headers=back)
        assert again.status_code == 409
        assert "data-back" in again.text, "the page of the case has no such form any more"


def sheet(title: str, *rows: list) -> RawSheet:
    return RawSheet(file="f.xlsx", title=title, rows=list(rows))


def send(browser, raw: RawSheet, **more) -> dict:
    answer = browser.post(
        "/county/api/sheets", json={"sheet": raw.model_dump(mode="json"), "month": MONTH} | more
    )
    assert answer.status_code == 200, answer.text
    return body(answer)


def test_sheets_of_the_organisation(county, office):
    teams = sheet(
        "督导组",
        ["县督导组名册"],
        [],
        ["组号", "督导组", "组长", "组员", "负责乡镇"],
        ["D1", "第一督导组", "黄刚桂", "林兰、赵萍华", "河湾镇"],
        ["D2", "", "孙福娜", "", "青岭乡"],
    )
    first = send(office, teams)
    assert (first["taken"], [cell["reason"] for cell in first["refused"]]) == (
        1,
        ["没有填写督导组"],
    )
    assert send(office, teams)["unchanged"] == 1
    leaders = sheet(
        "主要负责人", ["级别", "单位或地区", "职务", "姓名"], ["乡镇", "河湾镇", "乡镇长", "徐梅杰"]
    )
    assert send(office, leaders)["taken"] == 1


SUPERVISION = [
    "序号",
    "乡镇",
    "村",
    "户主姓名",
    "身份证号码",
    "发现问题",
    "易返贫（致贫）原因",
    "建议",
]


def test_a_supervision_sheet_is_taken_submitted_and_changes_nothing_twice(county, client, clock):
    clock.set(at(2026, 9, 24))
    county.do(
        organisation_commands.enter_teams,
        [a_team("D2", "第二督导组", "孙福娜", "青岭乡")],
        actor=CLERK,
    )
    county.do(months_commands.open_month, MONTH, on=day(1))
    office = client("county", CLERK)
    raw = sheet(
        "督导清单",
        ["县督导组督导发现疑似返贫对象清单（2026年9月）"],
        ["督导组：第二督导组    组长："],
        SUPERVISION,
        [
            1,
            "河湾镇",
            "石桥村",
            "户主1",
            county.id_number(1),
            "情况属实",
            "因自然灾害",
            "建议核实后纳入",
        ],
        [2, "河湾镇", "上坝村", "户主2", county.id_number(2), "村级未上报", "因病", ""],
        [3, "河湾镇", "没有村", "户主3", "99012119700101000", "", "生病", ""],
    )
    first = send(office, raw, submit=True)
    assert (first["taken"], first["submitted"], first["reporter"]) == (1, False, "D2")
    reasons = {(cell["row"], cell["name"]) for cell in first["refused"]}
    assert reasons == {
        (5, "村"),
        (6, "村"),
        (6, "身份证号码"),
        (6, "发现问题"),
        (6, "易返贫（致贫）原因"),
    }
    sent = send(office, raw, submit=True, send_without=True)
    assert (sent["taken"], sent["unchanged"], sent["submitted"]) == (0, 1, True)
    again = send(office, raw, submit=True, send_without=True)
    assert (again["taken"], again["unchanged"], again["submitted"]) == (0, 1, False)
    assert the_case(county).household == "h1"
    blank = send(office, sheet("督导清单", ["督导组：第二督导组"], SUPERVISION, [None] * 8))
    assert blank["notes"] == ["空白表，已跳过"]


def test_f_02_a_row_of_supervision_that_names_somebody_is_a_finding_whatever_its_words(
    county, client, clock
):
    """Only a line that declares nil and nothing else does; beside findings it is refused."""
    clock.set(at(2026, 9, 24))
    county.do(
        organisation_commands.enter_teams,
        [a_team("D2", "第二督导组", "孙福娜", "青岭乡")],
        actor=CLERK,
    )
    county.do(months_commands.open_month, MONTH, on=day(1))
    office, head = client("county", CLERK), (["督导组：第二督导组"], SUPERVISION)
    words = "该村连续三个月零报告，实际户主独居、断药两月"
    row = [1, "河湾镇", "石桥村", "户主1", county.id_number(1), words, "因病", "建议核实"]
    nil = [None, "本月督导未发现（零报告）"]
    both = send(office, sheet("督导清单", *head, row, nil), submit=True)
    assert (both["taken"], both["submitted"]) == (1, False)
    assert [cell["reason"] for cell in both["refused"]] == [
        "表里列了农户，又写了“零报告”，只能留一样"
    ]
    told = send(office, sheet("督导清单", *head, row), submit=True)
    assert (told["unchanged"], told["submitted"]) == (1, True)
    tier = next(
        tier
        for tier in office.get(f"/county/api/months/{MONTH}").json()["tiers"]
        if tier["kind"] == "TEAM"
    )
    assert [(one["content"], one["findings"]) for one in tier["reporters"]] == [("findings", 1)]


def test_a_sheet_of_monitored_households(county, office):
    header = [
        "户编号",
        "户主姓名",
        "身份证号码",
        "村",
        "监测对象类别",
        "家庭人口",
        "识别时间",
        "致贫返贫原因",
        "风险消除时间",
        "消除方式",
    ]
    raw = sheet(
        "监测台账",
        ["监测台账"],
        header,
        [
            "H1",
            "户主1",
            None,
            "石桥村",
            "边缘易致贫户",
            "4人",
            "2024年3月1日",
            "因病",
            "2025-06-01",
            "帮扶消除",
        ],
        ["H2", "户主2", None, "石桥村", "一般户", 0, "2024", None, None, None],
    )
    first = send(office, raw)
    assert first["taken"] == 1
    assert {cell["name"] for cell in first["refused"]} == {"监测对象类别", "家庭人口", "识别时间"}
    assert send(office, raw)["unchanged"] == 1
