"""Notices, what may stand on them, and what was objected, as somebody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import object_session
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.errors import NotFound, Refused
from kit.packs import pack_of
from rulebook.notices import (
    LABELS,
    NoticeDays,
    NoticeEntry,
    notice_columns,
    notice_days,
    notice_row,
)
from schemas.codes import NoticeRound, Stratum
from services.casework import service
from services.casework.households import queries as households_queries
from services.casework.households.models import Household
from services.casework.identification import queries as files_queries
from services.casework.identification.models import Identification
from services.casework.identification.queries import Line
from services.casework.notices.forms import NoticeFilter
from services.casework.notices.models import Notice, NoticedHousehold, Objection
from services.casework.notices.policy import policy
from services.casework.notices.rules import STEPS
from services.casework.verification import queries as verification

NONE = "没有这份公示，请核对编号。"
NO_OBJECTION = "没有这条异议，请核对编号。"
HANGS: ColumnElement[bool] = col(Notice.closed_on).is_(None) & col(Notice.taken_down_on).is_(None)


def notices(actor: Actor, asked: NoticeFilter) -> SelectOfScalar[Notice]:
    """The notices that the actor sees."""
    statement = select(Notice).where(policy.visible(actor, "notices", Notice))
    if asked.village:
        statement = statement.where(Notice.village == asked.village)
    if asked.hangs is not None:
        statement = statement.where(HANGS if asked.hangs else ~HANGS)
    return statement


def see(session: Session, actor: Actor, id: str) -> Notice:
    """The notice, if the actor may see it."""
    stored = session.get(Notice, id)
    if stored is None:
        raise NotFound(NONE)
    policy.require(actor, "notice", stored)
    return stored


def lines_of(session: Session, notice: Notice) -> Sequence[NoticedHousehold]:
    """In the order of the sheet."""
    statement = select(NoticedHousehold).where(NoticedHousehold.notice == notice.id)
    return session.exec(statement.order_by(col(NoticedHousehold.id))).all()


def waiting(
    session: Session, actor: Actor, on: date, round: NoticeRound, place: str | None = None
) -> list[Line]:
    """Households whose sheet is to be hung up; `place`: of this village, or township."""
    column = Identification.village if round is NoticeRound.VILLAGE else Identification.township
    statement = select(Identification).where(
        policy.visible(actor, "notices", Identification), Identification.state == STEPS[round].waits
    )
    if place:
        statement = statement.where(column == place)
    order = col(Identification.village), col(Identification.number)
    return files_queries.lines(session, session.exec(statement.order_by(*order)).all(), on)


@dataclass(frozen=True)
class Draft:
    """A notice that does not hang yet, for asking who may hang it up."""

    round: NoticeRound
    village: str | None
    township: str
    session: Any


def draft(round: NoticeRound, file: Identification) -> Draft:
    village = file.village if round is NoticeRound.VILLAGE else None
    return Draft(round, village, file.township, object_session(file))


@dataclass(frozen=True)
class Sheet:
    """What is printed: whitelisted columns and cells, and its days."""

    columns: list[str]
    rows: list[list[str]]
    days: NoticeDays


def sheet(session: Session, files: Sequence[Identification], posted_on: date) -> Sheet:
    """What the packs of all these households let stand on it (B-40), and the longest of their days.
    `Refused` where a household is in no register yet: it has nothing that a notice could say.
    """
    known = households_queries.known(session, [file.household for file in files if file.household])
    for file in files:
        if file.household not in known:
            raise Refused(f"{file.head_name}还没有登记到农户名册，登记后再公示。")
    packs = [pack_of(session, ref) for ref in dict.fromkeys(file.pack for file in files)]
    calendar = service.calendar(session)
    days = max(
        (notice_days(pack, posted_on, calendar) for pack in packs),
        key=lambda each: each.closes_from,
    )
    allowed = [set(notice_columns(pack)) for pack in packs]
    fields = [field for field in notice_columns(packs[0]) if all(field in one for one in allowed)]
    names = files_queries.place_names(session, {file.village for file in files})
    rows = []
    for file in files:
        pack = pack_of(session, file.pack)
        proposed = verification.choice(session, file.id)
        entry = _entry(
            known[file.household or ""],
            names[file.village],
            proposed.category if proposed else None,
        )
        cells = dict(zip(notice_columns(pack), notice_row(pack, entry), strict=True))
        rows.append([cells[field] for field in fields])
    return Sheet([LABELS[field] for field in fields], rows, days)


def _entry(household: Household, village: str, category: Stratum | None) -> NoticeEntry:
    return NoticeEntry(
        head_name=household.head_name,
        village=village,
        group=f"{household.group_no}组" if household.group_no else "",
        size=household.size,
        category=category,
    )


def hung(notice: Notice, lines: Sequence[NoticedHousehold]) -> Sheet:
    """The sheet as it was hung up."""
    days = NoticeDays(notice.posted_on, notice.first, notice.last, notice.closes_from, notice.words)
    return Sheet(notice.columns, [line.cells for line in lines], days)


def named_files(session: Session, ids: Sequence[str], on: date) -> dict[str, Line]:
    """Files with their households' names."""
    rows = session.exec(select(Identification).where(among(Identification.id, ids))).all()
    return {line.file.id: line for line in files_queries.lines(session, rows, on)}


def see_objection(session: Session, id: str) -> Objection:
    """The objection, locked until the transaction ends."""
    stored = session.get(Objection, id, with_for_update=True, populate_existing=True)
    if stored is None:
        raise NotFound(NO_OBJECTION)
    return stored


def objections(session: Session, actor: Actor, notice: str) -> Sequence[Objection]:
    """Those against a notice, the oldest first."""
    statement = select(Objection).where(
        policy.visible(actor, "objections", Objection), Objection.notice == notice
    )
    return session.exec(statement.order_by(col(Objection.received_on), col(Objection.id))).all()


def objections_to(session: Session, notice: str) -> Sequence[Objection]:
    """All of them, whoever asks: for counting."""
    return session.exec(select(Objection).where(Objection.notice == notice)).all()


def open_objections(session: Session, file: str) -> int:
    """How many objections against the household wait for their answer: until then its review waits."""
    statement = select(func.count()).where(
        Objection.file == file, col(Objection.answered_on).is_(None)
    )
    return session.exec(statement).one()


def unanswered(actor: Actor) -> SelectOfScalar[Objection]:
    """Objections that the actor has to answer, the most urgent first."""
    statement = select(Objection).where(
        policy.visible(actor, "answer_objection", Objection), col(Objection.answered_on).is_(None)
    )
    return statement.order_by(col(Objection.due).nulls_last(), col(Objection.id))


def of_file(session: Session, file: str) -> Sequence[Notice]:
    """The sheets on which the household stood, in the order of their posting."""
    here = select(NoticedHousehold.notice).where(NoticedHousehold.file == file)
    statement = select(Notice).where(col(Notice.id).in_(here))
    return session.exec(statement.order_by(col(Notice.posted_on), Notice.id)).all()
