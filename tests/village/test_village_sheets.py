"""Workbooks as offices send them."""

import json

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.errors import Forbidden, Refused
from kit.sheets import door
from kit.sheets.sheet import Handing, RawSheet, recognise
from rulebook.ids import make_id
from schemas.codes import Content, Timeliness
from schemas.values import Receipt
from schemas.village import HouseholdRegistered, ListSubmitted
from services.village.findings import commands as findings_commands
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.months import commands as months_commands
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import commands as register_commands
from services.village.register import queries as register_queries
from services.village.register.forms import HouseholdDraft
from services.village.screening import commands as screening_commands
from tests.helpers.sheets import REGISTER
from tests.village.personas import (
    ASKED,
    CLERK,
    HEAD,
    HEWAN,
    MAJIA,
    MAJIA_CLERK,
    MONTH,
    OFFICE,
    SHIQIAO,
    TOWNSHIP_CLERK,
    at,
    household,
    on,
    person,
)

HEADER = [
    "序号",
    "组别",
    "户主姓名",
    "身份证号码",
    "家庭人口",
    "联系电话",
    "农户类型",
    "易返贫（致贫）原因",
    "风险点",
    "需解决的相关事宜",
    "摸排人",
    "备注",
]
ILL = ("因病", "主要劳动力住院，自付费用较大", "落实医疗救助")


def id_of(seq: int) -> str:
    return str(person("某人", seq).id_number)


def take(
    session,
    rows,
    title="河湾镇石桥村防返贫监测摸排情况上报表（2026年9月）",
    *,
    file="名单.xlsx",
    actor=OFFICE,
    day=24,
    written="填报日期：2026年9月18日",
    **how,
):
    raw = RawSheet(file=file, title="上报表", rows=[[title], [written], HEADER, *rows])
    sheet = recognise(raw, service_named("village").sheets)
    return sheet.kind.take(
        session, sheet, Handing(actor=actor, on=on(day), now=at(day), month=MONTH, **how)
    )


def row(group, name, seq, *said, size=2):
    return [1, group, name, id_of(seq), size, None, "脱贫户", *(said or ILL), None, None]


NIL = [
    [None, "本月摸排无风险（零报告）", *[None] * 9, ASKED],
    ["村支部书记（签字）：            填表人：            审核人："],
]


@pytest.fixture
def majia(session):
    """The households that the list of 马家村 means."""
    register = [
        household(f"M{seq}", MAJIA, group, name, seq, size=size)
        for group, name, seq, size in (
            ("03", "王军", 204, 3),
            ("04", "萧刚", 205, 3),
            ("02", "董兰英", 206, 6),
            ("03", "马红刚", 207, 5),
            ("01", "唐国", 208, 6),
            ("02", "程娟志", 209, 5),
            ("01", "何文海", 210, 4),
            ("04", "张芳娟", 211, 6),
            ("03", "林兰德", 212, 3),
        )
    ]
    elsewhere = household("S1", SHIQIAO, "03", "董建林", 213, size=4)
    register_commands.register_households(session, [*register, elsewhere], actor=OFFICE, on=on(1))
    return register


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def wrong_check(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


MAJIA_ROWS = [
    ["1", "03", " 王　军", wide(id_of(204)), "5人", "16000001590", "一般户", *ILL, None, None],
    [2, "04", "萧刚", id_of(205), 3, "16000006132", "一般户", "因病、因学", *ILL[1:], None, None],
    [
        3,
        "02",
        "董兰英",
        id_of(206),
        6,
        "16000001693",
        "脱贫户",
        "生病",
        "住院花了不少钱",
        "报销",
        None,
        None,
    ],
    [4, "03", "马红刚", wrong_check(id_of(207)), 5, "16000000812", "一般户", *ILL, None, None],
    [5, "01", "唐国", float(id_of(208)), 6, "16000009117", "脱贫户", *ILL, None, None],
    [
        6,
        "02",
        "程娟志",
        id_of(209),
        5,
        "16000008571",
        "一般户",
        "因病",
        None,
        "落实医疗救助",
        None,
        None,
    ],
    [7, "01", "何文海", id_of(210), 0, "16000009218", "一般户", *ILL, None, None],
    [8, "04", "张芳娟", id_of(211), 6, "1390000", "脱贫户", *ILL, None, None],
    [
        9,
        "04",
        "萧刚",
        id_of(205),
        3,
        "16000006132",
        "一般户",
        "因产业项目失败",
        "羊染病死亡",
        "技术指导",
        None,
        "又报了一次",
    ],
    [10, "09", "林兰德", id_of(212), 3, "16000002594", "一般户", *ILL, None, None],
    [11, "03", "董建林", id_of(213), 4, "16000003450", "突发严重困难户", *ILL, None, None],
    [
        12,
        "03",
        "不在册户",
        make_id("990121", on(3, 2).replace(year=1970), 7),
        4,
        "16000002921",
        "一般户",
        *ILL,
        None,
        "刚从外地回来",
    ],
    [None, None, None],
    ["合计", None, None, None, None, None, None, None, "12户"],
]
TITLE = "马家村2026年9月摸排表 最终版3"


def take_majia(session, rows=MAJIA_ROWS, **how):
    return take(session, rows, TITLE, written="填报日期：9.21", **how)


def test_the_twelve_rows_of_a_careless_list(session, majia):
    report = take_majia(session, submit=True)
    assert (report.taken, report.submitted, report.reporter) == (3, False, MAJIA)
    reasons = {one.row - 3: (one.name, one.reason) for one in report.refused}
    assert {number: name for number, (name, _) in reasons.items()} == {
        3: "易返贫（致贫）原因",
        4: "身份证号码",
        5: "身份证号码",
        6: "风险点",
        7: "家庭人口",
        8: "联系电话",
        9: "身份证号码",
        10: "组别",
        11: "身份证号码",
    }
    for number, words in {
        3: "生病",
        4: "校验不通过",
        5: "存成了数字",
        8: "7位",
        9: "第5行",
        10: "没有09组",
        11: "石桥村",
    }.items():
        assert words in reasons[number][1]
    assert "您是不是指M208/01组的唐国？请核对后补全" in reasons[5][1]
    taken = {one.head_name: one for one in findings_queries.findings(session, MONTH, MAJIA)}
    assert set(taken) == {"王军", "萧刚", "不在册户"}
    assert taken["萧刚"].causes == ["ILLNESS", "EDUCATION"]
    assert taken["不在册户"].on_register is False
    assert len(register_queries.register_tasks(session, TOWNSHIP_CLERK)) == 1
    assert any("家庭人口与登记册不同（表上5，登记册3）" in note for note in report.notes)
    assert taken["王军"].found_on == on(21)


def test_the_same_file_twice_changes_nothing(session, majia, heard):
    take_majia(session)
    before = [(one.id, one.village_on) for one in session.exec(select(Finding)).all()]
    registered = len(heard(session, HouseholdRegistered))
    again = take_majia(session, day=25)
    assert (again.taken, again.unchanged, len(again.refused)) == (0, 3, 9)
    assert [(one.id, one.village_on) for one in session.exec(select(Finding)).all()] == before
    assert len(heard(session, HouseholdRegistered)) == registered
    assert len(register_queries.register_tasks(session, TOWNSHIP_CLERK)) == 1


def test_send_without_the_refused_rows_then_mended_rows_follow_as_a_supplement(
    session, majia, heard
):
    assert take_majia(session, submit=True, send_without=True).submitted
    mended = [
        [*MAJIA_ROWS[2][:7], "因病", *MAJIA_ROWS[2][8:]] if one is MAJIA_ROWS[2] else one
        for one in MAJIA_ROWS
    ]
    second = take_majia(session, mended, submit=True, send_without=True)
    assert (second.taken, second.unchanged, second.submitted) == (1, 3, True)
    assert [
        (one.supplement, one.late, len(one.findings)) for one in heard(session, ListSubmitted)
    ] == [(0, True, 3), (1, True, 1)]


def test_gt_25_a_workbook_of_refused_rows_is_a_draft_and_no_nil_return(session, majia, heard):
    """GT-25: all rows refused: not nil, still missing; mended, only the new rows are added."""
    bad = [row("03", "王军", 204, "生病", "住院", "报销")]
    for how in ({"submit": True}, {"submit": True, "send_without": True}):
        report = take_majia(session, bad, **how)
        assert (report.taken, report.submitted) == (0, False)
    state = months_queries.reporter(session, MONTH, Reporter.VILLAGE, MAJIA)
    assert (state.timeliness, state.content, state.reported) == (
        Timeliness.WAITING,
        Content.DRAFT,
        False,
    )
    months_commands.report_missing(session, MONTH, Reporter.VILLAGE, on=on(20))
    assert (state.timeliness, state.content) == (Timeliness.MISSING, Content.DRAFT)
    assert heard(session, ListSubmitted) == []
    mended = take_majia(session, [row("03", "王军", 204)], submit=True)
    assert (mended.taken, mended.submitted) == (1, True)


def test_a_nil_return_is_declared_by_its_row_and_late_by_receipt(session, heard):
    unsent = take(session, NIL)
    assert (unsent.taken, unsent.submitted) == (0, False)
    report = take(session, NIL, submit=True)
    assert (report.taken, report.submitted) == (1, True)
    (event,) = heard(session, ListSubmitted)
    assert (event.nil, event.late, event.receipt.on, event.receipt.written_on) == (
        True,
        True,
        on(24),
        on(18),
    )
    again = take(session, NIL, submit=True)
    assert (again.taken, again.unchanged, again.submitted) == (0, 1, False)
    assert len(heard(session, ListSubmitted)) == 1


def test_f_02_a_nil_row_answers_for_silent_groups_only_with_its_reason_beside_it(session, heard):
    report = take(session, [NIL[0][:2]], submit=True)
    assert (report.taken, report.submitted) == (0, False)
    assert report.notes == [
        "没有上报：01组、02组、03组、04组还没有报。请先催报；确已了解没有风险的，请写明原因再报零报告。"
    ]
    assert heard(session, ListSubmitted) == []


@pytest.mark.parametrize(
    "said",
    [
        ("因病", "住房、饮水无风险;尿毒症透析每月自付四千元", "落实医疗救助"),
        ("因病", "该村连续三个月零报告，实际断药两月", "落实医疗救助"),
    ],
)
def test_f_02_a_row_that_names_somebody_is_no_nil_return_whatever_its_words(session, heard, said):
    """The clerk forgot the ID number: the row is refused for it, and nothing is declared."""
    nameless = [1, "01", "陈红梅", None, 2, None, "脱贫户", *said, None, None]
    report = take(session, [nameless], submit=True)
    assert [(cell.name, cell.reason) for cell in report.refused] == [
        ("身份证号码", "没有填写身份证号码")
    ]
    assert (report.submitted, heard(session, ListSubmitted)) == (False, [])


def test_a_nil_row_among_households_is_refused(session):
    report = take(session, [row("01", "陈红梅", 1), NIL[0]], submit=True)
    assert (report.taken, len(report.refused), report.submitted) == (1, 1, False)


def test_a_paper_received_in_time_is_entered_later_with_its_reason(session, heard):
    report = take(session, NIL, submit=True, received_on=on(20), reason="纸质表9月20日收到")
    (event,) = heard(session, ListSubmitted)
    assert report.submitted
    assert event.receipt == Receipt(
        on=on(20), written_on=on(18), entered_on=on(24), reason="纸质表9月20日收到"
    )
    assert event.late is False


def test_a_row_completes_what_a_group_leader_reported(session, register):
    draft = register.draft("H1", risk_point=None, matter=None)
    screening_commands.report_group(
        session, SHIQIAO, "01", MONTH, nil=False, findings=[draft], actor=OFFICE, on=on(10)
    )
    report = take(session, [row("01", "陈红梅", 1)], submit=True)
    (finding,) = findings_queries.findings(session, MONTH, SHIQIAO)
    assert (report.taken, report.submitted, finding.from_group, finding.matter) == (
        1,
        True,
        True,
        ILL[2],
    )


def test_an_urgent_finding_in_the_list_is_shown_as_already_reported(session, register):
    finding = screening_commands.report_urgent(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(2)
    )
    findings_commands.sign_urgent(session, finding.id, actor=HEAD, on=on(2))
    report = take(session, [row("01", "陈红梅", 1)], submit=True)
    assert (report.taken, report.unchanged, report.submitted) == (0, 1, True)
    assert any("已随时上报" in note for note in report.notes)


def test_a_finding_waiting_for_review_keeps_the_list_back_and_the_rows_stay(session, register):
    draft = register.draft("H2", risk_point=None)
    screening_commands.report_group(
        session, SHIQIAO, "01", MONTH, nil=False, findings=[draft], actor=OFFICE, on=on(10)
    )
    report = take(session, [row("01", "陈红梅", 1)], submit=True)
    assert (report.taken, report.submitted) == (1, False)
    assert any("没有审核" in note for note in report.notes)


def test_a_blank_form_is_skipped(session):
    report = take(session, [])
    assert (report.taken, report.notes) == (0, ["空白表，已跳过"])
    assert months_queries.reporter(session, MONTH, Reporter.VILLAGE, SHIQIAO).content is None


def test_whose_list_it_is_stands_above_or_in_the_files_name(session):
    assert take(session, NIL, "摸排表", file="石桥村-2026-09.xlsx").reporter == SHIQIAO
    with pytest.raises(Refused, match="看不出是哪个村"):
        take(session, NIL, "摸排表")
    with pytest.raises(Refused, match="2026年8月"):
        take(session, NIL, "石桥村摸排表（2026年8月）")
    with pytest.raises(Forbidden):
        take(session, NIL, actor=MAJIA_CLERK)


def take_register(session, *rows, header=REGISTER):
    sheet = recognise(
        RawSheet(
            file="农户.xlsx", title="农户信息", rows=[["农户基础信息表"], header, *map(list, rows)]
        ),
        service_named("village").sheets,
    )
    return sheet.kind.take(
        session, sheet, Handing(actor=TOWNSHIP_CLERK, on=on(2), now=at(2), month=MONTH)
    )


def test_a_household_is_taken_whole_or_not_at_all(session):
    def member(number, name, seq, relationship, **more):
        id_number = more.get("id_number", id_of(seq))
        return [
            number,
            "河湾镇",
            more.get("village", "石桥村"),
            "01",
            "一般户",
            name,
            id_number,
            None,
            relationship,
        ]

    good = member("H20", "李一", 301, "户主"), member("H20", "李二", 302, "配偶")
    spoilt = member("H21", "周一", 303, "户主"), member("H21", "周二", 304, "女儿", id_number="123")
    headless, foreign = (
        member("H22", "吴一", 305, "配偶"),
        member("H23", "郑一", 306, "户主", village="无名村"),
    )
    report = take_register(session, *good, *spoilt, headless, foreign)
    assert (report.taken, {one.row for one in report.refused}) == (1, {6, 7, 8})
    assert any("H21" in note for note in report.notes)
    assert take_register(session, *good).unchanged == 1


def test_divisions_and_groups_are_checked_against_their_codes(session):
    def take_one(header, *rows):
        sheet = recognise(
            RawSheet(file="组织.xlsx", title="表", rows=[header, *map(list, rows)]),
            service_named("village").sheets,
        )
        return sheet.kind.take(
            session, sheet, Handing(actor=OFFICE, on=on(2), now=at(2), month=MONTH)
        )

    divisions = take_one(
        ["区划代码", "级别", "名称", "上级代码"],
        ("990121100204", "村", "东沟村", HEWAN),
        ("990121100205", "乡镇", "错级村", HEWAN),
        ("99", "村", "短码村", HEWAN),
    )
    assert (divisions.taken, [one.row for one in divisions.refused]) == (1, [3, 4])
    groups = take_one(
        ["村代码", "村名", "乡镇", "组别", "组长姓名", "联系电话"],
        ("990121100204", "东沟村", "河湾镇", "1组", "何丽强", "16000001111"),
        ("990121100204", "西沟村", "河湾镇", "02", "何丽强", "1"),
    )
    assert (groups.taken, sorted(one.name for one in groups.refused)) == (1, ["村名", "联系电话"])


def test_the_register_resolves_the_task_of_a_newcomer(session):
    rows = [[1, "03", "不在册户", id_of(400), 2, None, "一般户", *ILL, None, None]]
    assert take(session, rows).taken == 1
    (finding,) = findings_queries.findings(session, MONTH, SHIQIAO)
    entry = HouseholdDraft(
        number="H400", village=SHIQIAO, group="03", members=[person("不在册户", 400)]
    )
    register_commands.register_households(session, [entry], actor=OFFICE, on=on(25))
    assert register_queries.household(session, finding.household).on_register
    assert register_queries.register_tasks(session, TOWNSHIP_CLERK) == []


def test_households_whose_rows_are_scattered_are_taken_whole_too(session, heard, monkeypatch):
    monkeypatch.setattr(
        "services.village.register.sheets.SET", 1
    )  # the first is written before the scatter is seen
    before = len(heard(session, HouseholdRegistered))

    def member(number, name, seq, relationship):
        return [number, "河湾镇", "石桥村", "01", "一般户", name, id_of(seq), None, relationship]

    rows = [
        member("H30", "李一", 401, "户主"),
        member("H31", "周一", 402, "户主"),
        member("H32", "吴一", 404, "户主"),
        member("H30", "李二", 403, "配偶"),
        member("H31", "周二", 405, "无此人"),
    ]
    rows[-1][6] = "123"  # spoils H31, whose head stands three rows above
    report = take_register(session, *rows)
    assert (report.taken, [one.row for one in report.refused]) == (2, [7])
    sizes = {
        number: one.size
        for number, one in register_queries.by_number(session, ["H30", "H31", "H32"]).items()
    }
    assert sizes == {"H30": 2, "H32": 1}
    assert len(heard(session, HouseholdRegistered)) == before + 2
    assert take_register(session, rows[0], rows[3]).unchanged == 1


def test_a_sheet_comes_in_pages_and_is_taken_whole_or_not_at_all(sessions, client):
    browser = client("village", OFFICE)
    head = {"file": "农户.xlsx", "title": "农户信息", "month": MONTH}
    people = [
        [f"H4{seq}", "河湾镇", "石桥村", "01", "一般户", "李一", id_of(850 + seq), None, "户主"]
        for seq in range(9)
    ]
    pages = [[["农户基础信息表"], REGISTER], people[:4], [], people[4:]]
    body = "\n".join(json.dumps(page) for page in [head, *pages]).encode()
    torn = browser.post("/village/api/sheets/pages", content=body[:-20])
    assert (torn.status_code, "重新导入" in torn.json()["detail"]) == (422, True)
    first = browser.post("/village/api/sheets/pages", content=body)
    assert (first.status_code, first.json()["taken"], first.json()["unchanged"]) == (200, 9, 0)
    assert browser.post("/village/api/sheets/pages", content=body).json()["unchanged"] == 9
    assert browser.post("/village/api/sheets/pages", content=b"{}").status_code == 422
    nested = "\n".join(json.dumps(page) for page in [head, *pages[:1], [[{"户编号": "H4"}] * 9]])
    assert browser.post("/village/api/sheets/pages", content=nested).status_code == 422


def test_a_page_that_does_not_end_is_not_kept_in_memory(client, monkeypatch):
    monkeypatch.setattr(door, "HEAD_BYTES", 1_000)
    endless = client("village", OFFICE).post("/village/api/sheets/pages", content=b"[" * 2_000)
    assert (endless.status_code, "一页的内容太多" in endless.json()["detail"]) == (422, True)


def test_f_15_a_group_that_a_new_list_leaves_out_is_asked_about(session):
    """Case 25: the list of leaders came after 02组 was merged; only of villages that it names."""
    header = ["村代码", "村名", "组别", "组长姓名", "联系电话"]
    rows = [
        [SHIQIAO, "石桥村", f"{number}组", f"组长甲{'一二三四'[number - 1]}", ""]
        for number in (1, 3, 4)
    ]
    raw = RawSheet(file="组长.xlsx", title="村民小组长名册", rows=[header, *rows])
    sheet = recognise(raw, service_named("village").sheets)
    how = Handing(actor=OFFICE, on=on(20), now=at(20), month=MONTH)
    report = sheet.kind.take(session, sheet, how)
    assert (report.taken, report.refused) == (3, [])
    assert report.notes == ["这份名册里没有石桥村02组：已撤并的，请在“撤并”页登记，否则仍要报送。"]
