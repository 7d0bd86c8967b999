"""The month that a report is of: as its file says it (F-24), and whether it is open."""

import re
from datetime import date

from sqlmodel import Session

from kit.clock import local_date
from kit.dates import show_month
from kit.errors import Forbidden, Refused
from kit.sheets.sheet import Handing, Sheet, SheetReport
from rulebook.book import book_of
from rulebook.months import first_day, month_of, months_named, previous_month
from rulebook.senders import OPENS_MONTHS

LONGEST = 60  # characters of a title: what is longer explains something
NO_TITLE = re.compile("日期|时间|说明|截[至止]|备注|注[：:]")


def require_month(sheet: Sheet, month: str) -> None:
    """`Refused` when title, sheet or file name another month than the one it is handed in for."""
    titles = [text for text in sheet.above if len(text) <= LONGEST and not NO_TITLE.search(text)]
    places = [*(("标题", text) for text in titles), ("工作表名", sheet.raw.title)]
    for place, text in [*places, ("文件名", sheet.raw.file)]:
        named = months_named(text, month)
        if named and month not in named:
            other, asked = show_month(max(named)), show_month(month)
            raise Refused(
                f"{place}“{text}”写的是{other}，现在填报的是{asked}。是{other}的，请选{other}再导入；"
                f"是{asked}的，请把{place}改成“{asked}”再导入。"
            )


def take_in_month(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Take a sheet; `Refused` when its month is not open. Where an import may open it, the rows are
    only looked at: `month_to_open` says that some can be taken. So a month in which nothing can be
    taken stays as it is.
    """
    months, month, today = sheet.kind.months, how.month, local_date(how.now)
    if months is None or months.is_open(session, month):
        return sheet.kind.take(session, sheet, how)
    if not (how.opens and opens_by_itself(session, month, today)):
        raise Refused(_why_closed(month, today))
    with session.begin_nested() as looking:
        try:
            months.open(session, month, on=today, actor=how.actor)
        except Forbidden:
            raise Refused(_why_closed(month, today)) from None
        report = sheet.kind.take(session, sheet, how)
        looking.rollback()
    report.month_to_open = bool(report.taken or report.submitted)
    return report


def opens_by_itself(session: Session, month: str, on: date) -> bool:
    """Whether the first report of a month opens it: the current month, and the one before until the
    day of its bulletin, which is when its reports are counted (B-01, PROPOSED).
    """
    current = month_of(on)
    if month != previous_month(current):
        return month == current
    book = book_of(session.info)
    pack = book.pack_of_month(session.info["county"], month)
    return on <= book.plan(pack, month).bulletin_on


def _why_closed(month: str, on: date) -> str:
    called = show_month(month)
    if first_day(month) > on:
        return f"{called}还没有到，不能提前填报，请核对月份。"
    opener = OPENS_MONTHS.label
    return f"{called}还没有开始填报。请核对月份；月份没有错的，请{opener}先在“导入”页开启{called}。"
