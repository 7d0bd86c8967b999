"""Whom the bulletin's draft proposes to name, and who answers for it (N-02, N-18)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from kit.dates import show_day, show_month
from rulebook.months import previous_month
from schemas.codes import Timeliness
from services.county.bulletin.models import NamedFor, NameKind
from services.county.directory.models import Group
from services.county.directory.queries import name_of, township_or_self
from services.county.figures import OfficeLate
from services.county.meetings.queries import office_name
from services.county.months.queries import plan_of_month
from services.county.orders.models import DispatchOrder
from services.county.orders.rules import Flag
from services.county.organisation import queries as organisation
from services.county.organisation.models import Responsibility
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.service import book, county
from services.county.statistics.queries.cases import undecided_late
from services.county.statistics.queries.office import own_dates
from services.county.statistics.queries.orders import days_since_issue, overdue_orders
from services.county.statistics.queries.reporting import exempt_at, state_label, timeliness_of
from services.county.statistics.rules import came_by

FIRST, DIRECT = Responsibility.FIRST, Responsibility.DIRECT
# What somebody is called whose name nobody entered.
FIRST_POSTS = dict.fromkeys(NameKind, "主要负责人") | {
    NameKind.TEAM: "组长",
    NameKind.OFFICE: "领导小组组长",
}
DIRECT_POSTS = {
    NameKind.GROUP: "组长",
    NameKind.VILLAGE: "主要负责人",
    NameKind.TOWNSHIP: "专干",
    NameKind.UNIT: "帮扶责任人",
    NameKind.TEAM: "组员",
    NameKind.DEPARTMENT: "经办人",
    NameKind.OFFICE: "经办人",
}


@dataclass(frozen=True)
class NameDraft:
    """Whom the draft proposes to name, for what, and who answers for it."""

    kind: NameKind
    code: str
    label: str
    timeliness: NamedFor
    parent: str | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)
    responsible: list[dict[str, Any]] = field(default_factory=list)


def names_to_propose(session: Session, month: str, as_of: date) -> Iterator[NameDraft]:
    """The late and the missing, the departments with an overdue order, and the office itself (N-02,
    N-18).
    """
    yield from _reporters(session, month, as_of)
    yield from _departments(session, as_of)
    yield from _office(session, month, as_of)


def _reporters(session: Session, month: str, as_of: date) -> Iterator[NameDraft]:
    rows = session.exec(
        select(ReporterMonth)
        .where(
            ReporterMonth.month == month,
            col(ReporterMonth.expected).is_(True),
            ReporterMonth.kind != ReporterKind.OFFICE,
        )
        .order_by(col(ReporterMonth.kind), col(ReporterMonth.code))
    )
    for row in rows:
        state = timeliness_of(row, as_of)
        named = row.due and state in (Timeliness.LATE, Timeliness.MISSING)
        if named and not exempt_at(row, as_of):
            yield NameDraft(
                NameKind(row.kind),
                row.code,
                label(session, row),
                NamedFor(state),
                row.parent,
                [_fact(row, state, as_of)],
                _responsible(session, NameKind(row.kind), row.code),
            )


def _fact(row: ReporterMonth, state: str, as_of: date) -> dict[str, Any]:
    came = came_by(row.at(as_of).reported_on, as_of)
    return {
        "text": _words(row, state, as_of),
        "due": row.due.isoformat() if row.due else None,
        "on": came.isoformat() if came else None,
        "origin": row.origin,
    }


def _words(row: ReporterMonth, state: str, as_of: date) -> str:
    if state == Timeliness.LATE:
        words = (
            f"应于{show_day(row.due)}前完成，{show_day(row.at(as_of).reported_on)}完成，"
            f"{state_label(row.kind, Timeliness.LATE)}"
        )
        return (
            f"{words}（补录，纸质件日期{show_day(row.written_on)}）"
            if row.entered_on and row.written_on
            else words
        )
    state_words = state_label(row.kind, Timeliness.MISSING)
    return f"应于{show_day(row.due)}前完成，至{show_day(as_of)}{state_words}"


def label(session: Session, row: ReporterMonth) -> str:
    if row.kind == ReporterKind.GROUP:
        village, _, group_no = row.code.partition("/")
        return f"{name_of(session, village)}{group_no}组"
    return name_of(session, row.code)


def _departments(session: Session, as_of: date) -> Iterator[NameDraft]:
    """One name a department with all its overdue orders; by number and village, never a
    household.
    """
    overdue = [
        (order, flags) for order, flags in overdue_orders(session, as_of) if order.department
    ]
    for code in sorted({order.department or "" for order, _ in overdue}):
        facts = [
            _order_fact(session, order, flags, as_of)
            for order, flags in overdue
            if order.department == code
        ]
        yield NameDraft(
            NameKind.DEPARTMENT,
            code,
            name_of(session, code),
            NamedFor.OVERDUE,
            facts=facts,
            responsible=_responsible(session, NameKind.DEPARTMENT, code),
        )


def _office(session: Session, month: str, as_of: date) -> Iterator[NameDraft]:
    """The office for its own late days; it is proposed like everybody else."""
    before = previous_month(month)
    since = plan_of_month(session, before).bulletin_on
    facts: list[dict[str, Any]] = []
    is_undone = undecided_late(session, month, as_of) > 0
    for row in own_dates(session, month, before, since, as_of):
        if isinstance(row, OfficeLate):
            if row.late:
                text = f"{row.name}超过时限{row.late}件"
                facts.append({"text": text, "due": None, "on": None, "origin": None})
        elif row.timeliness in (Timeliness.LATE, Timeliness.MISSING):
            reporter = session.get_one(ReporterMonth, (row.month, ReporterKind.OFFICE, row.code))
            is_undone = is_undone or row.timeliness is Timeliness.MISSING
            fact = _fact(reporter, row.timeliness, as_of)
            facts.append(fact | {"text": f"{show_month(reporter.month)}{row.name}：{fact['text']}"})
    if facts:
        code, label = county(session), f"{office_name(session, as_of)}（牵头部门）"
        yield NameDraft(
            NameKind.OFFICE,
            code,
            label,
            NamedFor.MISSING if is_undone else NamedFor.LATE,
            facts=facts,
            responsible=_responsible(session, NameKind.OFFICE, code),
        )


def _order_fact(
    session: Session, order: DispatchOrder, flags: list[Flag], as_of: date
) -> dict[str, Any]:
    first = order.first_issued_on or as_of
    days = days_since_issue(order, book(session).calendar, as_of)
    due = order.report_due if flags[0] is Flag.UNREPORTED else order.solve_due
    return {
        "text": f"{order.number}（{name_of(session, order.village)}）：{'、'.join(flag.label for flag in flags)}，自{show_day(first)}首次交办已{days}个工作日",
        "due": due.isoformat() if due else None,
        "on": None,
        "order": order.order,
        "origin": order.overdue_origin or order.origin,
    }


def _responsible(session: Session, kind: NameKind, code: str) -> list[dict[str, Any]]:
    """Both levels (N-02, N-18): who answers first, and who directly; a post where no name is
    known.
    """
    place, _, group_no = code.partition("/")
    return [*_first(session, kind, place), *_direct(session, kind, place, group_no)]


def _first(session: Session, kind: NameKind, place: str) -> list[dict[str, Any]]:
    """The township's for its villages and groups; of a department its head, once."""
    if kind in (NameKind.GROUP, NameKind.VILLAGE):
        place = township_or_self(place)
    name, people = name_of(session, place), organisation.responsibles(session, place, FIRST)
    named = [(person.post, person.name) for person in people]
    if kind is NameKind.TEAM:
        team = organisation.team(session, place)
        named = [(FIRST_POSTS[kind], team.leader)] if team else []
    if kind is NameKind.DEPARTMENT and not named:
        named = _heads_of_department(session, place, name)
    return _people(FIRST, name, named, FIRST_POSTS[kind])


def _heads_of_department(session: Session, department: str, name: str) -> list[tuple[str, str]]:
    """As dispatch told; else whoever heads the helping unit of that name, the first of them."""
    if head := organisation.people_of_department(session, department).head:
        return [(FIRST_POSTS[NameKind.DEPARTMENT], head)]
    heads = organisation.heads_of_name(session, name)
    return [(person.post, person.name) for person in heads[:1]]  # one department, one head


def _direct(session: Session, kind: NameKind, place: str, group_no: str) -> list[dict[str, Any]]:
    """Of a village its cadres and work team whoever is entered; of a group its leader; of a team
    its members; of a department its officer.
    """
    name, post = name_of(session, place), DIRECT_POSTS[kind]
    duty = None if kind is NameKind.VILLAGE else DIRECT  # its heads stand here, N-02
    people = organisation.responsibles(session, place, duty)
    named = [(person.post, person.name) for person in people]
    match kind:
        case NameKind.GROUP:
            group = session.get(Group, (place, group_no))
            name, named = f"{name}{group_no}组", [(post, group.leader)] if group else []
        case NameKind.TEAM:
            team = organisation.team(session, place)
            named = named or [(post, member) for member in (team.members if team else [])]
        case NameKind.DEPARTMENT:
            officer = organisation.people_of_department(session, place).officer
            named = named or ([(post, officer)] if officer else [])
        case NameKind.OFFICE:
            name = "牵头部门"
    return _people(DIRECT, name, named, post)


def _people(
    duty: Responsibility, place: str, named: list[tuple[str, str]], otherwise: str
) -> list[dict[str, Any]]:
    return [
        {"level": duty.label, "place": place, "post": post, "name": name}
        for post, name in named or [(otherwise, "")]
    ]
