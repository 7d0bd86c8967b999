"""The workbook 人员岗位表: it proposes, row by row, and says what is wrong with the others."""

from datetime import date

import pytest

from backstop.services import service_named
from kit.errors import Refused
from kit.sheets.sheet import FormAsked, Handing, RawSheet, recognise
from schemas.codes import Role
from services.access.accounts import commands, queries
from services.access.accounts.documents import posts_form
from services.access.accounts.rules import State
from tests.access.conftest import (
    ADMIN,
    GROUP,
    NOW,
    OFFICE,
    ON,
    SECOND,
    TOWN,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    opened,
)

HEAD = ["姓名", "手机号", "岗位", "地方或单位", "起", "止", "代理谁"]
ROWS = [
    ["王建国", "16000000011", "村民小组长", "石桥村01组", None, None, None],
    ["李秀英", "16000000012", "村文书", "石桥村", "2026-09-01", None, None],
    ["李秀英", "16000000012", "村民小组长", "990121100201/02", None, None, None],
]


def take(sessions, rows, actor=TOWN):
    raw = RawSheet(file="人员岗位.xlsx", title="Sheet1", rows=[HEAD, *rows])
    sheet = recognise(raw, service_named("access").sheets)
    handing = Handing(actor=actor, on=ON, now=NOW, month="2026-09")
    with sessions.begin() as session:
        return sheet.kind.take(session, sheet, handing)


def test_a_row_a_person_proposes_and_lets_nobody_in(places):
    report = take(places, ROWS)
    assert (report.taken, report.refused) == (3, [])
    with places() as session:
        waiting = queries.waiting(session, TOWN)
        assert [post.place for post in waiting] == [GROUP, VILLAGE, f"{VILLAGE}/02"]
        clerk = queries.same_person(session, "李秀英", "16000000012")
        assert clerk.state is State.PROPOSED
        assert len(queries.posts_of(session, clerk.code)) == 2
        assert queries.posts_on(session, clerk.code, ON) == []


def test_the_same_sheet_again_changes_nothing(places):
    take(places, ROWS)
    again = take(places, ROWS)
    assert (again.taken, again.unchanged) == (0, 3)


def test_f_33_the_form_filled_in_comes_back_and_changes_nothing(places):
    take(places, ROWS)
    with places() as session:
        made = posts_form(session, FormAsked(TOWN, "2026-09", ON))
        assert posts_form(session, FormAsked(UNIT, "2026-09", ON)).rows == []
    assert [row["地方或单位"] for row in made.rows] == ["河湾镇石桥村", "石桥村01组", "石桥村02组"]
    again = take(places, [list(row.values()) for row in made.rows])
    assert (again.taken, again.unchanged, again.refused) == (0, 3, [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["王建国", "", "村民小组长", "", None, None, None], "没有填写地方或单位"),
        (["王建国", "", "村民小组长", "无此村01组", None, None, None], "没有“无此村01组”"),
        (["王建国", "", "村民小组长", "01组", None, None, None], "有3个“01组”"),
        (["王建国", "", "组织委员", "石桥村01组", None, None, None], "不在列表中"),
        (["王建国", "", "村民小组长", "大坪村01组", None, None, None], "只能登记下一级的岗位"),
        (["王建国", "", "乡镇主要领导", "河湾镇", None, None, None], "只能登记下一级的岗位"),
        (["", "", "村文书", "石桥村", None, None, None], "没有填写姓名"),
        (["王建国", "", "村文书", "石桥村", "2026-09-10", "2026-09-01", None], "止日早于起日"),
        (["王建国", "", "村文书", "石桥村", None, "2026-09-09", "无此人"], "不能由别人代理"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_cell(places, row, why):
    report = take(places, [row, ROWS[0]])
    assert report.taken == 1
    assert why in "".join(cell.reason for cell in report.refused)


def test_a_deputy_stands_in_the_sheet_with_whom_he_acts_for(places):
    with places.begin() as session:
        opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, name="赵镇长", confirmed_by=SECOND)
    row = ["钱副镇长", "", "乡镇主要领导", "河湾镇", "2026-09-01", "2026-09-10", "赵镇长"]
    assert take(places, [row], OFFICE).taken == 1
    with places.begin() as session:
        (post,) = queries.waiting(session, OFFICE) or queries.waiting(session, SECOND)
        assert post.until == date(2026, 9, 10)
        assert queries.account(session, post.deputy_for).name == "赵镇长"
        with pytest.raises(Refused, match="由另一个人确认"):
            commands.confirm(session, post.id, actor=OFFICE, now=NOW)
        commands.confirm(session, post.id, actor=ADMIN, now=NOW)
