"""API and pages: roles, statuses, and that every page stands."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from docx import Document
from openpyxl import load_workbook

from kit.cookies import MESSAGE
from schemas.codes import Role
from tests.conftest import at
from tests.unit.conftest import ADMIN, CLERK, COUNTY, HEAD, HELPER, MONTH, OFFICE, VILLAGE, who

VISIT = {
    "household": "h1",
    "helper": "U001-01",
    "on": "2026-09-12",
    "mode": "PHONE",
    "living": "生活正常",
}
RISK = VISIT | {
    "at_risk": True,
    "causes": ["ILLNESS"],
    "since": {"day": "2026-09-01", "about": True},
}
WORDS = {"risk_point": "户主住院", "matter": "落实医疗救助"}
VERIFIED = {"verified_by": "周核实", "verified_on": "2026-09-20", "verified_how": "FIELD_VISIT"}


@pytest.fixture
def door(opened, clock, client):
    """`door(actor)`: that actor's browser on 24 September."""
    clock.set(at(2026, 9, 24))
    return lambda actor: client("unit", actor)


def test_a_month_through_the_api(door):
    clerk, head = door(CLERK), door(HEAD)
    assert door(HELPER).post("/unit/api/visits", json=[RISK]).json() == {"taken": 1, "unchanged": 0}
    (finding,) = clerk.get(f"/unit/api/findings?month={MONTH}&unit=U001").json()
    assert (finding["state"], finding["since"]) == ("draft", {"day": "2026-09-01", "about": True})
    done = clerk.post(f"/unit/api/findings/{finding['id']}/completion", json=WORDS)
    assert done.json()["state"] == "complete"
    looked = clerk.post(f"/unit/api/findings/{finding['id']}/verification", json=VERIFIED)
    assert looked.json()["verified_on"] == "2026-09-20"
    sent = clerk.post("/unit/api/lists", json={"unit": "U001", "month": MONTH})
    assert (sent.status_code, sent.json()["findings"], sent.json()["left_behind"]) == (201, 1, [])
    signed = head.post(f"/unit/api/lists/U001/{MONTH}/signature")
    assert [(one["late"], one["supplement"]) for one in signed.json()] == [(False, 0)]
    status = door(OFFICE).get(f"/unit/api/months/{MONTH}").json()["units"]
    assert [
        (one["unit"], one["timeliness"], one["content"], one["required"], one["contacted"])
        for one in status
    ] == [("U001", "on_time", "findings", 4, 1), ("U002", "waiting", "draft", 2, 0)]


def test_an_open_month_opened_again_is_unchanged(door):
    answer = door(OFFICE).post("/unit/api/months", json={"month": MONTH})
    assert answer.json() == {
        "month": MONTH,
        "opened": True,
        "visit_due": "2026-09-20",
        "report_due": "2026-09-25",
    }


@pytest.mark.parametrize(
    ("actor", "path", "body"),
    [
        (ADMIN, "/visits", [VISIT]),
        (HEAD, "/visits", [VISIT]),
        (who(Role.UNIT_CLERK, "U002"), "/visits", [VISIT]),
        (ADMIN, "/lists", {"unit": "U001", "month": MONTH, "nil": True}),
        (CLERK, f"/lists/U001/{MONTH}/signature", None),
        (OFFICE, f"/lists/U001/{MONTH}/signature", None),
        (CLERK, "/exemptions", {"unit": "U001", "month": MONTH, "reason": "撤并"}),
        (HELPER, "/units", [{"unit": "U009", "name": "某局"}]),
        (who(Role.VILLAGE_CLERK, VILLAGE), "/months", {"month": "2026-10"}),
    ],
)
def test_a_wrong_role_is_forbidden_in_problem_json(door, actor, path, body):
    answer = door(actor).post(f"/unit/api{path}", json=body)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "无权办理"


@pytest.mark.parametrize(
    ("actor", "path", "body", "status"),
    [
        (CLERK, "/lists", {"unit": "U001", "month": "2026-11", "nil": True}, 404),
        (CLERK, "/lists", {"unit": "U001", "month": "2026-13", "nil": True}, 422),
        (CLERK, "/lists", {"unit": "U001", "month": MONTH}, 422),
        (
            OFFICE,
            "/lists",
            {"unit": "U001", "month": MONTH, "nil": True, "received_on": "2026-09-20"},
            422,
        ),
        (
            OFFICE,
            "/lists",
            {
                "unit": "U001",
                "month": MONTH,
                "nil": True,
                "received_on": "2026-09-30",
                "reason": "纸质",
            },
            422,
        ),
        (CLERK, "/visits", [VISIT | {"household": "nobody"}], 422),
        (CLERK, "/findings/nothing/completion", WORDS, 404),
    ],
)
def test_bad_input_is_refused_with_its_status(door, actor, path, body, status):
    assert door(actor).post(f"/unit/api{path}", json=body).status_code == status


def test_contacts_within_ones_place_only(door):
    own = f"/unit/api/contacts?month={MONTH}&helper=U001-01&neglected=true"
    assert [one["household"] for one in door(HELPER).get(own).json()] == ["h1", "h2"]
    assert door(HELPER).get(f"/unit/api/contacts?month={MONTH}&unit=U001").status_code == 403
    assert (
        door(who(Role.UNIT_CLERK, "U002"))
        .get(f"/unit/api/contacts?month={MONTH}&unit=U001")
        .status_code
        == 403
    )
    assert len(door(CLERK).get(f"/unit/api/contacts?month={MONTH}&unit=U001").json()) == 4


def test_search_stays_within_ones_place(door):
    found = {
        actor: [
            one["household"]
            for one in door(actor).get("/unit/api/households", params={"q": "袁洋"}).json()
        ]
        for actor in (
            OFFICE,
            CLERK,
            HELPER,
            who(Role.UNIT_CLERK, "U002"),
            who(Role.VILLAGE_CLERK, VILLAGE),
        )
    }
    assert list(found.values()) == [["h5"], [], [], ["h5"], ["h5"]]


def test_a_helper_records_a_visit_on_the_phone_and_reads_its_fate(door):
    helper = door(HELPER)
    assert "张珍" in helper.get("/unit/").text
    assert "有没有返贫风险" in helper.get("/unit/households/h1/visit").text
    form = {
        "helper": "U001-01",
        "how": "FIELD_VISIT",
        "on": "2026-09-12",
        "at_risk": "yes",
        "causes": ["ILLNESS"],
        "since": "9月初",
        "living": "屋顶漏雨",
        **WORDS,
    }
    assert helper.post("/unit/households/h1/visit", data=form).status_code == 303
    tried = {"helper": "U001-01", "how": "UNREACHED", "by": "PHONE", "tries": "2"}
    assert helper.post("/unit/households/h2/visit", data=tried).status_code == 303
    home = helper.get("/unit/").text
    assert "试了2次，没联系上" in home
    assert "可报送" in home
    finding = helper.get("/unit/api/findings").json()[0]["id"]
    assert "大约2026年9月1日" in helper.get(f"/unit/findings/{finding}").text
    assert "<dt>生活</dt><dd>屋顶漏雨</dd>" in helper.get("/unit/households/h1").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"how": "PHONE"}, "请选有没有返贫风险"),
        ({"how": "PHONE", "at_risk": "no"}, "只有“没有风险”不算联系"),
        ({"how": "PHONE", "at_risk": "yes"}, "请选风险原因"),
        ({"how": "PHONE", "at_risk": "yes", "causes": ["ILLNESS"], "since": "很久"}, "看不明白"),
        ({"how": "PHONE", "at_risk": "no", "on": "2026-9"}, "哪一天"),
        ({"how": "TELEPATHY", "at_risk": "no"}, "怎么联系的没有这个选项"),
    ],
)
def test_a_form_filled_in_wrongly_says_what_to_do(door, form, words):
    answer = door(HELPER).post("/unit/households/h1/visit", data={"helper": "U001-01"} | form)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_refused_visit_comes_back_as_it_was_typed(door):
    page = "/unit/households/h1/visit"
    form = {"helper": "U001-01", "how": "PHONE", "at_risk": "yes", "living": "屋顶漏雨"}
    headers = {"referer": f"http://testserver{page}"}
    answer = door(HELPER).post(page, data=form, headers=headers)
    assert answer.status_code == 422
    assert "请选风险原因" in answer.text
    assert 'value="屋顶漏雨"' in answer.text
    assert 'id="risk-yes" value="true"' in answer.text


def test_a_field_that_no_form_has_is_an_error(door):
    assert door(HELPER).post("/unit/api/visits", json=[VISIT | {"mod": "x"}]).status_code == 422
    wrong = {"unit": "U001", "month": MONTH, "nul": True}
    assert door(CLERK).post("/unit/api/lists", json=wrong).status_code == 422


def test_clerk_and_head_work_on_pages_alone(door):
    clerk, head = door(CLERK), door(HEAD)
    door(HELPER).post("/unit/api/visits", json=[RISK])
    finding = clerk.get("/unit/api/findings").json()[0]["id"]
    assert "待补充" in clerk.get("/unit/units/U001").text
    assert clerk.post(f"/unit/findings/{finding}/completion", data=WORDS).status_code == 303
    assert clerk.post(f"/unit/findings/{finding}/verification", data=VERIFIED).status_code == 303
    assert clerk.post("/unit/lists", data={"unit": "U001", "month": MONTH}).status_code == 303
    assert "签发报县" in head.get(f"/unit/lists/U001/{MONTH}").text
    assert "不同意上报" in head.get(f"/unit/findings/{finding}").text
    assert head.post(f"/unit/lists/U001/{MONTH}/signature").status_code == 303
    assert "领导甲" in head.get(f"/unit/lists/U001/{MONTH}").text
    form = clerk.get(f"/unit/findings/{finding}/form").text
    assert "易返贫致贫户申报表" in form
    assert "户主住院" in form
    roster = load_workbook(
        BytesIO(clerk.get(f"/unit/lists/U001/{MONTH}/roster.xlsx").content)
    ).active
    assert [roster.cell(4, column).value for column in (2, 7, 10, 11)] == [
        "张珍",
        "户主住院",
        "周核实，2026年9月20日，实地走访",
        "同意上报",
    ]
    for path in (f"lists/U001/{MONTH}/roster.docx", f"findings/{finding}/form.docx"):
        letter = Document(BytesIO(head.get(f"/unit/{path}").content))
        cells = {cell.text for table in letter.tables for row in table.rows for cell in row.cells}
        assert {"张珍", "户主住院", "落实医疗救助"} <= cells
        for table in letter.tables:  # F-65: with all their lines
            assert table.style.name == "Table Grid"
        assert any("周核实，2026年9月20日，实地走访" in cell for cell in cells)
    assert "合计：同意上报1户" in "".join(
        cell.value or "" for row in roster.iter_rows() for cell in row if type(cell.value) is str
    )
    for page in (f"lists/U001/{MONTH}", f"findings/{finding}/form"):
        assert 'class="table table-bordered"' in head.get(f"/unit/{page}").text
    printed = head.get(f"/unit/lists/U001/{MONTH}").text  # F-64: total, signature, seal
    assert "合计：同意上报1户" in printed
    assert "（盖章）" in printed
    assert door(OFFICE).get(f"/unit/months/{MONTH}/units.xlsx").status_code == 200
    assert head.get(f"/unit/months/{MONTH}/units.xlsx").status_code == 403


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [({"to": "U002-01"}, "to", "移交给同一个人没有意义"), ({"reason": " "}, "reason", "没有填")],
)
def test_a_refused_transfer_comes_back_in_its_units_form(door, changed, name, said):
    typed = {"unit": "U002", "helper": "U002-01", "to": "U002-02", "reason": "调离"} | changed
    back = {"referer": "http://testserver/unit/organisation"}
    answer = door(OFFICE).post("/unit/transfers", data=typed, headers=back)
    assert answer.status_code == 422
    first, second = answer.text.split('href="/unit/units/U002"')
    assert ("alert" in first, said in first) == (False, False)
    assert said in second.split(f'id="U002-{name}-said"')[1].split("</div></div>")[0]
    assert second.count(" selected>") == 2
    assert f'name="reason" value="{typed["reason"].strip()}"' in second
    moved = door(OFFICE).post("/unit/transfers", data=typed | {"to": "U002-02", "reason": "调离"})
    assert moved.status_code == 303


PAGES = (
    "/unit/",
    f"/unit/months/{MONTH}",
    "/unit/notices",
    "/unit/search?q=张",
    "/unit/organisation",
    "/unit/units/U001",
    f"/unit/units/U001?month={MONTH}&helper=U001-01",
    "/unit/households/h1",
    "/unit/households/h1/visit",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_for_the_office(door, path):
    answer = door(OFFICE).get(path)
    assert answer.status_code == 200
    assert 'name="viewport"' in answer.text


FOR_EVERYBODY = (
    "/unit/",
    f"/unit/months/{MONTH}",
    "/unit/organisation",
    "/unit/notices",
    "/unit/search",
)


@pytest.mark.parametrize("path", FOR_EVERYBODY)
@pytest.mark.parametrize(
    "actor",
    [
        CLERK,
        HEAD,
        HELPER,
        who(Role.TOWNSHIP_CLERK, "990121100000"),
        who(Role.SUPERVISOR, "D1"),
        who(Role.DEPARTMENT_CLERK, "housing"),
    ],
)
def test_pages_for_everybody_stand(door, actor, path):
    assert door(actor).get(path).status_code == 200


def test_the_administrator_sees_no_household(door):
    answers = [door(ADMIN).get(path).status_code for path in FOR_EVERYBODY]
    assert answers == [200, 403, 200, 403, 403]
    page = door(ADMIN).get("/unit/organisation").text  # units and helpers, which he names
    assert "县水利局" in page
    assert "袁洋" not in page
    for theirs in (
        "结对户",
        "结对关系",
        "/unit/units/",
        "/unit/closings",
        'action="/unit/transfers"',
    ):
        assert theirs not in page
        assert theirs in door(OFFICE).get("/unit/organisation").text


def test_pages_outside_ones_place_are_forbidden(door):
    other = who(Role.UNIT_CLERK, "U002")
    for path in (
        "/unit/units/U001",
        "/unit/households/h1",
        "/unit/households/h1/visit",
        f"/unit/lists/U001/{MONTH}",
    ):
        assert door(other).get(path).status_code == 403


def test_an_empty_county_has_pages_too(unit_sessions, client):
    for path in ("/unit/", "/unit/notices", "/unit/search", "/unit/organisation"):
        assert client("unit", who(Role.COUNTY_CLERK, COUNTY)).get(path).status_code == 200


def test_search_says_how_many_there_are(door):
    found = door(OFFICE).get("/unit/search", params={"q": "张"}).text
    assert "共2条" in found  # 张珍 the household, 张贵德 the helper
    assert "在您的查看范围内没有找到" in door(HELPER).get("/unit/search", params={"q": "袁"}).text


def test_notices_are_counted_and_taken_along_as_a_workbook(door):
    village = door(who(Role.VILLAGE_CLERK, VILLAGE))
    assert "还没有帮扶单位报告本地的农户" in village.get("/unit/notices").text
    door(HELPER).post("/unit/api/visits", json=[RISK | WORDS])
    assert "共0户" in village.get("/unit/notices").text  # B-38: what was signed, nothing earlier
    sent = {"unit": "U001", "month": MONTH, "unverified_reason": "农户住院，先行报送"}
    door(CLERK).post("/unit/api/lists", json=sent)
    door(HEAD).post(f"/unit/api/lists/U001/{MONTH}/signature")
    assert "共1户" in village.get("/unit/notices").text
    sheet = load_workbook(BytesIO(village.get("/unit/notices.xlsx").content)).active
    assert "张珍" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_each_features_tasks_are_one_list(door):
    def open_for(actor):
        return [one["kind"] for one in door(actor).get("/unit/api/tasks").json()]

    assert open_for(HELPER) == ["contact", "contact"]
    assert open_for(CLERK) == ["contacts", "send"]
    assert (open_for(HEAD), open_for(OFFICE)) == ([], ["silent"])
    assert open_for(who(Role.COUNTY_LEADER, OFFICE.place)) == []  # one is asked to call (F-09)
    door(HELPER).post("/unit/api/visits", json=[RISK])
    assert open_for(HELPER) == ["contact", "complete"]
    finding = door(CLERK).get("/unit/api/findings").json()[0]["id"]
    door(CLERK).post(f"/unit/api/findings/{finding}/completion", json=WORDS)
    sent = {"unit": "U001", "month": MONTH, "unverified_reason": "农户住院，先行报送"}
    door(CLERK).post("/unit/api/lists", json=sent)
    assert (open_for(HELPER), open_for(CLERK), open_for(HEAD)) == ([], [], ["sign"])
    door(HEAD).post(f"/unit/api/lists/U001/{MONTH}/signature")
    assert open_for(who(Role.VILLAGE_CLERK, VILLAGE)) == ["know"]
    assert open_for(who(Role.VILLAGE_CLERK, "990121100202")) == []


# What a page says is so ----------------------------------------------------------------------


def test_f_11_four_taps_note_a_call_and_say_how_the_household_lives(door):
    helper = door(HELPER)
    page = helper.get("/unit/households/h1/visit").text
    assert [page.count(f'name="normal" id="normal-{chip}"') for chip in ("living", "income")] == [
        1,
        1,
    ]
    tapped = {"helper": "U001-01", "how": "PHONE", "at_risk": "false", "normal": "income"}
    assert helper.post("/unit/households/h1/visit", data=tapped).status_code == 303
    assert "<dt>收支</dt><dd>收入稳定</dd>" in helper.get("/unit/households/h1").text


def test_f_11_all_are_contacted_only_when_all_were_reached(door):
    helper = door(HELPER)
    tried = {"helper": "U001-01", "how": "UNREACHED", "by": "PHONE", "tries": "2"}
    for household in ("h1", "h2"):
        helper.post(f"/unit/households/{household}/visit", data=tried)
    assert "本月都联系过了" not in helper.get("/unit/").text
    assert "2户试过、没联系上，请再联系" in helper.get("/unit/").text
    assert "都联系过了" not in door(CLERK).get("/unit/units/U001?helper=U001-01").text
    talk = {"helper": "U001-01", "how": "PHONE", "at_risk": "no", "living": "照常"}
    for household in ("h1", "h2"):
        helper.post(f"/unit/households/{household}/visit", data=talk)
    assert "本月都联系过了" in helper.get("/unit/").text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (WORDS, "会随本单位名单报县"),
        ({"matter": "落实医疗救助"}, "还缺风险点：补充以后才能随本单位名单报县"),
        ({}, "还缺风险点和需要解决什么：补充以后才能随本单位名单报县"),
    ],
)
def test_f_11_an_incomplete_risk_is_not_said_to_go_to_the_county(door, words, said):
    form = {"helper": "U001-01", "how": "PHONE", "at_risk": "yes", "causes": ["ILLNESS"]}
    answer = door(HELPER).post("/unit/households/h1/visit", data=form | words)
    assert said in unquote(answer.cookies[MESSAGE])


def test_f_08_what_one_reported_is_one_list_of_all_months(door, clock):
    door(HELPER).post("/unit/api/visits", json=[RISK])
    clock.set(at(2026, 12, 2))
    for actor in (HELPER, CLERK):
        page = door(actor).get("/unit/findings").text
        assert "2026年9月" in page
        assert "待补充" in page
    assert "还没有办完的" in door(HELPER).get("/unit/").text
    sheet = load_workbook(BytesIO(door(CLERK).get("/unit/findings.xlsx").content)).active
    assert "张珍" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_f_12_the_summary_stands_above_the_button_and_a_reason_is_asked_for(door):
    clerk, head = door(CLERK), door(HEAD)
    door(HELPER).post("/unit/api/visits", json=[RISK | WORDS])
    before = clerk.get("/unit/units/U001").text.split("名单</button>")[0]
    for said in ("3户没有联系：谢华建、陈红梅、曹刚秀", "1户没有写明调查核实：张珍"):
        assert said in before
    sent = {"unit": "U001", "month": MONTH}
    page = {"referer": "http://testserver/unit/units/U001"}
    refused = clerk.post("/unit/lists", data=sent, headers=page)
    assert refused.status_code == 422
    assert "1户还没有写明调查核实" in refused.text
    clerk.post("/unit/lists", data=sent | {"unverified_reason": "农户住院，先行报送"})
    roster = head.get(f"/unit/lists/U001/{MONTH}").text
    assert "没有写明调查核实的原因：农户住院，先行报送" in roster
    assert "3户没有联系：谢华建、陈红梅、曹刚秀" in roster.split("签发报县</button>")[0]


def test_f_02_a_nils_reason_is_asked_for_on_the_page_and_printed(door):
    clerk = door(CLERK)
    assert 'name="nil_reason"' in clerk.get("/unit/units/U001").text
    sent = {"unit": "U001", "month": MONTH, "nil": "true"}
    page = {"referer": "http://testserver/unit/units/U001"}
    refused = clerk.post("/unit/lists", data=sent, headers=page)
    assert (refused.status_code, "4户中4户没有联系" in refused.text) == (422, True)
    clerk.post("/unit/lists", data=sent | {"nil_reason": "全家外出务工"})
    for path in (f"lists/U001/{MONTH}", "units/U001"):
        assert "全家外出务工" in clerk.get(f"/unit/{path}").text
    letter = Document(BytesIO(clerk.get(f"/unit/lists/U001/{MONTH}/roster.docx").content))
    assert any("全家外出务工" in paragraph.text for paragraph in letter.paragraphs)


def test_f_10_a_helper_mends_and_takes_back_on_his_page(door):
    helper = door(HELPER)
    helper.post("/unit/api/visits", json=[RISK | WORDS])
    finding = helper.get("/unit/api/findings").json()[0]["id"]
    page = helper.get(f"/unit/findings/{finding}").text
    assert [word in page for word in ("修改", "撤回", "不同意上报")] == [True, True, False]
    mended = WORDS | {"risk_point": "户主骨折", "severity": "SERIOUS"}
    helper.post(f"/unit/findings/{finding}/completion", data=mended)
    page = helper.get(f"/unit/findings/{finding}").text
    assert "改动以前" in page
    assert "<dt>风险点</dt><dd>户主住院</dd>" in page
    answer = helper.post(f"/unit/findings/{finding}/withdrawal", data={"reason": "登记错了户"})
    assert answer.status_code == 303
    assert "登记错了户" in door(CLERK).get("/unit/units/U001").text
