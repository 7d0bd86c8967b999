"""The month that a report is of, as its file says it (F-24)."""

import re

from kit.dates import show_month
from kit.errors import Refused
from kit.sheets.sheet import Sheet
from rulebook.months import months_named

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
