"""The papers of an identification: whole, in the words of the pack (B-42), each found where it is needed."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from docx import Document
from fastapi.testclient import TestClient

from rulebook.places import WORDS
from services.casework.decisions.models import Decision
from services.casework.decisions.rules import Verdict
from services.casework.docx import make_list_templates, make_templates
from services.casework.identification.models import Lead
from services.casework.notices.documents import TEMPLATES
from tests.casework.carried import GROUP, HEAD
from tests.casework.played import Played, under
from tests.casework.town import CLERK, OFFICE, TOWNSHIP_CLERK, Casework
from tests.conftest import at

PACKS = {"neimenggu-2023": 2023, "default": 2026}
# What people wrote, and the names of places, have these words under every pack.
WRITTEN = ("守望县", "石桥村", "上坝村", "村部会议室", "县政府网站")
DEEDS = (
    *(("consent", 5), ("visit", 5), ("assess", 6), ("post", 6), ("ask", 6), ("answer", 7)),
    *(("recheck", 8), ("close", 12), ("review", 12)),
)
PAGES = (
    *("", "leads", "files", "assessments", "notices", "comparisons", "doubts", "reviews"),
    *("decisions", "announcements", "entries", "refusals", "monitored", "earlier"),
)


def identified(casework: Casework, pack: str, household: str, verdict: Verdict) -> Played:
    """A household that reported itself on 4 June, decided on the 13th."""
    played, year = Played(casework, household=household), PACKS[pack]
    played.lead(date(year, 6, 4))
    for deed, on in DEEDS:
        getattr(played, deed)(date(year, 6, on))
    played.decide(date(year, 6, 13), verdict)
    if verdict is Verdict.ADMIT:
        played.announce(date(year, 6, 13))
        played.enter(date(year, 6, 14))
    return played


@pytest.fixture
def browsers(client, clock):
    """Everybody's on the evening of 14 June of the pack's year."""

    def of(pack: str) -> list[TestClient]:
        clock.set(at(PACKS[pack], 6, 14))
        return [client("casework", who) for who in (OFFICE, TOWNSHIP_CLERK, HEAD, CLERK, GROUP)]

    return of


def words_of(content: bytes) -> str:
    """All that stands in a .docx."""
    letter = Document(BytesIO(content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in letter.paragraphs), *cells])


def shown(page: str) -> str:
    """What a page says to people."""
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|data-title|placeholder)="([^"]*)"', body)
    return unescape("\n".join([*said, re.sub(r"<[^>]*>", "\n", body)]))


def levels_in(text: str) -> set[str]:
    """Where a text speaks of 县, 乡镇 or 村."""
    for written in WRITTEN:
        text = text.replace(written, "")
    return {text[max(0, at.start() - 8) : at.end() + 4] for at in WORDS.finditer(text)}


def papers_of(browser: TestClient, file: str) -> dict[str, str]:
    """What the page of a file calls its papers → their addresses."""
    page = browser.get(f"/casework/files/{file}").text
    return {title: to for to, title in re.findall(r'<li><a href="([^"]+\.docx)">([^<]+)</a>', page)}


def test_b_42_pages_and_papers_speak_of_banner_sumu_and_gacha(casework: Casework, browsers):
    pack = "neimenggu-2023"
    under(casework, pack)
    files = [
        identified(casework, pack, household, verdict).id
        for household, verdict in (("h1", Verdict.ADMIT), ("h2", Verdict.NOT_ADMIT))
    ]
    under_way = Played(casework, household="h3")
    under_way.lead(date(2023, 6, 13))
    wrong: dict[str, set[str]] = {}
    for browser in browsers(pack):
        pages = [f"/casework/{name}" for name in PAGES]
        for file in (*files, under_way.id):
            base = f"/casework/files/{file}"
            pages += [base, f"{base}/consent", f"{base}/verification"]
            page = browser.get(base)
            pages += re.findall(r'href="(/casework/[^"]+)"', page.text)
        for page in dict.fromkeys(pages):
            answer = browser.get(page)
            if answer.status_code != 200:
                continue
            paper = answer.headers["content-type"].endswith("wordprocessingml.document")
            text = words_of(answer.content) if paper else ""
            if not paper and "text/html" in answer.headers["content-type"]:
                text = shown(answer.text)
            if found := levels_in(text):
                wrong.setdefault(page, set()).update(found)
    assert wrong == {}, "\n".join(f"{page}: {said}" for page, said in wrong.items())
    office = browsers(pack)[0]
    assert "旗级审定" in office.get(f"/casework/files/{files[0]}").text
    assert "苏木审核" in words_of(office.get(f"/casework/files/{files[0]}/form.docx").content)


def test_the_form_says_how_each_step_came_out(casework: Casework, browsers):
    under(casework, "default")
    played = identified(casework, "default", "h1", Verdict.ADMIT)
    office = browsers("default")[0]
    form = words_of(office.get(f"/casework/files/{played.id}/form.docx").content)
    for words in (
        "村民代表会议。应到30人，到会25人",
        "同意24票",
        "2026年6月6日在村务公开栏张贴，公示期5天。2026年6月12日结束，没有收到异议。",
        "同意上报。",
        "名下有车",
        "纳入。类别：边缘易致贫户，原因：因病。",
        "2026年6月13日在县政府网站公告。",
        "县级（盖章）\n\n2026年6月13日",
    ):
        assert words in form, words


def test_steps_that_the_rules_leave_out_or_that_are_to_come_say_nothing(
    casework: Casework, client, clock
):
    under(casework, "five-step-2020")
    clock.set(at(2020, 6, 4))
    played = Played(casework)
    played.lead(date(2020, 6, 4))
    form = words_of(
        client("casework", OFFICE).get(f"/casework/files/{played.id}/form.docx").content
    )
    assert "县级审定" in form
    assert "____年____月____日" in form
    assert "公告" not in form
    assert "公示" not in form


def test_each_paper_is_found_on_the_page_of_the_file(casework: Casework, browsers):
    under(casework, "default")
    admitted = identified(casework, "default", "h1", Verdict.ADMIT)
    refused = identified(casework, "default", "h2", Verdict.NOT_ADMIT)
    common = {"受理回执", "授权书", "入户核实表", "认定表", "评议记录", "村内公示"}
    for browser in browsers("default")[:4]:
        found = papers_of(browser, admitted.id)
        assert common <= found.keys()
        letters = [browser.get(to) for to in found.values()]
        assert {letter.status_code for letter in letters} == {200}
        for letter in letters:
            section = Document(BytesIO(letter.content)).sections[0]
            assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert common | {"不予纳入告知书"} == papers_of(browser, refused.id).keys()
    assert "公告" in papers_of(browsers("default")[0], admitted.id)


def test_a_household_that_reported_itself_takes_a_receipt_home(casework: Casework, browsers):
    under(casework, "default")
    clerk = browsers("default")[3]
    stored = {"household": "h1", "channel": "SELF_REPORT", "on": "2026-06-14", "words": "住院"}
    answer = clerk.post("/casework/leads", data=stored)
    page = clerk.get(answer.headers["location"].partition("?")[0]).text
    (to,) = re.findall(r'href="([^"]+/receipt\.docx)"', page)
    paper = words_of(clerk.get(to).content)
    for words in (
        "监测对象申报受理回执",
        "户主1",
        "反映的情况：住院",
        "2026年6月16日前派人入户核实",
    ):
        assert words in paper, words
    cadre = clerk.post("/casework/leads", data=stored | {"channel": "CADRE"})
    assert cadre.status_code == 303
    other = next(lead for lead in Played(casework).rows(Lead) if lead.channel.value == "CADRE")
    assert clerk.get(f"/casework/leads/{other.id}/receipt.docx").status_code == 404


def test_gt_20_the_announcement_has_the_columns_of_the_pack_and_no_other(
    casework: Casework, browsers
):
    under(casework, "default")
    played = identified(casework, "default", "h1", Verdict.ADMIT)
    (decision,) = played.rows(Decision)
    answer = browsers("default")[0].get(f"/casework/announcements/{decision.announcement}.docx")
    (table,) = Document(BytesIO(answer.content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["序号", "户主姓名", "所在村", "村民小组", "家庭人口", "监测对象类别"],
        ["1", "户主1", "河湾镇石桥村", "01组", "1人", "边缘易致贫户"],
    ]
    assert "因病" not in words_of(answer.content)


@pytest.mark.parametrize("name", make_templates.LETTERS | make_list_templates.LETTERS)
def test_f_65_a_template_is_what_its_script_makes(name: str, tmp_path):
    letters = make_templates.LETTERS | make_list_templates.LETTERS
    made = tmp_path / f"{name}.docx"
    letters[name]().save(str(made))
    assert words_of(made.read_bytes()) == words_of((TEMPLATES / f"{name}.docx").read_bytes())
