"""The supervision teams."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from kit import directory
from schemas.codes import DirectoryKind
from services.county.organisation.models import Team


def team(session: Session, code: str) -> Team | None:
    return session.get(Team, code)


def left_out(session: Session, given: Collection[str]) -> list[str]:
    """A complete list came and does not name who is known: asked about, never dropped (F-15)."""
    names = [
        entry.name
        for entry in directory.entries(session, DirectoryKind.TEAM)
        if entry.code not in given and entry.last_month is None
    ]
    ask = "已撤并的，请在“撤并”页登记，否则仍要上报"
    return [f"这份名册里没有{'、'.join(names)}：{ask}。"] if names else []


def teams(session: Session) -> list[Team]:
    return list(session.exec(select(Team).order_by(col(Team.code))))
