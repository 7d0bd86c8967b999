"""The village service, tier 1: the household register and the reports of groups, villages and
townships.
"""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from kit.database.rows import named
from kit.database.tables import Strict
from kit.errors import Refused
from kit.seal import seal
from kit.service import Record, own_registry
from rulebook.book import Book, book_of
from schemas.values import ReasonWords

NAME = "village"
TITLE = "村级摸排"
FEATURES = (
    "register",
    "persons",
    "months",
    "screening",
    "findings",
    "lists",
    "townships",
    "rechecks",
    "outcomes",
    "closings",
    "duplicates",
    "changes",
    "national",
    "checks",
    "key_groups",
    "tasks",
)
# What the audit calls rows by their table, and ids by the column that has them.
RECORDS = {
    "case": Record("风险线索", "/county/cases/{}"),
    "household": Record("农户", "/village/households/{}"),
    "case_fate": Record("风险线索", "/county/cases/{}"),
    "order_fate": Record("交办单", "/dispatch/orders/{}"),
    "finding": Record("摸排记录", "/village/findings/{}"),
    "data_finding": Record("数据核查问题", "/village/checks/{}"),
    "checked_village": Record("数据核查"),
    "key_group_household": Record("重点人群标注"),
    "village_list": Record("村名单"),
    "county_recheck": Record("复核"),
    "person": Record("家庭成员"),
    "national_import": Record("全国系统导出", "/village/national/{}"),
    "national_row": Record("全国系统导出的一户"),
    "national_entry": Record("全国系统记载的一户"),
    "household_change": Record("家庭成员变动"),
    "identified": Record("审定纳入的农户"),
    "register_task": Record("户籍核对"),
    "division": Record("行政区划"),
    "village_group": Record("村民小组"),
    "place": Record(""),
}


class Table(Strict, registry=own_registry()):
    """Base of this service's tables: metadata of their own."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def book(session: Session) -> Book:
    """Calendar and policy packs in force."""
    return book_of(session.info)


def behind(rows: Iterable[Any]) -> tuple[str, ...]:
    """The rows that stand behind a task, as it names them."""
    return tuple(name for row in rows if (name := named(row)))


def sealed_reason(session: Session, reason: str | None) -> str | None:
    """A reason as an event carries it: it may name people."""
    return seal(session, ReasonWords(reason=reason)) if reason else None


def said(text: str | None, label: str) -> str:
    """A reason that must be given, bare; `Refused` when it was not."""
    bare = (text or "").strip()
    if not bare:
        raise Refused(f"请写明{label}。")
    return bare
