"""One household under `five-step-2020`, `neimenggu-2023` and `default`: what is owed after each deed, by
whom and until when, against tables written by hand from the documents (I-06 … I-19, B-04, B-06).
"""

from datetime import date
from typing import NamedTuple

import pytest

from kit.errors import Conflict, Forbidden, Refused
from schemas.codes import LeadChannel
from services.casework.comparisons.models import ComparisonLine
from services.casework.decisions.rules import Verdict
from services.casework.identification import queries
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import FileClock as C
from services.casework.identification.rules import FileState as S
from services.casework.notices.models import Notice
from services.casework.reviews import commands as reviews
from services.casework.reviews.forms import ReviewForm
from tests.casework.carried import HEAD, VISITOR
from tests.casework.played import Played, under
from tests.casework.town import OFFICE, Casework
from tests.conftest import at

BY_TOWNSHIP, BY_VILLAGE, BY_OFFICE, BY_GROUP = "乡镇", "村", "县级牵头部门", "领导小组"


class Row(NamedTuple):
    """After the deed of this day: the state, whose turn it is, until when (None: no day), and why."""

    deed: str
    on: date
    state: S
    owner: str
    due: date | None
    document: str


def d20(month: int, day: int) -> date:
    return date(2020, month, day)


def d23(month: int, day: int) -> date:
    return date(2023, month, day)


def d26(month: int, day: int) -> date:
    return date(2026, month, day)


# Received on a Wednesday before the holiday of 1 May (29 April to 3 May; 6 May is worked).
NEIMENGGU = (
    Row(
        *("lead", d23(4, 26), S.CONSENT, BY_TOWNSHIP, d23(4, 28)),
        "s003 I-06 “农牧户自主申报、旗乡村振兴局推送预警信息2天内”",
    ),
    Row(
        *("consent", d23(4, 28), S.VERIFY, BY_TOWNSHIP, d23(4, 28)),
        "EXT I-29 “农户授权承诺”: at the visit, without a clock of its own",
    ),
    Row(
        *("visit", d23(4, 28), S.ASSESS, BY_VILLAGE, d23(5, 4)),
        "s003 I-10 “入户核查核实后3天内召开村民代表会”; 1 May is a holiday, B-04: the next working day",
    ),
    Row(
        *("assess", d23(5, 4), S.POST, BY_VILLAGE, d23(5, 11)),
        "s003 I-16 “一般不超过 15 天，可结合实际适当调整各环节时间”: 26 April + 15",
    ),
    Row(
        *("post", d23(5, 4), S.NOTICE, BY_VILLAGE, d23(5, 11)),
        "s003 I-11 “公示时间不少于5天”, I-16 for the last day",
    ),
    Row(
        *("ask", d23(5, 4), S.NOTICE, BY_VILLAGE, d23(5, 11)),
        "s003 I-15 “数据比对工作与嘎查村公示等识别程序同步开展”",
    ),
    Row(
        *("answer", d23(5, 8), S.NOTICE, BY_VILLAGE, d23(5, 11)),
        "s003 gives none (I-14 is s001/4's)",
    ),
    Row(*("recheck", d23(5, 9), S.NOTICE, BY_VILLAGE, d23(5, 11)), "s003 gives none"),
    Row(
        *("close", d23(5, 10), S.REVIEW, BY_TOWNSHIP, d23(5, 11)),
        "s003 I-12 “初审无异议的”: no limit of its own, I-16",
    ),
    Row(
        *("review", d23(5, 10), S.DECIDE, BY_OFFICE, d23(5, 11)),
        "s003 I-12 “上报旗乡村振兴局审定”: no limit of its own, I-16",
    ),
    Row(
        *("decide", d23(5, 11), S.ANNOUNCE, BY_OFFICE, d23(5, 11)),
        "s003 I-12 “审核通过的进行公告”, I-16: the fifteen days end with it",
    ),
    Row(
        *("announce", d23(5, 11), S.REGISTER, BY_TOWNSHIP, None),
        "s003 I-19 “苏木乡村振兴办工作人员在全国防返贫监测信息系统中录入”: outside the fifteen days",
    ),
    Row(*("enter", d23(5, 15), S.ADMITTED, "", None), "s003 I-19"),
)

# Received on a Tuesday; 25 to 27 September and 1 to 7 October are holidays, 10 October is worked.
DEFAULT = (
    Row(*("lead", d26(9, 22), S.CONSENT, BY_TOWNSHIP, d26(9, 24)), "s003 I-06 “2天内”"),
    Row(*("consent", d26(9, 24), S.VERIFY, BY_TOWNSHIP, d26(9, 24)), "EXT I-29"),
    Row(
        *("visit", d26(9, 24), S.ASSESS, BY_VILLAGE, d26(9, 28)),
        "s003 I-10 “3天内”: Sunday the 27th is a holiday, B-04",
    ),
    Row(
        *("assess", d26(9, 28), S.POST, BY_VILLAGE, d26(10, 8)),
        "s003 I-16 “一般不超过 15 天”: 7 October is a holiday, B-04",
    ),
    Row(*("post", d26(9, 28), S.NOTICE, BY_VILLAGE, d26(10, 8)), "s003 I-11 I-16"),
    Row(*("ask", d26(9, 28), S.NOTICE, BY_VILLAGE, d26(10, 8)), "s003 I-15"),
    Row(*("answer", d26(9, 30), S.NOTICE, BY_VILLAGE, d26(10, 8)), "s003 I-15"),
    Row(*("close", d26(10, 8), S.REVIEW, BY_TOWNSHIP, d26(10, 8)), "s003 I-12 I-16"),
    Row(*("review", d26(10, 8), S.DECIDE, BY_OFFICE, d26(10, 8)), "s003 I-12 I-16"),
    Row(
        *("recheck", d26(10, 12), S.DECIDE, BY_OFFICE, d26(10, 8)),
        "s001/4 I-14 “5个工作日内完成复核”",
    ),
    Row(*("decide", d26(10, 12), S.ANNOUNCE, BY_OFFICE, d26(10, 8)), "s003 I-12 I-16"),
    Row(
        *("announce", d26(10, 12), S.REGISTER, BY_TOWNSHIP, None), "s003 I-17 “一公示一公告”, I-19"
    ),
    Row(*("enter", d26(10, 12), S.ADMITTED, "", None), "s003 I-19"),
)

# Fed back by the county on a Tuesday; 1 to 5 May are holidays, Saturday 9 May is worked.
PUSHED = (
    Row(
        *("lead", d20(4, 28), S.VERIFY, BY_TOWNSHIP, d20(5, 8)),
        "s001/4 I-07 “自收到信息起5个工作日内完成入户核查”",
    ),
    Row(
        *("visit", d20(5, 8), S.REVIEW, BY_TOWNSHIP, None),
        "s001/4 I-07 “乡镇召开党委会审核后上报县扶贫办”: no limit given",
    ),
    Row(
        *("review", d20(5, 9), S.DECIDE, BY_GROUP, None),
        "s001/4 I-14 “提交县扶贫开发领导小组研究审定”",
    ),
    Row(
        *("ask", d20(5, 9), S.DECIDE, BY_GROUP, None),
        "s001/4 I-14 “3个工作日内前完成大数据比对审核”",
    ),
    Row(
        *("answer", d20(5, 13), S.DECIDE, BY_GROUP, None),
        "s001/4 I-14 “由相关部门及乡镇5个工作日内完成复核”",
    ),
    Row(*("recheck", d20(5, 20), S.DECIDE, BY_GROUP, None), "s001/4 I-14"),
    Row(
        *("decide", d20(5, 20), S.REGISTER, BY_OFFICE, None),
        "s001/4 I-19 “由县扶贫办及时录入全国扶贫开发信息系统”; it knows no announcement",
    ),
    Row(*("enter", d20(5, 21), S.ADMITTED, "", None), "s001/4 I-19"),
)

# The monitors' own list; 25 to 27 June are holidays, Sunday 28 June is worked.
LISTED = (
    Row(
        *("lead", d20(6, 8), S.ASSESS, BY_VILLAGE, None),
        "s001/4 N-16: the monitors meet once a month, no limit given",
    ),
    Row(
        *("assess", d20(6, 23), S.REVISIT, BY_TOWNSHIP, d20(6, 29)),
        "s001/4 I-13 “3个工作日内组织乡镇包村领导、扶贫专干等完成入户复核”",
    ),
    Row(
        *("visit", d20(6, 29), S.REVIEW, BY_TOWNSHIP, None),
        "s001/4 I-13: the Party committee judges",
    ),
    Row(*("review", d20(6, 30), S.DECIDE, BY_GROUP, None), "s001/4 I-13 “原则上每月底前”"),
    Row(*("ask", d20(6, 30), S.DECIDE, BY_GROUP, None), "s001/4 I-14"),
)


def play(played: Played, rows: tuple[Row, ...], channel: str) -> None:
    for row in rows:
        if row.deed == "lead":
            played.lead(row.on, channel)
        else:
            getattr(played, row.deed)(row.on)
        with played.casework.sessions() as session:
            (line,) = queries.lines(session, [played.file], row.on)
        found = (row.deed, line.file.state, line.owner, line.due)
        assert found == (row.deed, row.state, row.owner, row.due), row.document


def clocks(played: Played) -> set[str]:
    """Those that the file's table has at all."""
    with played.casework.sessions() as session:
        return {str(clock.code) for clock in table_of(session, played.file).clocks}


def compared(played: Played) -> set[date | None]:
    return {line.due_on for line in played.rows(ComparisonLine)}


def test_neimenggu_2023_from_the_report_to_the_announcement_in_fifteen_days(casework: Casework):
    played = Played(under(casework, "neimenggu-2023"))
    play(played, NEIMENGGU, "SELF_REPORT")
    file = played.file
    assert (file.total_due, file.ended_on) == (d23(5, 11), d23(5, 15))
    assert compared(played) == {None}  # s003 gives the comparison and its doubts no limit
    assert [doubt.recheck_due for doubt in played.doubts()] == [None]
    (notice,) = played.rows(Notice)
    assert (notice.first, notice.last, notice.closes_from) == (d23(5, 5), d23(5, 9), d23(5, 10))
    assert not any(entry.late for entry in history(played))
    assert over(played) is None


def test_gt_12_two_three_and_five_days_leave_five_of_the_fifteen(casework: Casework):
    """Each step on its last day, and no day off moves one; a cadre's finding is visited the same day
    (I-06 “基层干部排查需当天完成”), also on a Saturday.
    """
    played = Played(under(casework, "neimenggu-2023"))
    played.lead(d23(5, 10))
    played.consent(d23(5, 12))
    played.visit(d23(5, 12))  # 2
    played.assess(d23(5, 15))  # 3
    played.post(d23(5, 15))
    (notice,) = played.rows(Notice)
    assert notice.last == d23(5, 20)  # 5
    assert (played.file.total_due - notice.last).days == 5
    cadres = Played(casework, household="h2")
    cadres.lead(d23(5, 13), "CADRE")
    assert (cadres.file.verify_due, cadres.file.total_due) == (d23(5, 13), d23(5, 29))


def test_what_has_no_limit_is_shown_without_a_day(casework: Casework, client, clock):
    played = Played(under(casework, "neimenggu-2023"))
    play(played, NEIMENGGU[:7], "SELF_REPORT")
    clock.set(at(2023, 5, 8))
    request = played.lines()[0].request
    for actor, page, words in (
        (OFFICE, "/casework/comparisons", "已发出"),
        (OFFICE, f"/casework/comparisons/{request}", "没有规定反馈时限"),
        (HEAD, "/casework/doubts", "没有规定复核时限"),
        (HEAD, "/casework/", "复核比对疑点"),
    ):
        shown = client("casework", actor).get(page)
        assert (shown.status_code, words in shown.text) == (200, True), page


def test_default_2026_through_two_holidays_with_a_doubt(casework: Casework, client, clock):
    played = Played(under(casework, "default"))
    play(played, DEFAULT, "SELF_REPORT")
    (notice,) = played.rows(Notice)
    # B-06, a minimum is never moved: it might have been closed in the holidays
    assert (notice.first, notice.last, notice.closes_from) == (d26(9, 29), d26(10, 3), d26(10, 4))
    assert compared(played) == {d26(10, 8)}  # I-14 3 working days
    assert [doubt.recheck_due for doubt in played.doubts()] == [d26(10, 13)]
    assert [entry.action.label for entry in history(played) if entry.late] == ["审定纳入", "公告"]
    found = over(played)
    assert found
    assert found.sentence == "超过总时限4天，各环节都按时：节假日顺延、疑点复核。"
    clock.set(at(2026, 10, 12))
    assert found.sentence in client("casework", OFFICE).get(f"/casework/files/{played.id}").text


def test_five_step_2020_an_applicant_or_a_push_is_visited_once(casework: Casework):
    played = Played(under(casework, "five-step-2020"))
    play(played, PUSHED[:2], "COUNTY_PUSH")
    for left_out, sentence in (
        (lambda: played.consent(d20(5, 8)), "不能“取得承诺授权”"),
        (lambda: played.assess(d20(5, 8)), "不能“评议通过”"),
        (lambda: played.post(d20(5, 8)), "不能“张贴公示”"),
        (lambda: played.ask(d20(5, 8)), "还没有到数据比对"),
    ):
        with pytest.raises(Conflict, match=sentence):
            left_out()
    play_on(played, PUSHED[2:6])
    with pytest.raises(Conflict, match="不能“公告”"):
        played.announce(d20(5, 20))
    play_on(played, PUSHED[6:])
    assert clocks(played) == {C.VERIFY}  # no total, and nothing else that runs
    assert played.file.total_due is None
    assert compared(played) == {d20(5, 13)}
    assert [doubt.recheck_due for doubt in played.doubts()] == [d20(5, 20)]


def test_five_step_2020_the_villages_list_is_visited_again(casework: Casework, client, clock):
    played = Played(under(casework, "five-step-2020"))
    play(played, LISTED[:1], "CADRE")
    with pytest.raises(Conflict, match="不能“登记入户核实”"):
        played.visit(d20(6, 8))
    play_on(played, LISTED[1:2])
    with casework.sessions() as session:
        (task,) = casework.service.open_tasks(session, HEAD, d20(6, 23))
    assert task.href == f"/casework/files/{played.id}/verification"
    clock.set(at(2020, 6, 23))
    assert "登记入户核实" in client("casework", VISITOR).get(task.href).text
    play_on(played, LISTED[2:3])
    form = ReviewForm(files=[played.id], agreed=True, meeting_on=d20(6, 30))
    with pytest.raises(Forbidden, match="登记过这一户的入户核实"):
        casework.do(reviews.review, form, actor=VISITOR, on=d20(6, 30))
    play_on(played, LISTED[3:])
    assert clocks(played) == {C.REVISIT}
    assert compared(played) == {d20(7, 3)}
    with pytest.raises(Conflict, match="数据比对还在时限内（3个工作日"):
        played.decide(d20(7, 3))
    played.decide(d20(7, 4))  # a Saturday; what is silent after its limit is no reason to wait
    played.enter(d20(7, 6))
    assert played.file.state is S.ADMITTED


def test_a_late_step_is_named_and_a_second_vote_asks_for_a_second_visit(casework: Casework):
    played = Played(under(casework, "default"))
    for deed, on in (("lead", 1), ("consent", 2), ("visit", 2), ("assess", 8), ("post", 8)):
        getattr(played, deed)(d26(9, on))
    with casework.sessions() as session:
        assert queries.overrun_of(session, played.file, d26(9, 16)) is None
        found = queries.overrun_of(session, played.file, d26(9, 17))
    assert found
    assert found.sentence == "超过总时限1天：民主评议迟1天。"  # due on Monday the 7th
    listed = Played(under(casework, "five-step-2020"), household="h2")
    play(listed, LISTED, "CADRE")
    listed.decide(d20(6, 30), Verdict.REASSESS)
    listed.assess(d20(7, 1))
    assert (listed.file.state, listed.file.revisit_due) == (S.REVISIT, d20(7, 6))
    listed.visit(d20(7, 2))
    assert (listed.file.state, listed.file.pinned_on) == (S.REVIEW, d20(7, 2))


def play_on(played: Played, rows: tuple[Row, ...]) -> None:
    play(played, rows, played.file.channel.value)


@pytest.mark.parametrize(
    ("pack", "on", "due"),
    [
        ("five-step-2020", d20(9, 28), d20(10, 12)),  # I-07: 29, 30 September; 9, 10, 12 October
        ("neimenggu-2023", d23(9, 28), d23(10, 7)),  # I-06, B-04: a Saturday worked
        ("default", d26(9, 28), d26(9, 30)),  # I-06
    ],
)
def test_the_first_limit_before_a_long_holiday(casework: Casework, pack, on, due):
    under(casework, pack)
    for household, channel in (("h1", "SELF_REPORT"), ("h2", "COUNTY_PUSH")):
        played = Played(casework, household=household)
        played.lead(on, channel)
        assert played.file.verify_due == due


def test_gt_22_a_county_changes_from_the_procedure_of_2020_by_its_packs(casework: Casework):
    """A finding of December is assessed and visited under the rules by which it began: those of the
    visit's day do not know its step. What is found in January has those of January alone.
    """
    played = Played(under(casework, "five-step-2020", "default"))
    played.lead(d20(12, 28), "CADRE")
    played.assess(d20(12, 30))
    played.visit(date(2021, 1, 4))
    assert (played.file.state, played.file.pack[:9]) == (S.REVIEW, "five-step")
    pushed = Played(played.casework, household="h2")
    pushed.lead(d20(12, 28), LeadChannel.COUNTY_PUSH.value)
    assert (pushed.file.state, pushed.file.total_due) == (S.VERIFY, None)
    pushed.visit(date(2021, 1, 4))
    assert (pushed.file.state, pushed.file.pack[:7]) == (S.ASSESS, "default")
    assert pushed.file.total_due == date(2021, 1, 12)
    later = Played(played.casework, household="h3")
    later.lead(date(2021, 1, 4), "CADRE")
    assert (later.file.state, later.file.verify_due) == (S.CONSENT, date(2021, 1, 4))


def test_gt_22_the_comparison_has_the_limit_of_the_files_rules(casework: Casework):
    """Asked in January of a household visited in December 2023: that year's rules give none."""
    played = Played(under(casework, "neimenggu-2023", "default"))
    played.lead(d23(12, 25))
    for deed, on in (("consent", d23(12, 26)), ("visit", d23(12, 26)), ("assess", d23(12, 28))):
        getattr(played, deed)(on)
    played.post(d23(12, 29))
    played.ask(date(2024, 1, 2))
    assert compared(played) == {None}


def test_a_notice_of_five_days_in_the_holiday_is_not_closed_early(casework: Casework):
    played = Played(under(casework, "default"))
    play(played, DEFAULT[:5], "SELF_REPORT")
    with pytest.raises(Refused, match="从9月29日到10月3日，最早10月4日结束"):
        played.close(d26(10, 3))
    played.close(d26(10, 4))
    assert played.file.state is S.REVIEW


def history(played: Played):
    with played.casework.sessions() as session:
        return list(queries.history(session, played.id))


def over(played: Played):
    with played.casework.sessions() as session:
        return queries.overrun_of(session, played.file, played.file.ended_on)
