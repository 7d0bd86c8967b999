"""The register."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, or_, select

from kit.columns import among
from kit.errors import NotFound
from services.village.models import Household, RegisterTask
from services.village.queries.scope import Scope
from services.village.rules import TaskState


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
