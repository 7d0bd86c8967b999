"""What hangs on a unit that ends, and whose households have no helper because one did."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kit import closing, directory
from kit.closing import Closing
from kit.directory import Entry
from kit.errors import Refused
from schemas.codes import DirectoryKind
from services.unit.organisation.models import Assignment, Helper
from services.unit.organisation.queries import helpers_of

KINDS = (DirectoryKind.UNIT,)


def unit(session: Session, kind: str, code: str) -> Entry:
    entry = directory.entry(session, kind, code) if kind in KINDS else None
    if entry is None:
        raise Refused(f"没有代码为“{code}”的帮扶单位，请核对。")
    return entry


def units(session: Session) -> list[Entry]:
    return directory.entries(session, DirectoryKind.UNIT)


def closings(session: Session) -> Sequence[Closing]:
    return closing.closings(session, KINDS)


def notes(session: Session, unit: Entry) -> list[str]:
    """What stands there beside open work."""
    helpers = helpers_of(session, unit.code)
    households = assignments_of(session, [unit.code])
    if not helpers and not households:
        return []
    go = f"帮扶责任人{len(helpers)}人、结对户{len(households)}户：最后一个月过完随单位并入"
    return [f"{go}；没有并入单位的，由县里另行安排结对。"]


def assignments_of(session: Session, units: Sequence[str]) -> list[Assignment]:
    statement = select(Assignment).join(Helper, col(Helper.code) == col(Assignment.helper))
    return list(session.exec(statement.where(col(Helper.unit).in_(units)).order_by(Assignment.id)))


def without_unit(session: Session) -> dict[Entry, list[Assignment]]:
    """Units that ended and joined none, with the households that their helpers still have."""
    there = {unit.code for unit in units(session)}
    ended = directory.ended(session, DirectoryKind.UNIT)
    gone = [unit for unit in ended if unit.successor not in there]
    left = {unit: assignments_of(session, [unit.code]) for unit in gone}
    return {unit: assignments for unit, assignments in left.items() if assignments}
