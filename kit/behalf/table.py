"""The table `acted_for`: who did what in whose name, why, and what that person says of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel import Session

from kit.actor import Actor
from kit.clock import local_date
from kit.database.chassis_tables import ACTED_FOR
from kit.database.rows import named
from kit.dates import show_day
from kit.errors import Conflict, NotFound, Refused
from rulebook.scopes import office_above
from schemas.codes import Role

WORDS = {name: ACTED_FOR.c[name].type for name in ("reason", "objection", "settlement")}
COLUMNS = """id, object, label, role, place, name, reason, by_account, by_label, above_role,
    above_place, "on", seen_on, objection, objected_on, objected_by, settled_on, settled_by,
    settlement"""
KEEP = text("""INSERT INTO acted_for (object, deed, label, role, place, name, reason, by_account,
        by_label, above_role, above_place, "on")
    VALUES (:object, :deed, :label, :role, :place, :name, :reason, :by_account,
        :by_label, :above_role, :above_place, COALESCE(CAST(:on AS date), CURRENT_DATE))
    ON CONFLICT (object, deed, name, by_account, "on") DO NOTHING""").bindparams(
    bindparam("reason", type_=WORDS["reason"])
)
OF = text(f"SELECT {COLUMNS} FROM acted_for WHERE object = ANY(:objects) ORDER BY at, id").columns(
    **WORDS
)
ONE = text(f"SELECT {COLUMNS} FROM acted_for WHERE id = CAST(:id AS uuid) FOR UPDATE").columns(
    **WORDS
)
UNSEEN = text(f"""SELECT {COLUMNS} FROM acted_for WHERE role = :role AND place = ANY(:places)
    AND seen_on IS NULL ORDER BY at, id LIMIT :most""").columns(**WORDS)
COUNT = text("""SELECT count(*) FROM acted_for WHERE role = :role AND place = ANY(:places)
    AND seen_on IS NULL AND "on" >= :since""")
OBJECTED = text(f"""SELECT {COLUMNS} FROM acted_for WHERE above_role = :role
    AND above_place = ANY(:places) AND objected_on IS NOT NULL AND settled_on IS NULL
    ORDER BY objected_on, id""").columns(**WORDS)
UNSETTLED = text(f"""SELECT {COLUMNS} FROM acted_for WHERE objected_on IS NOT NULL
    AND settled_on IS NULL AND starts_with(place, :within) ORDER BY objected_on, id""").columns(
    **WORDS
)
SEEN = text("""UPDATE acted_for SET seen_on = :on WHERE id = CAST(:id AS uuid)""")
OBJECT = text("""UPDATE acted_for SET seen_on = :on, objection = :words, objected_on = :on,
    objected_by = :by WHERE id = CAST(:id AS uuid)""").bindparams(
    bindparam("words", type_=WORDS["objection"])
)
SETTLE = text("""UPDATE acted_for SET settled_on = :on, settled_by = :by, settlement = :note
    WHERE id = CAST(:id AS uuid)""").bindparams(bindparam("note", type_=WORDS["settlement"]))


@dataclass(frozen=True)
class Behalf:
    """For whom somebody acts, by name, and why he does."""

    name: str | None = None
    reason: str | None = None

    def otherwise(self, name: str | None) -> "Behalf":
        """With this name where none was given: the directory has it."""
        return self if (self.name or "").strip() else Behalf(name, self.reason)


@dataclass(frozen=True)
class Whom:
    """Who does it really: what he is called, and his role and place, as the row says."""

    label: str
    of: Callable[[Any], tuple[Role, str]]


def whom(label: str, role: Role, *columns: str) -> Whom:
    """His place stands in these columns of the row; a group leader's in two."""

    def of(row: Any) -> tuple[Role, str]:
        return role, "/".join(str(getattr(row, column)) for column in columns)

    return Whom(label, of)


@dataclass(frozen=True)
class ActedFor:
    """One act in another's name. `seen_on`: he has answered; `objection`: it was not his meaning."""

    id: UUID
    object: str
    label: str
    role: Role
    place: str
    name: str
    reason: str
    by_account: str
    by_label: str
    above_role: Role
    above_place: str
    on: date
    seen_on: date | None
    objection: str | None
    objected_on: date | None
    objected_by: str | None
    settled_on: date | None
    settled_by: str | None
    settlement: str | None

    def __str__(self) -> str:
        parts = [f"{show_day(self.on)}{self.by_label}代{self.name}{self.label}（{self.reason}）"]
        if self.objected_on:
            parts.append(
                f"{show_day(self.objected_on)}{self.objected_by}提出异议：{self.objection}"
            )
        if self.settled_on:
            parts.append(f"{show_day(self.settled_on)}{self.settled_by}查实：{self.settlement}")
        return "；".join(parts)


def name_of(actor: Actor, behalf: Behalf | None, who: Whom, label: str) -> str:
    """Whose act it is; `Refused` when nobody is named, no reason is given, or it is himself."""
    given = behalf or Behalf()
    name, reason = (given.name or "").strip(), (given.reason or "").strip()
    if not name:
        raise Refused(f"代为登记要写明{who.label}的姓名。")
    if name in (actor.name, actor.deputy_for):
        raise Refused(f"不能代自己{label}：请写真正办理的{who.label}，或者请他本人办理。")
    if not reason:
        raise Refused("代为登记要写明原因，例如“来电”“纸质”“外出”。", field="behalf_reason")
    return name


def keep(
    session: Session, actor: Actor, deed: str, label: str, row: Any, who: Whom, behalf: Behalf
) -> None:
    """With the act, in its transaction."""
    role, place = who.of(row)
    above_role, above_place = office_above(actor.role, actor.place, session.info["county"])
    session.execute(
        KEEP,
        {
            "object": _called(row),
            "deed": deed,
            "label": label,
            "role": role,
            "place": place,
            "name": (behalf.name or "").strip(),
            "reason": (behalf.reason or "").strip(),
            "by_account": actor.account,
            "by_label": actor.label,
            "above_role": above_role,
            "above_place": above_place,
            "on": _today(session),
        },
    )


def of(session: Session, *rows: Any) -> list[ActedFor]:
    """What was done on these rows in others' names, the oldest first."""
    return _read(session, OF, objects=[_called(row) for row in rows])


def unseen(session: Session, actor: Actor, places: Collection[str], most: int) -> list[ActedFor]:
    """What was done in the actor's name and he has not answered."""
    return _read(session, UNSEEN, role=actor.role, places=list(places), most=most)


def unseen_count(session: Session, actor: Actor, places: Collection[str], since: date) -> int:
    """How many of them since that day."""
    values = {"role": actor.role, "places": list(places), "since": since}
    return session.execute(COUNT, values).scalar_one()


def objected(session: Session, actor: Actor, places: Collection[str]) -> list[ActedFor]:
    """Objections that the actor's office has to look into."""
    return _read(session, OBJECTED, role=actor.role, places=list(places))


def unsettled(session: Session, within: str) -> list[ActedFor]:
    """Objections of whoever is within this place (what its codes begin with): whoever signs for all
    of them looks at these first.
    """
    return _read(session, UNSETTLED, within=within)


def find(session: Session, id: str) -> ActedFor:
    """Held until the transaction ends; `NotFound` where there is none."""
    try:
        rows = _read(session, ONE, id=str(UUID(id)))
    except ValueError:
        rows = []
    if not rows:
        raise NotFound("没有这条代办记录。")
    return rows[0]


def see(session: Session, act: ActedFor, on: date) -> None:
    """He knows of it."""
    _require(act.seen_on is None, "这条代办您已经答复过。")
    session.execute(SEEN, {"id": str(act.id), "on": on})


def object_to(session: Session, act: ActedFor, words: str, actor: Actor, on: date) -> None:
    """It was not what he meant."""
    _require(act.objected_on is None, "这条代办已经提出过异议。")
    said = words.strip() or "不是我的意思"
    session.execute(OBJECT, {"id": str(act.id), "on": on, "words": said, "by": actor.label})


def settle(session: Session, act: ActedFor, note: str, actor: Actor, on: date) -> None:
    """The office above has looked into the objection."""
    _require(act.objected_on is not None and act.settled_on is None, "没有待查的异议。")
    session.execute(SETTLE, {"id": str(act.id), "on": on, "note": note, "by": actor.label})


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Conflict(otherwise)


def _read(session: Session, statement: Any, **values: Any) -> list[ActedFor]:
    rows = (dict(row._mapping) for row in session.execute(statement, values))
    return [
        ActedFor(**row | {"role": Role(row["role"]), "above_role": Role(row["above_role"])})
        for row in rows
    ]


def _called(row: Any) -> str:
    return named(row) or getattr(row, "audited", None) or ""


def _today(session: Session) -> date | None:
    clock = session.info.get("clock")
    return local_date(clock()) if clock else None
