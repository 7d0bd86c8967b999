"""The papers of a decision: what whoever is not admitted is handed, and the announcement."""

from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from kit import directory
from kit.database.columns import among
from kit.dates import show_day
from kit.documents import Paper, letter
from kit.packs import pack, pack_of
from kit.sentences import ended
from rulebook.notices import NoticeEntry, notice_columns, notice_row
from schemas.codes import DirectoryKind
from services.casework import service
from services.casework.decisions import queries
from services.casework.decisions.models import Announcement, Decision
from services.casework.documents import places_of
from services.casework.identification import queries as files_queries
from services.casework.identification.documents import passed
from services.casework.identification.models import Identification
from services.casework.monitored import queries as register_queries
from services.casework.monitored.models import Monitored

TEMPLATES = Path(__file__).parent / "docx"


def office_name(session: Session, on: date) -> str:
    """守望县农业农村局"""
    county = directory.name(session, DirectoryKind.COUNTY, service.county(session))
    return f"{county}{pack(session, on).lead_office_name}"


def refusal(session: Session, decision: Decision) -> Paper:
    """不予纳入告知书; what the pack says of how long one may object stands in it."""
    file = session.get_one(Identification, decision.file)
    line = files_queries.lines(session, [file], decision.on)[0]
    limit = pack_of(session, file.pack).identify.appeal_limit
    values = {
        "village": line.village,
        "head_name": line.head_name,
        "number": file.number,
        "passed": passed(session, [file.id]),
        "on": decision.on,
        "reason": decision.reason,
        "words": ended(decision.words or ""),
        "limit": limit.label,
        "township": directory.name(session, DirectoryKind.TOWNSHIP, file.township),
        "office": office_name(session, decision.on),
        "issuer": office_name(session, decision.on),
        "date": show_day(decision.on),
    }
    name, places = f"不予纳入告知书 {file.number}", places_of(session, file)
    return letter(TEMPLATES / "refusal.docx", name, values, places=places)


def announcement(session: Session, posted: Announcement) -> Paper:
    """公告, with the fields that the pack lets be shown and no other (GT-20)."""
    files = [decision.file for decision in queries.announced(session, posted.id)]
    rows = session.exec(select(Monitored).where(among(Monitored.file, files))).all()
    rules = pack(session, posted.on)
    lines = register_queries.lines(session, rows)
    values = {
        "columns": [*notice_columns(rules).values()],
        "rows": [
            {"no": number, "cells": notice_row(rules, _entry(line))}
            for number, line in enumerate(lines, 1)
        ],
        "passed": passed(session, files),
        "issuer": office_name(session, posted.on),
        "date": show_day(posted.on),
    }
    name = f"监测对象公告 {posted.on}"
    return letter(TEMPLATES / "announcement.docx", name, values, places=rules.division_terms)


def _entry(line: register_queries.Line) -> NoticeEntry:
    group = f"{line.group}组" if line.group else ""
    return NoticeEntry(line.head_name, line.village, group, line.persons, line.row.category)
