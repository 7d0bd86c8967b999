"""What stands on an order's papers is so on the day they are printed (F-64)."""

from datetime import date

import pytest

from kit import directory
from kit.directory import Entry
from schemas.codes import DirectoryKind, ReplyResult, Role
from services.dispatch.replies import commands as replies
from services.dispatch.replies.forms import ReplyDraft
from tests.conftest import actor
from tests.dispatch.test_owners import end

ISSUED, REPLIED = date(2026, 2, 10), date(2026, 2, 12)
HEIR = "990121100299"
SOLVED = ReplyDraft(result=ReplyResult.SOLVED, explanation="已报销到账")
OFFICE = actor(Role.COUNTY_CLERK)


@pytest.fixture
def solved(session, opened, officer):
    order = opened(ISSUED)
    doctor = officer("health-insurance")
    replies.report_order(session, order.id, SOLVED, actor=doctor, on=REPLIED)
    session.commit()
    return order


@pytest.fixture
def printed(client, clock):
    def paper(order, kind: str, on: date) -> str:
        clock.set(clock().replace(year=on.year, month=on.month, day=on.day))
        slip = f"/dispatch/orders/{order.id}/slip?kind={kind}"
        return client("dispatch", OFFICE).get(slip).text

    return paper


def test_f_64_a_check_asks_for_no_report_by_a_day_that_is_over(solved, printed):
    assert "并于2026年2月26日前报告结果" in printed(solved, "check", REPLIED)
    late = printed(solved, "check", date(2026, 3, 20))
    assert "报告结果的期限2026年2月26日已过，请立即报告" in late
    assert "并于" not in late


def test_f_64_a_check_goes_to_the_village_that_answers_now(session, solved, printed, client):
    directory.put(session, Entry(DirectoryKind.VILLAGE, HEIR, "新桥村"))
    end(session, DirectoryKind.VILLAGE, solved.village, HEIR)
    session.commit()
    assert "新桥村村民委员会：" in printed(solved, "check", REPLIED)
    end(session, DirectoryKind.VILLAGE, solved.village, "990121100000")
    session.commit()
    assert "现在没有核查通知可以打印" in printed(solved, "check", REPLIED)
    assert "kind=check" not in client("dispatch", OFFICE).get(f"/dispatch/orders/{solved.id}").text


def test_f_64_a_reply_has_the_day_and_the_words_of_its_own_department(
    session, opened, solved, printed, officer
):
    assert "日期：2026年2月12日" in printed(solved, "reply", date(2026, 3, 20))
    order = opened(ISSUED)
    session.commit()
    blank = printed(order, "reply", REPLIED)
    assert "日期：____年____月____日" in blank
    plan = ReplyDraft(result=ReplyResult.PLANNED, explanation="排期", expected_on=REPLIED)
    replies.report_order(session, order.id, plan, actor=officer("health-insurance"), on=REPLIED)
    session.commit()
    assert "排期" in printed(order, "reply", REPLIED)
