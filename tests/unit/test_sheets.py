"""Workbooks of the unit tier: what becomes of each row."""

from datetime import date, datetime
from pathlib import Path

import pytest

from backstop.services import service_named
from kit.errors import Forbidden, Refused
from kit.messaging.outbox import emitted
from kit.seal import id_hash, seal
from kit.sheets.sheet import Handing, RawSheet, recognise
from schemas.codes import Level, Role, Stratum
from schemas.unit import HouseholdAssigned, UnitListSubmitted
from schemas.values import HouseholdWords
from schemas.village import DivisionNamed, HouseholdRegistered
from services.unit.directory import commands as directory_commands
from services.unit.directory import queries as directory_queries
from services.unit.findings import queries as findings_queries
from services.unit.lists import queries as lists_queries
from services.unit.months import commands as months_commands
from services.unit.months import queries as months_queries
from services.unit.visits import queries as visits_queries
from tests.conftest import at
from tests.helpers.sheets import read_workbook
from tests.unit.conftest import ADMIN, CLERK, HEAD, HEADS, MONTH, OFFICE, id_of, who

SAMPLES = Path(__file__).parents[1] / "samples"
OLD = [
    "序号",
    "帮扶责任人",
    "户主姓名",
    "身份证号码",
    "所在村组",
    "走访时间",
    "走访方式",
    "生产生活情况",
    "家庭收支情况",
    "是否有返贫风险",
    "风险原因",
]
NEW = [*OLD, "风险发生时间", "风险点", "需解决的相关事宜"]
NOW = at(2026, 9, 24, 10)


def how(actor=CLERK, **more) -> Handing:
    return Handing(**({"actor": actor, "on": date(2026, 9, 24), "now": NOW, "month": MONTH} | more))


def take(
    sessions,
    rows,
    *,
    header=NEW,
    above="县发展和改革局结对帮扶走访情况汇总表（2026年9月）",
    handing=None,
    file="走访.xlsx",
):
    raw = RawSheet(file=file, title="Sheet1", rows=[[above], [None], header, *rows])
    sheet = recognise(raw, service_named("unit").sheets)
    with sessions.begin() as session:
        return sheet.kind.take(session, sheet, handing or how())


def quiet(n, name, number=None, on="2026-09-12T00:00:00", mode="实地走访", helper="徐勇"):
    return [
        n,
        helper,
        name,
        number or id_of(n),
        "石桥村01组",
        on,
        mode,
        "生活正常",
        "收支基本平衡",
        "否",
        None,
        None,
        None,
        None,
    ]


def risky(n, name, since="9月初", point="户主住院", matter="医疗救助", cause="因病", **more):
    return [
        *quiet(n, name, **more)[:7],
        "生活困难",
        "支出大于收入",
        "是",
        cause,
        since,
        point,
        matter,
    ]


def reasons(report):
    return {(one.row, one.name): one.reason for one in report.refused}


def test_visits_are_taken_and_the_same_sheet_twice_changes_nothing(opened):
    rows = [
        quiet(1, "张珍"),
        risky(2, "谢华建", on=datetime(2026, 9, 9)),
        ["合计", None, "2户"],
        ["单位领导签字："],
    ]
    first, second = take(opened, rows), take(opened, rows)
    assert (first.taken, first.unchanged, first.refused) == (2, 0, [])
    assert (second.taken, second.unchanged, second.refused) == (0, 2, [])
    assert (first.reporter, first.month, first.submitted) == ("U001", MONTH, False)
    with opened() as session:
        (finding,) = findings_queries.findings(session)
        assert (finding.state, finding.since_day, finding.since_about) == (
            "complete",
            date(2026, 9, 1),
            True,
        )


def test_last_years_form_makes_a_draft_with_unknown_since(opened):
    rows = [risky(1, "张珍")[:11], quiet(2, "谢华建")[:11]]
    report = take(opened, rows, header=OLD)
    assert (report.taken, report.refused) == (2, [])
    assert report.notes == ["1户的风险情况待补充风险点和需解决的相关事宜：张珍"]
    with opened() as session:
        (finding,) = findings_queries.findings(session)
        assert (finding.state, finding.since_day, finding.risk_point) == ("draft", None, None)
    submitted = take(opened, rows, header=OLD, handing=how(submit=True))
    assert not submitted.submitted
    assert any("张珍待补充" in note for note in submitted.notes)


def test_an_exact_day_and_an_about_day(opened):
    take(opened, [risky(1, "张珍", since="2026年9月5日"), risky(2, "谢华建", since="9月初")])
    with opened() as session:
        found = {
            one.household: (one.since_day.day, one.since_about)
            for one in findings_queries.findings(session)
        }
        assert found == {"h1": (5, False), "h2": (1, True)}


def test_every_reason_of_a_bad_row_is_told_and_the_good_rows_are_taken(opened):
    bad = [
        9,
        "张三",
        "谢华建",
        id_of(2),
        "石桥村01组",
        "2026-08-12",
        "托梦",
        "",
        "",
        "也许",
        "生病",
    ]
    report = take(opened, [quiet(1, "张珍"), bad])
    assert report.taken == 1
    assert set(reasons(report)) == {
        (5, "帮扶责任人"),
        (5, "走访时间"),
        (5, "走访方式"),
        (5, "是否有返贫风险"),
        (5, "风险原因"),
    }
    (cell,) = [one for one in report.refused if one.name == "帮扶责任人"]
    assert (cell.column, cell.value) == (2, "张三")


def test_a_number_that_lost_its_digits_names_the_household_that_is_probably_meant(opened):
    lost = float(id_of(1))
    report = take(
        opened, [quiet(1, "张珍", number=lost), quiet(2, "谢华建", number=id_of(2)[:-1] + "9")]
    )
    told = reasons(report)
    assert "您是不是指石桥村01组的张珍（户编号H0001）" in told[(4, "身份证号码")]
    assert "您是不是指石桥村01组的谢华建（户编号H0002）" in told[(5, "身份证号码")]
    assert report.taken == 0


def test_a_stranger_is_refused(opened):
    report = take(opened, [quiet(1, "无此人", number=id_of(30))])
    assert reasons(report) == {(4, "身份证号码"): "登记册里没有这位户主，请核对身份证号码"}


def test_f_27_the_number_decides_and_another_name_is_a_note(opened):
    report = take(opened, [quiet(1, "张·珍（户主）"), quiet(2, "张珍", number=id_of(2))])
    assert (report.taken, report.refused) == (2, [])
    assert report.notes == ["第5行：这个身份证号码的户主是谢华建，表上写的是张珍，走访照记，请核对"]


def test_a_household_of_another_helper_is_a_note_not_a_refusal(opened):
    report = take(opened, [quiet(1, "张珍", helper="张贵德")])
    assert report.taken == 1
    assert report.notes == ["第4行：张珍的结对帮扶责任人是徐勇，走访照记"]


def test_nobody_there_is_a_vain_attempt(opened):
    row = quiet(1, "张珍", mode="电话访问（未接通）")
    row[9] = None
    assert take(opened, [row]).taken == 1
    with opened() as session:
        assert visits_queries.visits_of(session, "h1")[0].reached is False


def test_a_second_row_for_a_households_risk_is_refused(opened):
    report = take(
        opened,
        [risky(1, "张珍"), risky(1, "张珍", on="9月13日"), quiet(2, "谢华建"), quiet(2, "谢华建")],
    )
    assert report.taken == 2
    assert set(reasons(report)) == {(5, "是否有返贫风险"), (7, "")}


def test_submitting_waits_for_refused_rows_unless_they_are_left_behind(opened):
    rows = [risky(1, "张珍"), quiet(30, "谁")]
    held = take(opened, rows, handing=how(submit=True))
    assert not held.submitted
    sent = take(opened, rows, handing=how(submit=True, send_without=True))
    assert sent.submitted
    with opened() as session:
        assert [one.signed_on for one in lists_queries.lists_of(session, "U001", MONTH)] == [None]


def test_gt_25_nil_is_declared_never_inferred(opened):
    bad = take(opened, [quiet(30, "谁")], handing=how(submit=True, send_without=True))
    quietly = take(opened, [quiet(1, "张珍")], handing=how(submit=True))
    assert (bad.submitted, quietly.submitted) == (False, False)
    nil = ["本月走访无风险（零报告）"]
    alone = take(opened, [quiet(1, "张珍"), nil], handing=how(submit=True))
    assert not alone.submitted
    assert any("4户中3户没有联系（谢华建、陈红梅、曹刚秀）" in note for note in alone.notes)
    rows = [
        quiet(2, "谢华建"),
        quiet(3, "陈红梅", helper="张贵德"),
        quiet(4, "曹刚秀", helper="张贵德"),
    ]
    assert take(opened, [*rows, nil], handing=how(submit=True)).submitted
    with opened() as session:
        assert months_queries.unit_month(session, "U001", MONTH).content == "nil"


NAMED = [  # a row that names somebody, and says 零报告 or 无风险 in one of its cells
    [1, None, "张珍", None, None, None, None, "零报告"],
    [None, None, "张珍", None, None, None, None, None, None, None, "本月无风险"],
    [1, "徐勇", None, None, None, None, None, "本月走访无风险（零报告）"],
    [1, None, None, id_of(1), None, None, None, "零报告"],
    ["本月无固定收入，有返贫风险"],
]


@pytest.mark.parametrize("row", NAMED)
def test_f_02_words_in_a_row_that_names_somebody_make_no_nil(opened, row):
    rows = [quiet(n, HEADS[n - 1], helper="徐勇" if n < 3 else "张贵德") for n in (1, 2, 3, 4)]
    report = take(opened, [*rows, row], handing=how(submit=True, send_without=True))
    assert not report.submitted
    with opened() as session:
        assert months_queries.unit_month(session, "U001", MONTH).content == "draft"


@pytest.mark.parametrize(
    "words", ["零报告", "本月走访无风险(零报告)", "本月走访，均无返贫致贫风险。"]
)
@pytest.mark.parametrize("before", [(), (1,), (None, None)])
def test_f_02_a_line_that_names_nobody_declares_nil(opened, words, before):
    rows = [quiet(n, HEADS[n - 1], helper="徐勇" if n < 3 else "张贵德") for n in (1, 2, 3, 4)]
    assert take(opened, [*rows, [*before, words]], handing=how(submit=True)).submitted


def test_f_11_a_row_with_nothing_but_no_risk_is_no_contact(opened):
    row = quiet(1, "张珍")
    row[7] = row[8] = None
    report = take(opened, [row])
    assert "只有“没有风险”不算联系" in reasons(report)[(4, "")]


def test_f_12_what_a_sheet_sends_unverified_says_so(opened):
    assert take(opened, [risky(1, "张珍")], handing=how(submit=True)).submitted
    with opened() as session:
        (unit_list,) = lists_queries.lists_of(session, "U001", MONTH)
        assert unit_list.unverified_reason == "走访汇总表没有写明调查核实"


def test_n_11_a_sheet_says_who_verified_when_and_how(opened):
    header = [*NEW, "调查核实人", "核实时间", "核实方式"]
    rows = [
        [*risky(1, "张珍"), "周明", "2026-09-20", "实地走访"],
        [*risky(2, "谢华建"), "周明", None, None],
        [*risky(3, "袁春梅"), "周明", "2026-09-10", "电话"],
    ]
    report = take(opened, rows[:1], header=header, handing=how(submit=True))
    assert (report.taken, report.refused, report.submitted) == (1, [], True)
    with opened() as session:
        (finding,) = findings_queries.findings(session)
        assert (finding.verified_by, finding.verified_on, finding.verified_how) == (
            "周明",
            date(2026, 9, 20),
            "FIELD_VISIT",
        )
        (unit_list,) = lists_queries.lists_of(session, "U001", MONTH)
        assert unit_list.unverified_reason is None
        (told,) = [one for one in emitted(session) if isinstance(one, UnitListSubmitted)]
        assert [(one.on, one.how) for one in told.verifications] == [
            (date(2026, 9, 20), "FIELD_VISIT")
        ]
    again = take(opened, rows, header=header)
    assert (again.taken, again.unchanged) == (0, 1)
    said = reasons(again)
    assert said[5, "核实时间"] == "调查核实要写全：调查核实人、核实时间、核实方式"
    assert said[6, "核实时间"] == "核实时间早于走访时间，请核对"


def test_a_blank_form_is_skipped_with_a_note(opened):
    report = take(opened, [[None] * 14], handing=how(submit=True))
    assert (report.notes, report.submitted) == (["空白表，已跳过"], False)


def test_whose_sheet_it_is(opened):
    assert (
        take(
            opened, [quiet(1, "张珍")], above="走访情况汇总表", file="县发展和改革局-2026-09.xlsx"
        ).reporter
        == "U001"
    )
    assert take(opened, [quiet(1, "张珍")], above="走访情况汇总表").reporter == "U001"
    with pytest.raises(Refused, match="看不出是哪个帮扶单位"):
        take(opened, [quiet(1, "张珍")], above="走访情况汇总表", handing=how(OFFICE))
    for actor in (who(Role.UNIT_CLERK, "U002"), HEAD, ADMIN):
        with pytest.raises(Forbidden):
            take(opened, [quiet(1, "张珍")], handing=how(actor))


def test_f_24_a_sheet_of_another_month_is_refused_whole(opened):
    for title in ("县发展和改革局走访汇总表（2026年8月）", "县发展和改革局八月走访汇总表"):
        with pytest.raises(Refused, match="写的是2026年8月，现在填报的是2026年9月"):
            take(opened, [quiet(1, "张珍")], above=title)


def test_a_paper_that_came_earlier(opened):
    handing = how(
        OFFICE,
        on=date(2026, 9, 22),
        submit=True,
        received_on=date(2026, 9, 22),
        reason="纸质表22日收到",
    )
    assert take(opened, [risky(1, "张珍", on="2026-09-23")], handing=handing).submitted
    with opened() as session:
        (one,) = lists_queries.lists_of(session, "U001", MONTH)
        assert (one.received_on, one.entered_on, one.entered_reason) == (
            date(2026, 9, 22),
            date(2026, 9, 24),
            "纸质表22日收到",
        )


def test_g_10_a_units_clerk_does_not_date_the_receipt_of_his_own_sheet(opened):
    handing = how(CLERK, submit=True, received_on=date(2026, 9, 22), reason="纸质表22日送到")
    with pytest.raises(Forbidden):
        take(opened, [quiet(1, "张珍")], handing=handing)


def test_g_04_a_row_about_another_units_household_is_refused_and_the_others_are_taken(opened):
    report = take(opened, [quiet(1, "张珍"), quiet(5, "袁洋")])
    assert report.taken == 1
    assert "不是您（或本单位）的结对户" in reasons(report)[(5, "")]


UNITS = ["单位代码", "单位名称", "帮扶责任人编号", "帮扶责任人", "联系电话"]
ASSIGNED = ["户编号", "户主姓名", "村名", "帮扶责任人编号", "帮扶责任人"]


def test_units_and_helpers(unit_sessions):
    rows = [
        ["U001", "县发展和改革局", "U001-01", "徐勇", "16000009698"],
        ["U001", "县发改局", "U001-02", "张贵德", "1600"],
        ["U002", None, "U002-01", "唐娟梅", None],
        ["U002", "县水利局", "U002-01", "唐娟梅", None],
    ]
    first = take(unit_sessions, rows, header=UNITS, above="名册", handing=how(OFFICE))
    assert first.taken == 2
    assert set(reasons(first)) == {(5, "单位名称"), (5, "联系电话"), (6, "单位名称")}
    again = take(unit_sessions, [rows[0], rows[3]], header=UNITS, above="名册", handing=how(OFFICE))
    assert (again.taken, again.unchanged) == (0, 2)


def test_assignments_before_the_register(unit_sessions):
    take(
        unit_sessions,
        [["U001", "县发展和改革局", "U001-01", "徐勇", None]],
        header=UNITS,
        above="",
        handing=how(OFFICE),
    )
    rows = [
        ["H0001", "张珍", "石桥村", "U001-01", "徐勇"],
        ["H0002", "谢华建", "石桥村", "U009-01", None],
        ["H0003", "陈红梅", "石桥村", "U001-01", "马桂"],
        ["H0001", "张珍", "石桥村", "U001-01", "徐勇"],
    ]
    report = take(unit_sessions, rows, header=ASSIGNED, above="结对帮扶关系表", handing=how(OFFICE))
    assert (report.taken, report.notes) == (1, ["1户的登记信息还没有传到，传到后自动对上"])
    assert set(reasons(report)) == {(5, "帮扶责任人编号"), (6, "帮扶责任人"), (7, "户编号")}


def _households(session):
    """The heads of the sample register, as the village tells of them."""
    (raw,) = read_workbook(SAMPLES / "households.xlsx")
    codes = {row[2]: row[0] for row in read_workbook(SAMPLES / "organisation.xlsx")[0].rows[3:]}
    for number, _, village, group, stratum, name, id_number, _, role, *_ in raw.rows[3:]:
        if role == "户主":
            words = HouseholdWords(number=number, head_name=name, id_number=id_number)
            yield HouseholdRegistered(
                household=number.lower(),
                village=codes[village],
                group=group,
                stratum=Stratum.labelled(stratum),
                size=3,
                id_hash=id_hash(session, id_number),
                sealed=seal(session, words),
            )


def test_the_sample_workbooks_of_three_units_are_taken_whole(unit_sessions):
    book = read_workbook(SAMPLES / "organisation.xlsx")
    with unit_sessions.begin() as session:
        divisions = [
            DivisionNamed(division=row[0], level=Level.labelled(row[1]), name=row[2])
            for row in book[0].rows[3:]
        ]
        directory_commands.heard.keep(session, *divisions)
    for raw in book:
        if sheet := recognise(raw, service_named("unit").sheets):
            with unit_sessions.begin() as session:
                assert sheet.kind.take(session, sheet, how(OFFICE)).refused == []
    with unit_sessions.begin() as session:
        directory_commands.keep_households(session, list(_households(session)))
        assert sum(isinstance(one, HouseholdAssigned) for one in emitted(session)) == 121
        months_commands.open_month(session, MONTH, on=date(2026, 9, 1))
    for _ in range(2):
        reports = {}
        for path in sorted((SAMPLES / "unit-visits").glob("*.xlsx")):
            raw = read_workbook(path)[0]
            sheet = recognise(raw, service_named("unit").sheets)
            with unit_sessions.begin() as session:
                reports[path.stem[:-8]] = sheet.kind.take(session, sheet, how(OFFICE, submit=True))
    assert {unit: (one.unchanged, one.refused) for unit, one in reports.items()} == {
        "县发展和改革局": (19, []),
        "县水利局": (25, []),
        "县第一中学": (25, []),
    }
    with unit_sessions.begin() as session:
        found = {
            directory_queries.household(session, one.household).head_name: one
            for one in findings_queries.findings(session)
        }
        assert set(found) == {"陈红梅", "于燕建", "彭燕成", "曾福玉", "郑燕桂", "袁军", "吴娟秀"}
        assert [name for name, one in found.items() if one.state == "draft"] == ["曾福玉"]
        assert found["曾福玉"].since_day is None
        assert found["郑燕桂"].since_day == date(2026, 9, 5)
        assert {
            one.unit: len(one.lists) for one in months_queries.unit_statuses(session, MONTH)
        } == {"U001": 1, "U002": 0, "U003": 1, "U004": 0, "U005": 0}
