"""Rows of the ledger that was handed over, and the households that they may be of."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import name_has
from kit.errors import NotFound
from services.casework.households.models import Household
from services.casework.households.queries import NOT_VOID
from services.casework.identification.queries import place_names
from services.casework.monitored.models import Monitored
from services.casework.takeover.forms import TakeoverFilter
from services.casework.takeover.models import LedgerRow
from services.casework.takeover.policy import policy
from services.casework.takeover.rules import OPEN, Match
from services.casework.takeover.views import TakeoverLine

THERE = col(LedgerRow.taken_back).is_(False)


def by_number(session: Session, numbers: Collection[str]) -> dict[str, list[str]]:
    """户编号 → the households that have it, void ones left out."""
    statement = select(Household).where(among(Household.number, numbers), NOT_VOID)
    found: dict[str, list[str]] = {}
    for household in session.exec(statement.order_by(Household.id)):
        found.setdefault(household.number or "", []).append(household.id)
    return found


def by_hash(session: Session, hashes: Collection[str]) -> dict[str, list[str]]:
    """An ID number's hash → the households that it heads or belongs to; on the register before others."""
    one = func.unnest(col(Household.hashes)).label("hash")
    persons = select(one, col(Household.id), col(Household.on_register)).where(NOT_VOID).subquery()
    statement = select(persons.c.hash, persons.c.id, persons.c.on_register)
    rows = session.execute(statement.where(among(persons.c.hash, hashes)))
    found: dict[str, dict[bool, list[str]]] = {}
    for hash_, id_, on_register in rows:
        found.setdefault(hash_, {}).setdefault(on_register, []).append(id_)
    return {hash_: of.get(True) or of[False] for hash_, of in found.items()}


def rows(actor: Actor, asked: TakeoverFilter) -> SelectOfScalar[LedgerRow]:
    """What was handed over and asked for, as far as the actor sees it."""
    statement = select(LedgerRow).where(THERE, policy.visible(actor, "takeover", LedgerRow))
    if asked.match:
        statement = statement.where(LedgerRow.match == asked.match)
    if asked.open is not None:
        waits = col(LedgerRow.match).in_(OPEN)
        statement = statement.where(waits if asked.open else ~waits)
    if asked.q:
        named = name_has(col(LedgerRow.head_name), asked.q)
        statement = statement.where(or_(named, LedgerRow.number == asked.q))
    return statement


def counts(session: Session, actor: Actor) -> dict[Match, int]:
    """How many rows were matched how, in the order of the code list."""
    counted = select(LedgerRow.match, func.count()).where(
        THERE, policy.visible(actor, "takeover", LedgerRow)
    )
    found = dict(session.exec(counted.group_by(LedgerRow.match)).all())
    return {match: found[match] for match in Match if match in found}


def waiting(session: Session, actor: Actor) -> int:
    """Rows that a person has to decide."""
    found = counts(session, actor)
    return sum(found.get(match, 0) for match in OPEN)


def one(session: Session, actor: Actor, row: str, action: str = "takeover") -> LedgerRow:
    """The row, locked; `NotFound` when it was not handed over, or taken back."""
    stored = session.get(LedgerRow, row, with_for_update=True)
    if stored is None or stored.taken_back:
        raise NotFound("移交的台账里没有这一行，请核对。")
    policy.require(actor, action, stored)
    return stored


def candidates(session: Session, row: LedgerRow) -> Sequence[Household]:
    """Households that the row may be of: by its numbers, and those of the village with its name."""
    ids = {
        *by_number(session, [row.number] if row.number else []).get(row.number or "", ()),
        *by_hash(session, [row.id_hash] if row.id_hash else []).get(row.id_hash or "", ()),
    }
    named = (Household.village == row.village) & (Household.head_name == row.head_name)
    statement = select(Household).where(or_(among(Household.id, ids), named), NOT_VOID)
    return session.exec(statement.order_by(Household.id)).all()


def lines(session: Session, found: Sequence[LedgerRow]) -> list[TakeoverLine]:
    """With the names of their places."""
    called = place_names(session, {row.village for row in found})
    return [TakeoverLine(row, called[row.village]) for row in found]


def of_register(session: Session, row: Monitored) -> Sequence[LedgerRow]:
    """The ledger's rows of a household of the register, the latest identification first."""
    if row.household:
        merged = select(Household.id).where(Household.merged_into == row.household)
        whose = (col(LedgerRow.household) == row.household) | col(LedgerRow.household).in_(merged)
    else:
        same = [col(LedgerRow.id_hash) == row.id_hash] if row.id_hash else []
        numbered = [col(LedgerRow.number) == row.national_number] if row.national_number else []
        whose = (col(LedgerRow.match) == Match.OFF_REGISTER) & or_(*same, *numbered)
    statement = select(LedgerRow).where(THERE, whose)
    order = col(LedgerRow.identified_on).desc(), col(LedgerRow.row)
    return session.exec(statement.order_by(*order)).all()


def registered_of(session: Session, row: LedgerRow, household: str | None) -> Sequence[Monitored]:
    """The register's rows that the ledger's row is of, locked: that of its household, and one that it
    had while it was in no register.
    """
    whose: list[ColumnElement[bool]] = [col(Monitored.household) == household] if household else []
    off = col(Monitored.household).is_(None)
    if row.id_hash:
        whose.append(off & (col(Monitored.id_hash) == row.id_hash))
    if row.number:
        whose.append(off & (col(Monitored.national_number) == row.number))
    if not whose:
        return []
    statement = select(Monitored).where(or_(*whose)).order_by(Monitored.id)
    return session.exec(statement.with_for_update()).all()


def waiting_for(session: Session, households: Iterable[str]) -> Sequence[LedgerRow]:
    """Rows in no register of the villages that these households may be."""
    known = session.exec(select(Household).where(among(Household.id, households))).all()
    numbers = [household.number for household in known if household.number]
    hashes = [hash_ for household in known for hash_ in household.hashes]
    open_ = col(LedgerRow.match).in_((*OPEN, Match.OFF_REGISTER))
    whose = or_(among(LedgerRow.number, numbers), among(LedgerRow.id_hash, hashes))
    return session.exec(select(LedgerRow).where(THERE, open_, whose)).all()
