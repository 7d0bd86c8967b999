"""Hands the ledger over to casework, takes it back, confirms it, and keeps what casework lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.database.upsert import upsert
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.seal import seal, unseal
from schemas.county import LedgerHandedOver, LedgerTakenBack, LedgerWords
from schemas.monitored import HouseholdListed, ListedWords
from services.county.handover import queries
from services.county.handover.models import LedgerMove
from services.county.handover.policy import policy
from services.county.ledger.models import LedgerSource, MonitoredHousehold

IS_MOVED = "台账移交已经确认，不能再移交或者撤回。"
SHEET = MonitoredHousehold.source == LedgerSource.SHEET
SAME = (
    *("version", "id_hash", "village", "category", "cause", "persons", "identified_on"),
    *("eliminated_on", "persons_eliminated"),
)


def hand_over(session: Session, *, actor: Actor, on: date) -> int:
    """Each row of the sheet goes over once, a corrected one again; returns how many did now."""
    policy.permit(actor, "hand_over_ledger")
    rows = _rows(session, col(MonitoredHousehold.handed_on).is_(None))
    for row in rows:
        row.version += 1
        row.handed_on = on
        session.add(row)
    session.flush()
    emit(session, *(_handed(session, row, on) for row in rows))
    return len(rows)


def take_back(session: Session, *, actor: Actor, on: date) -> int:
    """As if nothing had been handed over; returns how many rows came back."""
    policy.permit(actor, "take_back_ledger")
    rows = _rows(session, col(MonitoredHousehold.handed_on).is_not(None))
    for row in rows:
        row.version += 1
        row.handed_on = None
        session.add(row)
    session.flush()
    emit(session, *(LedgerTakenBack(row=row.id, version=row.version, on=on) for row in rows))
    return len(rows)


def confirm(session: Session, *, actor: Actor, on: date) -> LedgerMove:
    """From now on the ledger is read from casework; the sheet's rows stay as they were."""
    policy.permit(actor, "confirm_ledger")
    _lock(session)
    if not queries.look(session).agrees:
        raise Refused("两边的数字还不一致，或者还有没移交的行，不能确认。请先核对，再确认。")
    move = LedgerMove(confirmed_on=on, confirmed_by=actor.label, confirmed_account=actor.account)
    session.add(move)
    row = MonitoredHousehold
    session.execute(update(row).values(in_use=row.source == LedgerSource.CASEWORK))
    session.flush()
    return move


def _rows(session: Session, which: Any) -> Sequence[MonitoredHousehold]:
    """Rows of the sheet, locked, while the ledger has not moved."""
    _lock(session)
    rows = select(MonitoredHousehold).where(SHEET, which).order_by(MonitoredHousehold.id)
    return session.exec(rows.with_for_update()).all()


def _lock(session: Session) -> None:
    hold(session, "ledger_move")
    if queries.is_moved(session):
        raise Conflict(IS_MOVED)


def _handed(session: Session, row: MonitoredHousehold, on: date) -> LedgerHandedOver:
    words = LedgerWords(**{name: getattr(row, name) for name in LedgerWords.model_fields})
    values = {name: getattr(row, name) for name in SAME}
    return LedgerHandedOver(row=row.id, on=on, sealed=seal(session, words), **values)


def list_households(session: Session, events: Sequence[HouseholdListed]) -> None:
    """Casework's register as it stands; the highest version of a row counts."""
    latest: dict[str, HouseholdListed] = {}
    for event in events:
        if event.monitored not in latest or latest[event.monitored].version < event.version:
            latest[event.monitored] = event
    versions = select(MonitoredHousehold.id, MonitoredHousehold.version).where(
        among(MonitoredHousehold.id, list(latest))
    )
    known: dict[str, int] = dict(session.exec(versions).all())
    fresh = [one for one in latest.values() if known.get(one.monitored, -1) < one.version]
    gone = [one.monitored for one in fresh if one.gone]
    session.exec(delete(MonitoredHousehold).where(among(MonitoredHousehold.id, gone)))
    in_use = queries.is_moved(session)
    rows = [_row(session, one, in_use) for one in fresh if not one.gone]
    upsert(session, MonitoredHousehold, rows, "id")
    session.expire_all()


def _row(session: Session, event: HouseholdListed, in_use: bool) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in SAME if name != "cause"}
    return values | {
        **unseal(session, event.sealed, ListedWords).model_dump(),
        "id": event.monitored,
        "key": f"casework/{event.monitored}",
        "household": event.household,
        "cause": event.causes[0] if event.causes else None,
        "in_ledger": event.in_ledger,
        "lapsed_on": event.lapsed_on,
        "source": LedgerSource.CASEWORK,
        "in_use": in_use,
        "handed_on": None,
    }
