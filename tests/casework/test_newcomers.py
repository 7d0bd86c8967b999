"""What somebody sees who opens casework for the first time: where to go, what is his to do, which day is
due by which rule, where the papers are, and what a refusal says.
"""

import re

import pytest

from kit.actor import Actor
from kit.clock import SimulatedClock
from schemas.codes import Role
from services.casework.consents import commands as consents
from services.casework.consents.forms import GiveUpForm
from services.casework.decisions import commands as decisions
from services.casework.identification.rules import FileState as S
from services.casework.notices import commands as notices
from services.casework.notices.forms import PostForm
from tests.casework.carried import (
    GROUP,
    HEAD,
    VISITOR,
    admit,
    carry,
    compared,
    lead,
    listed,
    refuse,
    several,
)
from tests.casework.played import Played
from tests.casework.test_days_on_pages import WAY
from tests.casework.town import CLERK, OFFICE, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


@pytest.fixture(autouse=True)
def today(clock: SimulatedClock) -> None:
    clock.set(at(2026, 9, 15))


def menu(page: str) -> tuple[list[str], list[str]]:
    """The links that are seen at once, and those behind 更多."""
    first, _, rest = page.partition('aria-label="监测帮扶">')[2].partition("<details")
    links = [re.findall(r"<a [^>]*>([^<]+)</a>", part) for part in (first, rest.split("</nav>")[0])]
    return links[0], links[1]


def test_the_menu_shows_few_links_and_the_page_one_is_on(client, casework: Casework):
    office = client("casework", OFFICE)
    shown, behind = menu(office.get("/casework/").text)
    assert shown == ["要办的事", "登记线索", "识别档案", "监测对象"]
    assert {"公示", "县级审定"} < set(behind)
    assert len(behind) == len(set(behind))
    assert menu(office.get("/casework/decisions").text)[0][-1] == "县级审定"
    assert "县级审定" not in menu(client("casework", CLERK).get("/casework/").text)[1]


def test_the_box_above_every_page_finds_files(client, casework: Casework):
    lead(casework, "h2")
    office = client("casework", OFFICE)
    assert 'action="/casework/search"' in office.get("/casework/").text
    lead(casework, "h3")
    answer = office.get("/casework/search?q=户主2")
    assert answer.status_code == 200
    assert "户主2" in answer.text
    assert "户主3" not in answer.text


def test_a_file_offers_its_step_to_whom_it_waits_for_alone(client, casework: Casework):
    (file,) = several(casework, S.REVIEW, ["h1"])
    page = f"/casework/files/{file.id}"
    for actor, has in ((TOWNSHIP_CLERK, True), (HEAD, True), (CLERK, False), (OFFICE, False)):
        shown = client("casework", actor).get(page).text
        assert ("去办理" in shown) is has, actor
        assert ("现在等乡镇办理" in shown) is not has, actor
        board = client("casework", actor).get("/casework/files").text
        assert ("去办理" in board) is has, actor


def test_a_village_enters_the_visit_that_its_township_owes(client, casework: Casework):
    file = lead(casework, "h1")
    assert "去办理" in client("casework", CLERK).get(f"/casework/files/{file.id}").text


def test_a_file_says_its_day_with_the_rule_beside_it(client, casework: Casework):
    file = lead(casework, "h1")
    shown = client("casework", TOWNSHIP_CLERK).get(f"/casework/files/{file.id}").text
    first = shown.partition("<dl")[0]
    assert "乡镇：入户时取得承诺授权" in first
    assert "已过期" in first
    assert "依据s003" in first


def test_a_file_leads_to_its_papers_and_the_register(client, casework: Casework):
    file, other = several(casework, S.DECIDE, ["h1", "h2"])
    compared(casework, [file, other])

    form = listed(day(15), admit(file), refuse(other))
    casework.do(decisions.decide_all, form, actor=OFFICE, on=day(15))
    village = client("casework", CLERK)
    shown = village.get(f"/casework/files/{other.id}").text
    for title in ("授权书", "认定表", "不予纳入告知书"):
        assert title in shown, title
    shown = village.get(f"/casework/files/{file.id}").text
    for what in ("监测对象名册里的这一户", "/village/households/h1"):
        assert what in shown, what
    for href in re.findall(r'href="(/casework/(?:files|refusals|monitored)/[^"#]+)"', shown):
        assert village.get(href).status_code == 200, href


def test_who_visited_sees_before_he_types_that_another_must_review(client, casework: Casework):
    several(casework, S.REVIEW, ["h1"])
    shown = client("casework", VISITOR).get("/casework/reviews").text
    assert "您登记过这一户的入户核实" in shown
    assert "登记审核意见" not in shown
    assert "登记审核意见" in client("casework", HEAD).get("/casework/reviews").text


def test_a_list_gives_the_form_to_whom_the_pack_names_and_what_is_proposed(
    client, casework: Casework
):
    (file,) = several(casework, S.DECIDE, ["h1"])
    office, to = client("casework", OFFICE), "/casework/decisions"
    answer = office.post(to, data={"on": "2026-09-15"})
    to = answer.headers["location"].partition("?")[0]
    assert "登记审定结果" in office.get(to).text
    group = client("casework", GROUP).get(to).text
    assert "登记审定结果" not in group
    assert "由县级牵头部门审定" in group
    line = {"file": file.id, "verdict": "not_admit", "reason": "income", "words": "收入高"}
    refused = office.post(f"{to}/lines", data=line, headers={"referer": f"http://testserver{to}"})
    assert f"{file.number}还没有发出数据比对" in refused.text
    assert "收入高" in refused.text  # what was typed stays


def test_only_who_has_to_enter_a_household_gets_its_form(client, casework: Casework):
    several(casework, S.REGISTER, ["h1"])
    assert "登记已录入" in client("casework", TOWNSHIP_CLERK).get("/casework/entries").text
    office = client("casework", OFFICE).get("/casework/entries").text
    assert "由乡镇录入" in office
    assert "登记已录入" not in office


def test_a_refused_list_names_each_household(client, casework: Casework):
    files = several(casework, S.REVIEW, ["h1", "h2"])
    data = {"files": [file.id for file in files], "agreed": "true", "meeting_on": "2026-09-30"}
    answer = client("casework", HEAD).post(
        "/casework/reviews", data=data, headers={"referer": "http://testserver/casework/reviews"}
    )
    assert answer.status_code == 422
    for file in files:
        assert f"{file.number}：日期不能晚于今天（2026年9月15日），请改。" in answer.text


def test_a_notice_offers_its_closing_when_its_days_are_over(
    client, casework: Casework, clock: SimulatedClock
):

    file = lead(casework, "h1")
    carry(casework, file, S.POST)
    form = PostForm(
        round="VILLAGE", files=[file.id], posted_on=day(14), place="公开栏", posted_by="吕静"
    )
    notice = casework.do(notices.post_notice, form, actor=CLERK, on=day(15))
    village, to = client("casework", CLERK), notice.page
    shown = village.get(to).text
    assert "2026年9月20日起</b>在这里登记结束" in shown
    assert f"{to}/closing" not in shown
    clock.set(at(2026, 9, 20))
    assert f"{to}/closing" in village.get(to).text


def test_a_found_household_needs_no_name_or_number(client, casework: Casework):
    village = client("casework", CLERK)
    found = village.get("/casework/leads?q=户主2").text
    assert "<details><summary>不在农户名册的填这里" in found
    assert (
        "<details open><summary>不在农户名册的填这里"
        in village.get("/casework/leads?q=没有的人").text
    )


def test_what_is_overdue_is_said_in_words_and_counted_on_the_first_page(client, casework: Casework):
    """Colour alone is not seen by everybody, nor on paper."""
    lead(casework, "h1")  # to be visited by the 14th
    office = client("casework", OFFICE)
    assert "2026年9月14日前，已过期" in office.get("/casework/files").text
    first = office.get("/casework/").text
    assert "<b>1</b>环节逾期" in first
    assert "户主1" in office.get("/casework/files?overdue=true&ended=false").text


def test_a_file_that_has_ended_has_no_age_of_its_step(client, casework: Casework):
    lead(casework, "h1")
    (file,) = casework.files()
    form = GiveUpForm(signer="陈试", method="HANDWRITTEN", reason="不需要", on=day(15))
    casework.do(consents.give_up, file.id, form, actor=CLERK, on=day(15))
    shown = client("casework", OFFICE).get("/casework/files").text
    assert "2026年9月15日办完，历时5天" in shown
    assert "本环节" not in shown


def test_after_the_consent_the_page_leads_on(client, casework: Casework):
    (file,) = several(casework, S.VERIFY, ["h1"])
    page, back = f"/casework/files/{file.id}", f'href="/casework/files/{file.id}">回到识别档案'
    shown = client("casework", TOWNSHIP_CLERK).get(f"{page}/consent").text
    assert "下一步，乡镇：" in shown
    assert back in shown
    waiting = lead(casework, "h2")
    shown = client("casework", TOWNSHIP_CLERK).get(f"/casework/files/{waiting.id}/consent").text
    assert "下一步" not in shown


def test_the_menu_leads_nobody_to_a_page_that_refuses_him(client, casework: Casework):
    department = client("casework", Actor("d", "经办人", Role.DEPARTMENT_CLERK, "housing"))
    assert menu(department.get("/casework/").text) == (["要办的事"], [])


def test_who_entered_a_note_stands_apart_from_it(client, casework: Casework):
    """The words of a note do not run into the name of who entered it."""
    several(casework, S.ASSESS, ["h1"])
    (file,) = casework.files()
    shown = client("casework", OFFICE).get(f"/casework/files/{file.id}").text
    timeline = shown.partition('class="timeline"')[2].partition("</ul>")[0]
    for actor in re.findall(r'(.{5})<small class="text-body-secondary">', timeline):
        assert actor.endswith("<div>"), actor


def test_an_announcement_says_that_its_paper_is_fetched(client, casework: Casework):
    one = Played(casework, household="h1")
    for step, number in WAY[:-1]:
        getattr(one, step)(day(number))
    shown = client("casework", OFFICE).get("/casework/announcements").text
    assert re.search(r'href="/casework/announcements/[^"]+\.docx">下载公告</a>', shown)
