"""What the casework service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import Record, own_registry
from rulebook.book import book_of
from rulebook.calendar import WorkingCalendar

NAME = "casework"
TITLE = "监测帮扶"
BEGINS = True  # what the county verified before it was there stands on a list, and starts nothing
FEATURES = (
    "directory",
    "households",
    "identification",
    "consents",
    "verification",
    "assessments",
    "notices",
    "comparisons",
    "reviews",
    "decisions",
    "green_channel",
    "monitored",
    "national",
    "tasks",
)
# What the audit calls rows by their table, and ids by the column that has them.
RECORDS = {
    "assessed_household": Record("评议结果"),
    "assessment": Record("民主评议", "/casework/assessments/{}"),
    "case": Record("风险线索", "/county/cases/{}"),
    "household": Record("农户", "/village/households/{}"),
    "identification": Record("识别档案", "/casework/files/{}"),
    "file_entry": Record("识别经过"),
    "comparison_request": Record("数据比对", "/casework/comparisons/{}"),
    "comparison_line": Record("数据比对结果"),
    "review": Record("乡镇审核"),
    "decision_list": Record("审定名单", "/casework/decisions/{}"),
    "decision": Record("县级审定"),
    "announcement": Record("公告"),
    "monitored": Record("监测对象", "/casework/monitored/{}"),
    "monitored_risk": Record("新的风险"),
    "national_entry": Record("全国系统记载的一户"),
    "green_channel": Record("绿色通道"),
    "green_measure": Record("先行帮扶"),
    "lead": Record("线索"),
    "consent": Record("承诺授权"),
    "verification": Record("入户核实"),
    "category_choice": Record("对象类别"),
    "added_member": Record("补登的家庭成员"),
    "department_value": Record("部门提供的收入"),
    "notice": Record("公示", "/casework/notices/{}"),
    "noticed_household": Record("公示的农户"),
    "objection": Record("公示异议"),
    "network_case": Record("核实属实的风险线索", "/county/cases/{}"),
}


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]


def calendar(session: Session) -> WorkingCalendar:
    return book_of(session.info).calendar
