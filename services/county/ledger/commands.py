"""The register of households ever monitored, as the county brings it along (D8)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.upsert import upsert
from kit.errors import Refused
from kit.ids import new_id
from kit.seal import id_hash
from schemas.casework import HouseholdIdentified
from services.county.directory.queries import is_village
from services.county.handover.queries import is_moved
from services.county.ledger.forms import MonitoredForm
from services.county.ledger.models import LedgerSource, MonitoredHousehold
from services.county.ledger.policy import policy
from services.county.register import queries as register_queries
from services.county.register.models import Household

# Of whom casework identified we keep who it is as soon as the register's copy tells.
NAMED = ("number", "head_name", "id_number", "id_hash", "phone")
MOVED = "台账已移交监测帮扶，这里不再录入。请到监测帮扶的“监测对象”办理。"
NOT_HANDED: dict[str, Any] = {  # what a row of the sheet is beside what it says
    "source": LedgerSource.SHEET,
    "in_use": True,
    "version": 0,
    "handed_on": None,
    "in_ledger": False,
    "lapsed_on": None,
}
KEPT = ("source", "in_use", "version", "in_ledger", "lapsed_on")
HIDDEN = ("id_number", "id_hash", "phone")
BY_NUMBER = """
    UPDATE monitored_household AS m SET household = h.id FROM household AS h
    WHERE m.source <> 'casework' AND h.number = m.number AND m.household IS DISTINCT FROM h.id AND """
BY_ID_NUMBER = """
    UPDATE monitored_household AS m SET household = h.id
    FROM (SELECT id, unnest(hashes) AS hash FROM household) AS h
    WHERE m.source <> 'casework' AND h.hash = m.id_hash AND m.household IS DISTINCT FROM h.id
    AND NOT EXISTS (SELECT FROM household AS n WHERE n.number = m.number) AND """


def enter_monitored_households(
    session: Session, households: Sequence[MonitoredForm], *, actor: Actor
) -> tuple[int, int]:
    """Add or correct rows, thousands at once; returns (new or changed, unchanged). All of them, or
    none.
    """
    policy.require(actor, "enter_monitored_households")
    if is_moved(session):
        raise Refused(MOVED)
    for village in {household.village for household in households}:
        if not is_village(session, village):
            raise Refused(f"没有代码为“{village}”的村。请核对村代码，或先导入区划表。")
    rows = _keyed(session, [_row(session, household) for household in households])
    stored = _known(session, list(rows))
    for key, known in stored.items():  # left out is not taken away: our own workbooks hide these
        for name in HIDDEN:
            rows[key][name] = rows[key][name] or known[name]
    changed = [
        row
        for key, row in rows.items()
        if stored.get(key) != {n: v for n, v in row.items() if n != "id"}
    ]
    changed = [row | NOT_HANDED for row in changed]
    upsert(session, MonitoredHousehold, changed, "key", keeping=["id", *KEPT])
    _find_households(session, "m.key = ANY(:among)", [row["key"] for row in changed])
    return len(changed), len(rows) - len(changed)


def _row(session: Session, household: MonitoredForm) -> dict[str, Any]:
    hash_ = id_hash(session, household.id_number) if household.id_number else None
    key = f"{household.number or hash_}/{household.identified_on}"
    return household.model_dump() | {"id": new_id(), "key": key, "id_hash": hash_}


def _keyed(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By key. What a sheet says of an identification that casework told is of the same row."""
    row = MonitoredHousehold
    columns: Any = row.number, row.identified_on, row.key
    told: Any = select(*columns).where(
        among(row.number, filter(None, (one["number"] for one in rows))), col(row.file).is_not(None)
    )
    keys = {(number, on): key for number, on, key in session.execute(told)}
    for one in rows:
        one["key"] = keys.get((one["number"], one["identified_on"]), one["key"])
    return {one["key"]: one for one in rows}


def _known(session: Session, keys: list[str]) -> dict[str, dict[str, Any]]:
    rows = session.exec(select(MonitoredHousehold).where(among(MonitoredHousehold.key, keys)))
    return {
        row.key: row.model_dump(exclude={"id", "household", "file", *NOT_HANDED}) for row in rows
    }


def enter_identified(session: Session, event: HouseholdIdentified, channel: str | None) -> None:
    """The county decided to monitor a household: its row of the ledger."""
    household = event.household and register_queries.present(session, event.household)
    known = session.get(Household, household) if household else None
    row = {
        "id": new_id(),
        "key": f"file/{event.identification}",
        "file": event.identification,
        "source": LedgerSource.IDENTIFIED,
        "in_use": not is_moved(session),  # then casework's register tells it
        "household": household,
        "village": event.village,
        "category": event.category,
        "persons": event.persons or (known.size if known else 1),
        "identified_on": event.on,
        "channel": channel,
        "cause": event.primary_cause,
    } | {name: getattr(known, name, None) for name in NAMED}
    row = NOT_HANDED | row
    row["head_name"], row["id_hash"] = row["head_name"] or "", row["id_hash"] or event.id_hash
    upsert(session, MonitoredHousehold, [row], "key", keeping=["id"])
    _find_households(session, "m.file = ANY(:among)", [event.identification])


def find_households(session: Session, households: Sequence[str]) -> None:
    """Households came into our copy of the register: rows of the ledger may be theirs."""
    _find_households(session, "h.id = ANY(:among)", households)
    _name_identified(session, households)


def _name_identified(session: Session, households: Sequence[str]) -> None:
    """Whoever casework identified before our copy of the register had the household."""
    statement = select(MonitoredHousehold, Household).where(
        MonitoredHousehold.household == Household.id,
        among(MonitoredHousehold.household, households),
        col(MonitoredHousehold.file).is_not(None),
    )
    for row, household in session.exec(statement):
        _name(row, household)


def _name(row: MonitoredHousehold, household: Household) -> None:
    for name in NAMED:
        setattr(row, name, getattr(household, name))


def _find_households(session: Session, chosen: str, among: Sequence[str]) -> None:
    """Whose rows they are: by 户编号, else by the ID number of the head or of a member."""
    session.flush()
    for statement in (BY_NUMBER, BY_ID_NUMBER):
        session.execute(text(statement + chosen), {"among": list(among)})
