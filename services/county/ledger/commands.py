"""The register of households ever monitored, as the county brings it along (D8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.upsert import upsert
from kit.errors import Refused
from kit.ids import new_id
from kit.seal import id_hash
from schemas.codes import RiskCause, Role, Stratum
from services.county.ledger.models import MonitoredHousehold

CATEGORIES = (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)


@dataclass(frozen=True)
class MonitoredEntry:
    """One identification of one household; `persons_eliminated` None: all of them."""

    village: str
    head_name: str
    category: Stratum
    persons: int
    identified_on: date
    number: str | None = None
    id_number: str | None = None
    phone: str | None = None
    channel: str | None = None
    cause: RiskCause | None = None
    eliminated_on: date | None = None
    eliminated_mode: str | None = None
    persons_eliminated: int | None = None
    remarks: str | None = None


def enter_monitored_households(
    session: Session, entries: Sequence[MonitoredEntry], *, actor: Actor
) -> tuple[int, int]:
    """Add or correct rows, thousands at once; returns (new or changed, unchanged). All of them, or
    none.
    """
    actor.require(Role.ADMINISTRATOR, Role.COUNTY_CLERK, deed="录入监测台账")
    rows = {}
    for entry in entries:
        _check(entry)
        row = _row(session, entry)
        rows[row["key"]] = row
    known = _known(session, list(rows))
    changed = [
        row
        for key, row in rows.items()
        if known.get(key) != {n: v for n, v in row.items() if n != "id"}
    ]
    upsert(session, MonitoredHousehold, changed, "key", keeping=["id"])
    return len(changed), len(rows) - len(changed)


def _check(entry: MonitoredEntry) -> None:
    if entry.category not in CATEGORIES:
        raise Refused(
            f"“{entry.head_name}”的监测对象类别不对,可填:{'、'.join(one.label for one in CATEGORIES)}。"
        )
    if not entry.number and not entry.id_number:
        raise Refused(f"“{entry.head_name}”没有户编号,也没有身份证号码,至少填一项。")
    if entry.persons < 1:
        raise Refused(f"“{entry.head_name}”的家庭人口应不少于1人。")
    if entry.eliminated_on and entry.eliminated_on < entry.identified_on:
        raise Refused(f"“{entry.head_name}”的风险消除时间早于识别时间。")


def _row(session: Session, entry: MonitoredEntry) -> dict[str, Any]:
    values = {name: getattr(value, "value", value) for name, value in vars(entry).items()}
    hash_ = id_hash(session, entry.id_number) if entry.id_number else None
    key = f"{entry.number or hash_}/{entry.identified_on}"
    return values | {"id": new_id(), "key": key, "id_hash": hash_}


def _known(session: Session, keys: list[str]) -> dict[str, dict[str, Any]]:
    found = session.exec(select(MonitoredHousehold).where(among(MonitoredHousehold.key, keys)))
    return {row.key: row.model_dump(exclude={"id"}) for row in found}
