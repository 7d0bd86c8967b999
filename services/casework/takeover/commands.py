"""Takes the county's ledger over into the register, and gives it back. Nobody here commits."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, select

from kit.actor import Actor
from kit.database.columns import among
from kit.errors import Conflict, Refused
from kit.seal import unseal
from rulebook.divisions import township_of
from schemas.county import LedgerHandedOver, LedgerTakenBack, LedgerWords
from schemas.monitored import Standing
from services.casework.households import queries as households_queries
from services.casework.identification.models import Identification
from services.casework.monitored import commands as register
from services.casework.monitored import queries as register_queries
from services.casework.monitored.models import Monitored
from services.casework.monitored.rules import standing_of
from services.casework.takeover import queries
from services.casework.takeover.forms import SettleForm
from services.casework.takeover.models import LedgerRow
from services.casework.takeover.rules import BY_PERSON, OPEN, Match, match

SAME = (
    *("row", "version", "id_hash", "village", "category", "cause", "persons"),
    *("identified_on", "eliminated_on", "persons_eliminated"),
)
COPIED = (  # into the register's row
    *("category", "identified_on", "channel", "persons", "id_number", "phone", "remarks"),
    *("eliminated_on", "eliminated_mode", "persons_eliminated"),
)


def take_over(session: Session, events: Sequence[LedgerHandedOver]) -> None:
    """Rows of the ledger, the highest version of each; who is matched comes into the register."""
    latest: dict[str, LedgerHandedOver] = {}
    for event in events:
        if event.row not in latest or latest[event.row].version < event.version:
            latest[event.row] = event
    stored = _stored(session, list(latest))
    taken = []
    for event in latest.values():
        row = stored.get(event.row)
        if row is None or row.version < event.version:
            taken.append(_kept(session, event, row))
    session.add_all(taken)
    session.flush()
    _match(session, [row for row in taken if row.match not in BY_PERSON])
    for row in taken:
        _list(session, row)


def _stored(session: Session, rows: Sequence[str]) -> dict[str, LedgerRow]:
    statement = select(LedgerRow).where(among(LedgerRow.row, rows)).with_for_update()
    return {row.row: row for row in session.exec(statement)}


def _kept(session: Session, event: LedgerHandedOver, row: LedgerRow | None) -> LedgerRow:
    """What a person decided of the row stays, unless it has other numbers now."""
    words = unseal(session, event.sealed, LedgerWords)
    values: dict[str, Any] = words.model_dump() | {name: getattr(event, name) for name in SAME}
    values |= {"township": township_of(event.village), "taken_back": False}
    if row is None:
        return LedgerRow(**values)
    if (row.number, row.id_hash) != (values["number"], values["id_hash"]) or row.taken_back:
        values |= {"match": Match.NONE, "household": None}
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _match(session: Session, rows: Sequence[LedgerRow]) -> None:
    numbers = queries.by_number(session, [row.number for row in rows if row.number])
    hashes = queries.by_hash(session, [row.id_hash for row in rows if row.id_hash])
    for row in rows:
        found = numbers.get(row.number or "", ()), hashes.get(row.id_hash or "", ())
        row.match, row.household = match(*found)
        session.add(row)
    session.flush()


def match_registered(session: Session, households: Sequence[str]) -> None:
    """Households came into the villages' register: rows that waited may be theirs."""
    waited = queries.waiting_for(session, households)
    kept = {row.row: row.match for row in waited}
    _match(session, waited)
    for row in waited:
        if row.match in OPEN and kept[row.row] is Match.OFF_REGISTER:
            row.match = Match.OFF_REGISTER  # a person said so, and nothing says otherwise
        _list(session, row)


def settle(session: Session, row_id: str, form: SettleForm, *, actor: Actor, on: date) -> LedgerRow:
    """A person says whose row it is, or that its household is in no register of the villages."""
    row = queries.one(session, actor, row_id, "settle_ledger_row")
    if row.match not in OPEN:
        raise Conflict(f"“{row.head_name}”这一行已经对上（{row.match.label}），不用再定。")
    form.demand_one()
    if not form.off_register:
        row.match, row.household = Match.PERSON, _named(session, form)
    else:
        row.match = Match.OFF_REGISTER
    row.settled_on, row.settled_by, row.settled_account = on, actor.label, actor.account
    session.add(row)
    session.flush()
    _list(session, row)
    return row


def _named(session: Session, form: SettleForm) -> str:
    """The household that the person names."""
    if form.household and households_queries.known(session, [form.household]):
        return households_queries.present(session, form.household)
    found = queries.by_number(session, [form.number or ""]).get(form.number or "", [])
    if len(found) != 1:
        raise Refused("农户名册里没有这一户，请核对户编号，或者重新选择。", field="number")
    return found[0]


def give_back(session: Session, events: Sequence[LedgerTakenBack]) -> None:
    """What the ledger alone said is not so any more; what casework decided since stays."""
    stored = _stored(session, [event.row for event in events])
    for event in events:
        row = stored.get(event.row)
        if row is None or row.version >= event.version:
            continue
        row.version, row.taken_back = event.version, True
        session.add(row)
        session.flush()
        for listed in queries.registered_of(session, row, _household(session, row)):
            if listed.in_ledger:
                _say(session, listed)


def _household(session: Session, row: LedgerRow) -> str | None:
    return row.household and households_queries.present(session, row.household)


def _list(session: Session, row: LedgerRow) -> None:
    """The register has the household's row, and it says what the ledger's latest row does."""
    if row.match in OPEN:
        return
    household = _household(session, row)
    listed = register.one_of(session, queries.registered_of(session, row, household)) or Monitored(
        village=row.village,
        township=row.township,
        standing=Standing.NONE,
        since=row.identified_on,
        head_name=row.head_name,
    )
    listed.household, listed.id_hash = household, None if household else row.id_hash
    listed.national_number = listed.national_number or row.number
    session.add(listed)
    session.flush()
    _say(session, listed)


def _say(session: Session, listed: Monitored) -> None:
    """By the latest of the ledger's rows, unless the county has decided since in casework."""
    rows = queries.of_register(session, listed)
    if not rows:
        _withdraw(session, listed)
        return
    listed.in_ledger = True
    if listed.decided_on is None or listed.decided_on < rows[0].identified_on:
        _copy(listed, rows[0])
    register.list_row(session, listed)


def _copy(listed: Monitored, row: LedgerRow) -> None:
    standing = Standing.ELIMINATED if row.eliminated_on else Standing.MONITORED
    if listed.standing not in (standing, Standing.LAPSED):
        listed.standing, listed.since = standing, row.eliminated_on or row.identified_on
    listed.causes = [row.cause] if row.cause else []
    for name in COPIED:
        setattr(listed, name, getattr(row, name))


def _withdraw(session: Session, listed: Monitored) -> None:
    """A row that was of the ledger alone goes; one with a decision, a file or a new risk stays."""
    listed.in_ledger = False
    built_on = listed.lapsed_on or register_queries.risks(session, listed.id)
    if listed.decided_on or (built_on and not listed.file):
        register.list_row(session, listed)
        return
    register.unlist_row(session, listed)
    if not listed.file:
        session.delete(listed)
        session.flush()
        return
    file = session.get(Identification, listed.file)
    assert file is not None
    listed.causes = []
    for name in COPIED:
        setattr(listed, name, None)
    listed.standing, listed.since = standing_of(file.state, Standing.NONE), file.stage_since
    register.list_row(session, listed)
