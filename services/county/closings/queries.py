"""What hangs on a supervision team that ends."""

from collections.abc import Sequence

from sqlmodel import Session

from kit import closing, directory
from kit.closing import Closing
from kit.directory import Entry
from kit.errors import Refused
from schemas.codes import DIVISIONS, DirectoryKind
from services.county.organisation import queries as organisation_queries

KINDS = (DirectoryKind.TEAM,)


def team(session: Session, kind: str, code: str) -> Entry:
    entry = directory.entry(session, kind, code) if kind in KINDS else None
    if entry is None:
        raise Refused(f"没有组号为“{code}”的督导组，请核对。")
    return entry


def teams(session: Session) -> list[Entry]:
    return directory.entries(session, DirectoryKind.TEAM)


def closings(session: Session) -> Sequence[Closing]:
    return closing.closings(session, KINDS)


def notes(session: Session, team: Entry) -> list[str]:
    """The townships that it looks after."""
    row = organisation_queries.team(session, team.code)
    if row is None or not row.townships:
        return []
    names = directory.names(session, DIVISIONS, row.townships)
    return [f"负责{'、'.join(names[code] for code in row.townships)}：请在督导组名册里交给别的组。"]
