"""What the county service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import Record, own_registry
from rulebook.book import Book, book_of

NAME = "county"
TITLE = "县级"
FEATURES = (
    "directory",
    "register",
    "organisation",
    "months",
    "reporters",
    "supervision",
    "intake",
    "cases",
    "answers",
    "verification",
    "missed_discoveries",
    "hearings",
    "recounting",
    "orders",
    "ledger",
    "identification",
    "handover",
    "statistics",
    "numbering",
    "meetings",
    "agenda",
    "minutes",
    "proposed_names",
    "bulletin",
    "closings",
    "tasks",
)
# What the audit calls rows by their table, and ids by the column that has them.
RECORDS = {
    "case": Record("风险线索", "/county/cases/{}"),
    "case_file": Record("风险线索", "/county/cases/{}"),
    "case_source": Record("线索来源"),
    "finding": Record("线索来源"),
    "verification": Record("入户核实"),
    "case_entry": Record("线索经过"),
    "order_entry": Record("交办单经过"),
    "need": Record("需要解决的问题"),
    "dispatch_order": Record("交办单", "/dispatch/orders/{}"),
    "candidate": Record("漏报待查", "/county/candidates/{}"),
    "household": Record("农户", "/village/households/{}"),
    "monitored_household": Record("监测台账"),
    "identification_file": Record("识别档案", "/casework/files/{}"),
    "ledger_move": Record("台账移交", "/county/handover"),
    "meeting": Record("联席会商"),
    "agenda_item": Record("议题"),
    "decision": Record("会商决定"),
    "bulletin": Record("通报", "/county/bulletins/{}"),
    "bulletin_name": Record("通报名单"),
    "supervision_draft": Record("督导发现"),
    "reporter_month": Record("报送情况"),
    "team": Record("督导组", "/county/supervision/{}"),
}


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def book(session: Session) -> Book:
    return book_of(session.info)
