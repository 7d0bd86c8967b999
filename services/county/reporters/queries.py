"""Every reporter's month by tier, with its denominator (docs/domain/states.md)."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from rulebook.divisions import within
from schemas.codes import Content, Role, Timeliness
from services.county.cases.rules import COUNTY_ROLES
from services.county.directory.queries import names
from services.county.reporters.models import ReporterKind, ReporterMonth

TITLES = {
    ReporterKind.GROUP: "村民小组",
    ReporterKind.VILLAGE: "村",
    ReporterKind.TOWNSHIP: "乡镇",
    ReporterKind.UNIT: "帮扶单位",
    ReporterKind.TEAM: "督导组",
    ReporterKind.OFFICE: "县级牵头部门",
}
DUTIES = {"verify": "入户核实", "meeting": "联席会议", "bulletin": "月通报"}


@dataclass(frozen=True)
class ReporterLine:
    """One reporter's month with its name."""

    row: ReporterMonth
    name: str

    @property
    def timeliness(self) -> Timeliness:
        return Timeliness(self.row.timeliness)

    @property
    def content(self) -> Content | None:
        return Content(self.row.content) if self.row.content else None


@dataclass(frozen=True)
class TierStatus:
    """One tier's reporters; who is exempt or was not expected does not stand in the denominator."""

    kind: ReporterKind
    title: str
    lines: list[ReporterLine]

    @property
    def expected(self) -> list[ReporterLine]:
        return [line for line in self.lines if line.row.expected and not line.row.exempt_reason]

    def number(self, state: str) -> int:
        """How many of those expected are on_time, late, missing, waiting or nil."""
        return sum(state in (line.row.timeliness, line.row.content) for line in self.expected)

    @property
    def exempt(self) -> int:
        return sum(bool(line.row.exempt_reason) for line in self.lines)

    def counted(self) -> dict[str, Any]:
        states = ("on_time", "late", "missing", "waiting", "nil")
        return {
            "kind": self.kind.value,
            "title": self.title,
            "expected": len(self.expected),
            "exempt": self.exempt,
            **{state: self.number(state) for state in states},
            "reporters": [
                line.row.model_dump(mode="json") | {"name": line.name} for line in self.lines
            ],
        }


def month_status(session: Session, month: str, actor: Actor) -> list[TierStatus]:
    """By tier, what the actor may see."""
    wanted = (
        select(ReporterMonth).where(ReporterMonth.month == month).order_by(col(ReporterMonth.code))
    )
    rows = [row for row in session.exec(wanted) if _may_see(actor, row)]
    called = names(session, [part for row in rows for part in row.code.split("/")[:1]])
    found = []
    for kind in ReporterKind:
        lines = [ReporterLine(row, _name(row, called)) for row in rows if row.kind == kind.value]
        if lines:
            found.append(TierStatus(kind, TITLES[kind], lines))
    return found


def reporter_month(
    session: Session, month: str, kind: ReporterKind, code: str
) -> ReporterMonth | None:
    return session.get(ReporterMonth, (month, kind.value, code))


def _may_see(actor: Actor, row: ReporterMonth) -> bool:
    if actor.role in (*COUNTY_ROLES, Role.ADMINISTRATOR):
        return True
    place = row.code.split("/")[0]
    if actor.place.isdigit() and place.isdigit():
        return within(place, actor.place)
    return row.code == actor.place


def _name(row: ReporterMonth, called: dict[str, str]) -> str:
    if row.kind == ReporterKind.OFFICE.value:
        return DUTIES.get(row.code, row.code)
    place, _, group = row.code.partition("/")
    return called.get(place, place) + (f"{group}组" if group else "")
