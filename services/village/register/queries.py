"""Divisions, groups, and the households that an actor may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kit import directory as kit_directory
from kit.actor import Actor
from kit.database.columns import among
from kit.database.rows import existing
from kit.database.searching import begins, name_has
from kit.errors import NotFound
from kit.lists import Column, Listing
from kit.seal import id_hash
from schemas.codes import DIVISIONS, DirectoryKind, Level
from services.village import directory
from services.village.register.forms import HouseholdFilter
from services.village.register.models import Division, Household, RegisterTask, VillageGroup
from services.village.register.policy import policy
from services.village.register.rules import TaskState

NAMED = 10  # in one note
ALL_DIVISIONS = (*DIVISIONS, DirectoryKind.GROUP)


@dataclass(frozen=True)
class HouseholdLine:
    """A household as lists show it, with its village and group in words."""

    household: Household
    place: str


def lines(session: Session, households: Iterable[Household]) -> list[HouseholdLine]:
    names = directory.names(session)
    return [
        HouseholdLine(
            household,
            f"{names.full(household.village)}{household.group + '组' if household.group else ''}",
        )
        for household in households
    ]


HOUSEHOLDS = Listing[HouseholdLine](
    [
        Column(
            "head_name",
            "户主",
            lambda line: line.household.head_name,
            sort=col(Household.head_name),
            href=lambda line: f"/village/households/{line.household.id}",
        ),
        Column("number", "户编号", lambda line: line.household.number or "不在册"),
        Column("place", "村组"),
        Column("stratum", "类型", lambda line: line.household.stratum.label),
        Column("size", "人口", lambda line: line.household.size, sort=col(Household.size)),
    ],
    order=[Household.village, col(Household.group), Household.head_name, Household.id],
)


def division(session: Session, code: str, level: Level) -> Division:
    """`NotFound` when there is no such division of this level."""
    division = session.get(Division, code)
    if division is None or division.level is not level:
        raise NotFound(f"没有代码为{code}的{level.label}。请核对区划代码，或先导入区划表。")
    return division


def known_division(session: Session, code: str, level: Level) -> Division | None:
    division = session.get(Division, code)
    return division if division and division.level is level else None


def village(session: Session, code: str) -> Division:
    return division(session, code, Level.VILLAGE)


def township(session: Session, code: str) -> Division:
    return division(session, code, Level.TOWNSHIP)


def group(session: Session, village: str, code: str) -> VillageGroup:
    otherwise = f"这个村没有{code}组。请核对组别，或先导入村民小组长名册。"
    return existing(session, VillageGroup, (village, code), otherwise)


def villages(session: Session, prefix: str = "") -> Sequence[Division]:
    statement = select(Division).where(
        Division.level == Level.VILLAGE, begins(col(Division.code), prefix)
    )
    return session.exec(statement.order_by(Division.code)).all()


def villages_seen(session: Session, actor: Actor) -> Sequence[Division]:
    """Villages whose households the actor may look for; a group leader has no choice."""
    prefix = actor.scope.prefix
    return villages(session, prefix) if prefix else []


def groups(session: Session, prefix: str = "") -> Sequence[VillageGroup]:
    statement = select(VillageGroup).where(begins(col(VillageGroup.village), prefix))
    return session.exec(statement.order_by(VillageGroup.village, VillageGroup.code)).all()


def villages_called(session: Session, text: str) -> list[Division]:
    """Villages whose name stands in `text`; the longest name wins, a township's name tells two of
    one name apart.
    """
    named = [village for village in villages(session) if village.name in text]
    named = [
        village
        for village in named
        if not any(village.name != other.name and village.name in other.name for other in named)
    ]
    if len(named) > 1:
        names = directory.names(session)
        return [village for village in named if names[village.parent] in text] or named
    return named


def known_household(session: Session, id: str) -> Household | None:
    """None of one that only the county knows: a supervision team found it outside the register."""
    return session.get(Household, id)


def household(session: Session, id: str) -> Household:
    return existing(session, Household, id, "登记册里没有这一户。请从农户名单里选择。")


def known_households(session: Session, ids: Iterable[str]) -> dict[str, Household]:
    """Those the register knows: another service may name one before (or after) the register does."""
    households = session.exec(select(Household).where(among(Household.id, ids))).all()
    return {household.id: household for household in households}


def households_of(session: Session, village: str) -> Sequence[Household]:
    statement = select(Household).where(Household.village == village)
    return session.exec(statement.order_by(col(Household.group), Household.head_name)).all()


def households_at(session: Session, code: str) -> Sequence[Household]:
    """Of a village, or of one of its groups (`<village>/<group>`); of a township none."""
    village, _, group = code.partition("/")
    statement = select(Household).where(Household.village == village)
    if group:
        statement = statement.where(Household.group == group)
    return session.exec(statement.order_by(Household.id)).all()


def ended(session: Session) -> dict[str, str]:
    """Of villages and groups that ended: code → a sentence that says so."""
    kinds = (DirectoryKind.VILLAGE, DirectoryKind.GROUP)
    gone = kit_directory.ended(session, kinds)
    names = kit_directory.names(session, ALL_DIVISIONS, [entry.successor for entry in gone])
    return {
        entry.code: f"{entry.name}已撤并（现由{names[entry.successor or '']}负责）"
        for entry in gone
    }


def left_out(session: Session, given: Collection[str]) -> list[str]:
    """A complete list came and does not name what stands beside those it names: asked about, never
    dropped in silence (F-15). `given`: codes of divisions, or of groups.
    """
    kinds = [DirectoryKind.GROUP] if any("/" in code for code in given) else DIVISIONS
    entries = kit_directory.entries(session, kinds)
    above = {entry.parent for entry in entries if entry.code in given}
    missing = [
        entry
        for entry in entries
        if entry.code not in given and entry.parent in above and entry.last_month is None
    ]
    names = kit_directory.full_names(session, kinds, [entry.code for entry in missing])
    told = [names[entry.code] for entry in missing]
    listed = "、".join(told[:NAMED]) + (f"等{len(told)}个" if len(told) > NAMED else "")
    ask = "已撤并的，请在“撤并”页登记，否则仍要报送"
    return [f"这份名册里没有{listed}：{ask}。"] if told else []


def by_hash(session: Session, hashes: Iterable[str]) -> dict[str, Household]:
    """Households by the hash of their head's ID number, one each; no known doubles."""
    heads = among(Household.id_hash, hashes), col(Household.duplicate_of).is_(None)
    households = session.exec(select(Household).where(*heads)).all()
    return {household.id_hash: household for household in households if household.id_hash}


def by_number(session: Session, numbers: Iterable[str]) -> dict[str, Household]:
    households = session.exec(select(Household).where(among(Household.number, numbers))).all()
    return {household.number: household for household in households if household.number}


def households(session: Session, actor: Actor, asked: HouseholdFilter) -> SelectOfScalar[Household]:
    """A statement: the households that the actor may see and asks for."""
    q = "".join((asked.q or "").split())
    statement = select(Household).where(
        policy.visible(actor, "household", Household), col(Household.merged_on).is_(None)
    )
    if asked.village:
        statement = statement.where(Household.village == asked.village)
    if q:
        statement = statement.where(
            or_(
                name_has(col(Household.head_name), q),
                Household.number == q.upper(),
                Household.id_hash == id_hash(session, q.upper()),
            )
        )
    return statement


def register_tasks(session: Session, actor: Actor) -> list[tuple[RegisterTask, Household]]:
    """Open ones that the actor may see, oldest first."""
    rows = session.exec(
        select(RegisterTask, Household)
        .join(Household, Household.id == RegisterTask.household)  # type: ignore[arg-type]
        .where(
            RegisterTask.state == TaskState.OPEN,
            policy.visible(actor, "register_tasks", RegisterTask),
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
    return existing(session, RegisterTask, id, "没有这项待核对任务。")


def open_task_of(session: Session, household: str) -> RegisterTask | None:
    return next(iter(open_tasks_of(session, [household])), None)
