"""The visit by page and by program, and its papers."""

import re
from io import BytesIO

import pytest
from docx import Document

from kit.clock import SimulatedClock
from schemas.casework import HouseholdVerified
from schemas.values import VisitWords
from services.casework.consents import commands as consents
from services.casework.consents.forms import ConsentForm
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileState as S
from tests.casework.household import family, filled, keys
from tests.casework.town import CLERK, OTHER_CLERK, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


@pytest.fixture
def file(casework: Casework, clock: SimulatedClock) -> Identification:
    clock.set(at(2026, 9, 19))
    return consented(casework, family(casework))


def consented(casework: Casework, file: Identification) -> Identification:
    form = ConsentForm(covered=[keys(casework, file)["户主1"]], method="HANDWRITTEN", on=day(19))
    casework.do(consents.sign_consent, file.id, form, actor=CLERK, on=day(19))
    return file


def typed(casework: Casework, file: Identification, **changed) -> dict:
    """As a browser sends it: amounts in yuan, days and answers as texts."""
    sheet = filled(casework, file, **changed)
    money = ("rough_income", "wage", "self_paid_medical", "business_cost")
    return {
        name: f"{value / 100:.2f}"
        if name in money and isinstance(value, int)
        else str(value).lower()
        if isinstance(value, bool)
        else value.isoformat()
        if name == "on"
        else value
        for name, value in sheet.items()
    }


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for grid in document.tables for row in grid.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_a_visit_by_page(casework: Casework, file: Identification, client):
    browser, to = client("casework", TOWNSHIP_CLERK), f"/casework/files/{file.id}/verification"
    page = browser.get(to).text
    assert "县里2026年9月18日核实属实" in page
    assert 'value="ILLNESS" checked' in page  # what the county told is filled in
    assert "长子1就学情况" in page
    assert "次子1就学情况" not in page
    refused = browser.post(
        to, data=typed(casework, file, wage="-5"), headers={"referer": f"http://testserver{to}"}
    )
    assert refused.status_code == 422
    assert "金额不能是负数" in refused.text
    assert browser.post(to, data=typed(casework, file)).status_code == 303
    assert casework.files()[0].state is S.ASSESS
    assert "评议前还要补：住房" in browser.get(to).text
    assert browser.post(to, data=typed(casework, file, whole=True)).status_code == 303
    page = browser.get(to).text
    assert "人均6,700.00元" in page
    assert "建议为突发严重困难户" in page
    assert 'data-title="申报"' in page  # on a phone each line of the statement is a card
    assert "历次登记" in page
    twice = browser.post(to, data=typed(casework, file, whole=True, wage=1_000_000))
    assert twice.status_code == 422
    assert "请写明更正理由" in twice.text
    category = {"category": "SUDDEN_HARDSHIP"}
    base = f"/casework/files/{file.id}"
    assert browser.post(f"{base}/category", data=category).status_code == 303
    page = browser.get(to).text
    assert "表已填全，可以评议" in page
    assert "选定：<b>突发严重困难户</b>" in page
    values = {"provider": "医疗保障局", "on": "2026-09-19", "self_paid_medical": "3000"}
    assert browser.post(f"{base}/department-values", data=values).status_code == 303
    assert "-1,000.00" in browser.get(to).text


def test_nobody_goes_twice_what_the_county_saw_is_filled_in(
    casework: Casework, clock: SimulatedClock, client
):
    seen = VisitWords(
        on=day(17), visitors="周明远、李守田", house="C级危房", medical="自付3万元", note="老人独居"
    )
    clock.set(at(2026, 9, 19))
    file = consented(casework, family(casework, seen=seen))
    page = client("casework", TOWNSHIP_CLERK).get(f"/casework/files/{file.id}/verification").text
    assert "县里2026年9月17日入户，核实人员：周明远、李守田" in page
    assert "C级危房" in page
    assert re.search(r'<input[^>]* name="on"[^>]* value="2026-09-17"', page)
    names = re.findall(r'<input[^>]* name="name_[12]"[^>]* value="([^"]*)"', page)
    assert names == ["周明远", "李守田"]
    assert re.search(r'<textarea[^>]* name="words"[^>]*>\s*老人独居</textarea>', page)
    assert re.search(r'<textarea[^>]* name="rigid"[^>]*>\s*医疗：自付3万元</textarea>', page)
    other = client("casework", OTHER_CLERK).get(f"/casework/files/{file.id}/verification")
    assert other.status_code == 403


def test_members_by_page(casework: Casework, file: Identification, client):
    browser, base = client("casework", CLERK), f"/casework/files/{file.id}"
    member = {"name": "小女", "relationship": "女儿", "born": "2019-03-01"}
    assert browser.post(f"{base}/members", data=member).status_code == 303
    page = browser.get(f"{base}/verification").text
    assert "小女（女儿，7岁）" in page
    again = {"name": "别名", "relationship": "女儿", "id_number": "990121197001010015"}
    refused = browser.post(f"{base}/members", data=again)
    assert refused.status_code == 422
    assert "已经是这一户的成员" in refused.text
    added = (
        client("casework", CLERK).get(f"/casework/api/files/{file.id}/household").json()["added"]
    )
    removed = browser.post(f"{base}/members/remove", data={"member": added[0]["id"]})
    assert removed.status_code == 303


def test_the_papers_say_what_was_found(casework: Casework, file: Identification, client):
    browser, base = client("casework", TOWNSHIP_CLERK), f"/casework/files/{file.id}"
    empty = words_of(browser.get(f"{base}/form.docx").content)
    assert "承诺授权" in empty
    assert "已授权：户主1" in empty
    assert browser.get(f"{base}/verification.docx").status_code == 404  # nobody was there yet
    browser.post(f"{base}/verification", data=typed(casework, file, whole=True))
    visit = words_of(browser.get(f"{base}/verification.docx").content)
    for text in (
        "赵岩（乡镇专干）",
        "A级",
        "有保障",
        "长子1在校",
        "全部参保",
        "30,800.00",
        "人均6,700.00元",
    ):
        assert text in visit, text
    whole = words_of(browser.get(f"{base}/form.docx").content)
    for text in ("2026年9月19日", "扣除后收入人均6,700.00元", "监测范围7,200.00元", "因病"):
        assert text in whole, text


def test_a_visit_by_program(casework: Casework, file: Identification, client):
    browser, base = client("casework", TOWNSHIP_CLERK), f"/casework/api/files/{file.id}"
    known = browser.get(f"{base}/household").json()
    assert known["earliest"] == "2026-09-18"
    assert [one["of_school_age"] for one in known["people"]] == [False, False, True, False]
    assert browser.get(f"{base}/verification").status_code == 404
    body = filled(casework, file, whole=True)
    body["on"] = "2026-09-19"
    answer = browser.post(f"{base}/verification", json=body)
    assert answer.json() == {
        "file": file.id,
        "version": 1,
        "complete": False,
        "lacking": ["对象类别"],
    }
    again = browser.post(f"{base}/verification", json=body)  # sent twice: nothing is kept
    assert again.json() == answer.json()
    assert len(casework.said(HouseholdVerified)) == 1
    whole = browser.post(f"{base}/category", json={"category": "SUDDEN_HARDSHIP"}).json()
    assert whole["complete"]
    seen = browser.get(f"{base}/verification").json()
    assert (seen["net"]["is_below"], seen["assessed"]["is_below"]) == (False, True)
    assert (seen["suggested"], seen["category"]) == ("SUDDEN_HARDSHIP", "SUDDEN_HARDSHIP")
    wages = [one for one in seen["figures"] if one["line"] == "WAGE"]
    assert (wages[0]["declared"], wages[0]["source"]) == (3_080_000, "DECLARED")
    stranger = client("casework", OTHER_CLERK)
    assert stranger.get(f"{base}/verification").status_code == 403
    assert stranger.post(f"{base}/verification", json=body).status_code == 403
    assert stranger.get(f"/casework/files/{file.id}/verification.docx").status_code == 403
