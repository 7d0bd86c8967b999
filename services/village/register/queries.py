"""Divisions, groups and their names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from kit.database.columns import among
from kit.errors import NotFound
from schemas.codes import Level
from services.village.register.models import Division, Household, RegisterTask, Source, VillageGroup
from services.village.register.rules import TaskState
from services.village.scopes import Scope


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


def household(session: Session, id: str) -> Household:
    found = session.get(Household, id)
    if found is None:
        raise NotFound("登记册里没有这一户。请从农户名单里选择。")
    return found


def known_household(session: Session, id: str) -> Household | None:
    """None when another service names a household before (or after) the register does."""
    return session.get(Household, id)


def households_of(session: Session, village: str, group: str | None = None) -> Sequence[Household]:
    statement = select(Household).where(Household.village == village)
    if group:
        statement = statement.where(Household.group == group)
    return session.exec(statement.order_by(col(Household.group), Household.head_name)).all()


def by_hash(session: Session, hashes: Iterable[str]) -> dict[str, Household]:
    """Households by the hash of their head's ID number."""
    found = session.exec(select(Household).where(among(Household.id_hash, hashes))).all()
    return {one.id_hash: one for one in found if one.id_hash}


def by_number(session: Session, numbers: Iterable[str]) -> dict[str, Household]:
    found = session.exec(select(Household).where(among(Household.number, numbers))).all()
    return {one.number: one for one in found if one.number}


def households_found(
    session: Session, scope: Scope, q: str, limit: int = 50
) -> Sequence[Household]:
    """By the head's name (or its beginning), the household's number or the whole ID number."""
    q = "".join(q.split())
    statement = select(Household).where(col(Household.village).startswith(scope.prefix))
    if scope.group:
        statement = statement.where(Household.group == scope.group)
    if q:
        statement = statement.where(
            or_(
                col(Household.head_name).startswith(q, autoescape=True),
                Household.number == q.upper(),
                Household.id_number == q.upper(),
            )
        )
    return session.exec(
        statement.order_by(Household.village, col(Household.group), Household.head_name).limit(
            limit
        )
    ).all()


def register_tasks(session: Session, scope: Scope) -> list[tuple[RegisterTask, Household]]:
    """Open ones, oldest first."""
    rows = session.exec(
        select(RegisterTask, Household)
        .join(Household, Household.id == RegisterTask.household)  # type: ignore[arg-type]
        .where(
            RegisterTask.state == TaskState.OPEN, col(RegisterTask.village).startswith(scope.prefix)
        )
        .order_by(col(RegisterTask.opened_on), RegisterTask.id)
    ).all()
    return [(task, household) for task, household in rows]


def open_tasks_of(session: Session, households: Iterable[str]) -> Sequence[RegisterTask]:
    return session.exec(
        select(RegisterTask).where(
            among(RegisterTask.household, households), RegisterTask.state == TaskState.OPEN
        )
    ).all()


def register_task(session: Session, id: str) -> RegisterTask:
    found = session.get(RegisterTask, id)
    if found is None:
        raise NotFound("没有这项待核对任务。")
    return found


def open_task_of(session: Session, household: str) -> RegisterTask | None:
    return next(iter(open_tasks_of(session, [household])), None)
