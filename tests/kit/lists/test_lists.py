"""Nothing is left out in silence."""

import asyncio
import re
from html import unescape
from pathlib import Path

import pytest

from kit.lists import Asking, Column, Listing, shown
from kit.sheets.reading import open_workbook
from kit.sheets.sheet import recognise
from tests.kit.forms import toy
from tests.kit.forms.toy import Visit

NAMES = "甲乙丙丁戊己庚辛壬癸子"


@pytest.fixture(autouse=True)
def eleven(browser, sessions):
    with sessions.begin() as session:
        for number, name in enumerate(NAMES):
            visit = Visit(
                village="石桥村",
                name=f"试用{name}",
                id_number="99012119800101001X",
                result="solved" if number % 2 else "partly",
                cause="ILLNESS" if number % 3 else None,
                persons=number + 1,
                amount=number * 150 if number > 1 else None,
                note="=1+1" if number == 4 else None,
                urgent=number == 10,
            )
            session.add(visit)
            session.flush()


def names(page: str) -> str:
    return "".join(re.findall(r'<a href="/toy/visits/\d+">试用(.)</a>', page))


def test_pages_show_every_row_once_and_count_them_all(browser):
    pages = [browser.get(f"/toy/visits?page={number}").text for number in (1, 2, 3, 9)]
    assert [names(page) for page in pages] == [NAMES[:4], NAMES[4:8], NAMES[8:], NAMES[8:]]
    assert all("共11户" in page for page in pages)
    assert "这里是第5到8户" in pages[1]
    assert "第3页，共3页" in pages[3]


def test_a_filter_is_counted_for_itself_and_stays_on_the_next_page(browser):
    page = browser.get("/toy/visits?result=solved&message=x&q=").text
    assert names(page) == "乙丁己辛"
    assert "共5户" in page
    assert '<option value="solved" selected>已解决</option>' in page
    [following] = re.findall(r'href="([^"]*page=2[^"]*)"', page)
    assert names(browser.get(f"/toy/visits{unescape(following)}").text) == "癸"
    assert names(browser.get("/toy/visits?q=%25").text) == ""


def test_a_filter_that_leaves_nothing_says_so_and_an_empty_list_says_that(browser, sessions):
    page = browser.get("/toy/visits?q=没有&sort=name").text
    assert "没有符合筛选条件的农户。" in page
    assert '<a class="no-print" href="?">清除筛选，看全部</a>' in page
    with sessions.begin() as session:
        for visit in session.exec(toy.select(Visit)):
            session.delete(visit)
    for address in ("/toy/visits", "/toy/visits?sort=name&page=2", "/toy/visits?q="):
        page = browser.get(address).text
        assert ("还没有记录。" in page, "清除筛选" in page) == (True, False), address


def test_a_filter_that_is_none_is_refused(browser):
    answer = browser.get("/toy/visits?result=perhaps")
    assert answer.status_code == 422
    assert "办理结果没有这个选项" in answer.text
    assert browser.get("/toy/visits?page=0").status_code == 422


def test_sorted_by_a_column_both_ways_with_what_is_empty_last(browser):
    page = browser.get("/toy/visits?sort=amount").text
    assert names(page) == "丙丁戊己"
    assert 'aria-sort="ascending"' in page
    [head] = re.findall(r'href="([^"]*sort=-amount[^"]*)"', page)
    assert names(browser.get(f"/toy/visits{unescape(head)}").text) == "子癸壬辛"
    assert names(browser.get("/toy/visits?sort=-amount&page=3").text) == "丙甲乙"
    assert names(browser.get("/toy/visits?sort=nothing").text) == NAMES[:4]


def test_amounts_are_shown_in_yuan(browser):
    assert ">3.00</td>" in browser.get("/toy/visits").text


def test_f_70_each_cell_says_what_it_is_where_rows_are_cards(browser):
    page = browser.get("/toy/visits").text
    heads = re.findall(r"<th[^>]*>(?:<a[^>]*>)?([^<]+)", page)
    cells = re.findall(r'<td data-title="([^"]+)"', page)
    assert cells == [head.strip(" ↑↓") for head in heads] * 4
    assert re.search(r'<td data-title="[^"]+" class="blank">—</td>', page)  # none on a card


def test_the_workbook_has_every_row_and_comes_back_as_it_left(browser, sessions, tmp_path: Path):
    answer = browser.get("/toy/visits.xlsx?sort=-persons")
    assert "20260901.xlsx" in answer.headers["content-disposition"]
    (tmp_path / "out.xlsx").write_bytes(answer.content)
    [book] = asyncio.run(open_workbook(tmp_path / "out.xlsx"))
    sheet = recognise(book, (toy.KIND,))
    assert sheet
    assert "共11条" in sheet.above[1]
    with sessions.begin() as session:
        before = session.exec(toy.select(Visit).order_by(toy.col(Visit.id))).all()
        how = toy.Handing(toy.CLERK, on=None, now=None, month="2026-09")  # type: ignore[arg-type]
        report = toy.take_visits(session, sheet, how)
        assert report.refused[0].reason == "与第4行是同一户"
        after = toy.RowReader(toy.VisitForm, sheet, "2026-09")
        forms = [form for _, form in after.good(sheet.report())]
    assert len(forms) == 11
    for form, visit in zip(forms, reversed(before), strict=True):
        said = form.model_dump(exclude={"causes"}) | {"cause": (form.causes or (None,))[0]}
        assert said == visit.model_dump(exclude={"id"})


def test_rows_that_are_computed_have_the_same_pages():
    listing = Listing([Column("real", "数", sort=True)], size=2)
    page = listing.page_of([3, 1, 2], Asking(page=2, sort="-real"))
    assert (page.rows, page.total, page.pages, page.first) == ([1], 3, 2, 3)
    assert listing.page_of([3, 1, 2], Asking()).rows == [3, 1]
    assert list(page.map(lambda rows: [str(row) for row in rows]).rows) == ["1"]


def test_of_two_things_the_pages_count_pairs(sessions):
    statement = toy.select(Visit, Visit.name).where(Visit.persons > 5)
    page = Listing[object]([], order=[toy.col(Visit.id)], size=4)
    with sessions() as session:
        found = page.page(session, statement, Asking())
    assert found.total == 6
    assert [name for _, name in found.rows] == ["试用己", "试用庚", "试用辛", "试用壬"]


def test_values_as_people_read_them():
    assert [shown(one) for one in (None, True, 3)] == ["—", "是", "3"]
