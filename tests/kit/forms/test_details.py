"""What was filled in a form, printed from the row that keeps it."""

import re
from datetime import date

import pytest

from kit.forms.details import details
from schemas.codes import ReplyResult
from tests.kit.forms.toy import Visit, VisitForm


def test_a_page_prints_what_was_filled_in(browser, sessions):
    visit = Visit(
        id=1,
        village="石桥村",
        name="试用甲",
        id_number="99012119800101001X",
        result=ReplyResult.SOLVED,
        since=date(2026, 8, 3),
        amount=120050,
        note="屋顶<漏>",
        urgent=True,
    )
    with sessions.begin() as session:
        session.add(visit)
    page = browser.get("/toy/visits/1").text
    first, whole = (
        re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part) for part in page.split('<dl id="whole">')
    )
    assert first == [
        ("户主姓名", "试用甲"),
        ("身份证号码", "99012119800101001X"),
        ("办理结果", "已解决"),
        ("从哪天开始", "2026年8月3日"),
        ("家庭人口", "1"),
        ("落实金额（元）", "1200.50"),
        ("备注", "屋顶&lt;漏&gt;"),
        ("紧急", "是"),
    ], "the hidden village is not printed, nor what is empty"
    assert set(whole) - set(first) == {("联系电话", "没有填"), ("帮扶人", "没有填")}


def test_a_row_without_a_field_of_the_form_is_no_silent_gap():
    with pytest.raises(AttributeError):
        details(object(), VisitForm)
