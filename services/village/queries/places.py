"""Divisions, groups and their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kit.errors import NotFound
from schemas.codes import Level
from services.village.models import Division, Source, VillageGroup


@dataclass(frozen=True)
class Names:
    """What places are called; a code nobody has named stands for itself."""

    by_code: dict[str, str]

    def __getitem__(self, code: str | None) -> str:
        return self.by_code.get(code or "", code or "")

    def all(self, codes: Sequence[str]) -> str:
        return "、".join(self[code] for code in codes)

    def full(self, village: str) -> str:
        """河湾镇马家村"""
        return self[village[:9] + "000"] + self[village]


def names(session: Session) -> Names:
    return Names(dict(session.exec(select(Division.code, Division.name)).all()))


def source_names(session: Session) -> Names:
    return Names(dict(session.exec(select(Source.code, Source.name)).all()))


def division(session: Session, code: str, level: Level) -> Division:
    """`NotFound` when there is no such division of this level."""
    found = session.get(Division, code)
    if found is None or found.level is not level:
        raise NotFound(f"没有代码为{code}的{level.label}。请核对区划代码,或先导入区划表。")
    return found


def village(session: Session, code: str) -> Division:
    return division(session, code, Level.VILLAGE)


def township(session: Session, code: str) -> Division:
    return division(session, code, Level.TOWNSHIP)


def group(session: Session, village: str, code: str) -> VillageGroup:
    found = session.get(VillageGroup, (village, code))
    if found is None:
        raise NotFound(f"这个村没有{code}组。请核对组别,或先导入村民小组长名册。")
    return found


def villages(session: Session, prefix: str = "") -> Sequence[Division]:
    statement = select(Division).where(
        Division.level == Level.VILLAGE, col(Division.code).startswith(prefix)
    )
    return session.exec(statement.order_by(Division.code)).all()


def groups(session: Session, prefix: str = "") -> Sequence[VillageGroup]:
    statement = select(VillageGroup).where(col(VillageGroup.village).startswith(prefix))
    return session.exec(statement.order_by(VillageGroup.village, VillageGroup.code)).all()


def villages_called(session: Session, text: str, within: str = "") -> list[Division]:
    """Villages whose name stands in `text`; the longest name wins, a township's name tells two of
    one name apart.
    """
    named = [one for one in villages(session, within) if one.name in text]
    named = [
        one
        for one in named
        if not any(one.name != other.name and one.name in other.name for other in named)
    ]
    if len(named) > 1:
        call = names(session)
        told = [one for one in named if call[one.parent] in text]
        return told or named
    return named
