"""公示: the sheet to hang up, as a letter and as a page."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.dates import show_day
from kit.documents import Paper, letter
from kit.errors import NotFound
from kit.packs import pack
from schemas.codes import DirectoryKind
from services.casework.identification import queries as files_queries
from services.casework.notices import queries
from services.casework.notices.forms import SheetFilter
from services.casework.notices.models import Notice
from services.casework.notices.policy import policy
from services.casework.notices.queries import Sheet

TEMPLATES = Path(__file__).parents[1] / "docx"


def draft(session: Session, actor: Actor, asked: SheetFilter, on: date) -> dict[str, Any]:
    """What is printed before it hangs: of the households that wait."""
    lines = queries.waiting(session, actor, on, asked.round, asked.place)
    if not lines:
        raise NotFound("这里现在没有等待公示的农户。")
    files = [line.file for line in lines]
    posted = asked.posted_on or on
    notice = queries.draft(asked.round, files[0])
    policy.permit(actor, "notice_sheet", notice)
    return _words(session, queries.sheet(session, files, posted), notice.village, notice.township)


def hung(session: Session, notice: Notice) -> dict[str, Any]:
    """The sheet as it hangs."""
    printed = queries.hung(notice, queries.lines_of(session, notice))
    return _words(session, printed, notice.village, notice.township)


def paper(said: dict[str, Any]) -> Paper:
    """公示 as .docx."""
    return letter(TEMPLATES / "notice.docx", f"{said['place']}公示", said, places=said["terms"])


def _words(session: Session, sheet: Sheet, village: str | None, township: str) -> dict[str, Any]:
    """Nothing but the place, the days and the whitelisted cells (GT-20)."""
    of = directory.full_names(session, DirectoryKind.TOWNSHIP, {township})[township]
    place = files_queries.place_names(session, {village})[village] if village else of
    return {
        "terms": pack(session, sheet.days.posted).division_terms,
        "place": place,
        "township": of,
        "columns": sheet.columns,
        "rows": [{"no": number, "cells": cells} for number, cells in enumerate(sheet.rows, 1)],
        "words": sheet.days.words,
        "issuer": f"{place}村民委员会" if village else f"{of}人民政府",
        "posted": sheet.days.posted,
        "date": show_day(sheet.days.posted),
        "first": sheet.days.first,
        "last": sheet.days.last,
    }
