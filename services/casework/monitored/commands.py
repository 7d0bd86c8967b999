"""Keeps the register: it follows files and decisions. Nobody here commits."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.database.columns import among
from kit.messaging.outbox import emit
from rulebook.income import Reckoning, a_head
from schemas.casework import RiskAdded
from schemas.codes import RiskCause, Stratum
from services.casework.households import queries as households_queries
from services.casework.households.models import Household
from services.casework.identification.models import Identification, NetworkCase
from services.casework.monitored import queries
from services.casework.monitored.models import Monitored, MonitoredRisk
from services.casework.monitored.rules import Standing, standing_of


def follow(session: Session, file: Identification, on: date) -> Monitored:
    """The household's row says where its file has come to; the first file makes the row."""
    session.flush()  # the file first: the row refers to it
    row = _one(session, queries.rows_of(session, file)) or Monitored(
        village=file.village, township=file.township, file=file.id, standing=Standing.NONE, since=on
    )
    household = file.household and households_queries.present(session, file.household)
    row.household, row.id_hash = household, None if household else file.id_hash
    row.head_name = file.head_name
    standing = standing_of(file.state, row.standing)
    if standing is not row.standing:
        row.standing, row.since = standing, on
    row.village, row.township, row.file = file.village, file.township, file.id
    row.version += 1
    session.add(row)
    session.flush()
    return row


def identify(
    session: Session,
    file: Identification,
    category: Stratum,
    causes: Sequence[RiskCause],
    on: date,
    *,
    reckoned: Reckoning | None,
) -> Monitored:
    """The county decided: monitored from this day on. `reckoned`: the statement that it had."""
    row = follow(session, file, on)
    row.category, row.causes, row.identified_on = category, list(causes), on
    assessed = reckoned and reckoned.assessed
    row.line = assessed.line if assessed else None
    row.income = a_head(assessed.total, assessed.size) if assessed else None
    session.add(row)
    return row


def add_risk(
    session: Session, file: Identification, draft: Identification, case: NetworkCase | None
) -> MonitoredRisk | None:
    """A household that is monitored has a new risk; the same case again is none."""
    row = _one(session, queries.rows_of(session, file))
    if row is None or row.standing is not Standing.MONITORED:
        return None
    risk = MonitoredRisk(
        monitored=row.id,
        channel=draft.channel,
        case=case.case if case else None,
        causes=list(case.causes) if case else [],
        on=draft.lead_at,
    )
    row.version += 1
    session.add_all([row, risk])
    session.flush()
    if row.household:
        emit(
            session,
            RiskAdded(
                risk=risk.id,
                household=row.household,
                village=row.village,
                channel=risk.channel,
                case=risk.case,
                causes=tuple(risk.causes),
                on=risk.on,
            ),
        )
    return risk


def follow_merges(session: Session, households: Collection[str]) -> None:
    """Of a household that was registered twice one row is left: that of whoever is monitored, else the
    one that stays in the villages' register.
    """
    statement = select(Monitored, Household.merged_into).where(
        Monitored.household == Household.id,
        among(Household.id, households),
        col(Household.merged_into).is_not(None),
    )
    for void, heir in session.exec(statement.order_by(Monitored.id)).all():
        others = session.exec(select(Monitored).where(Monitored.household == heir)).all()
        kept = _one(session, [*others, void])
        assert kept is not None
        kept.household = heir
        kept.version += 1
        session.add(kept)
        session.flush()


def _one(session: Session, rows: Sequence[Monitored]) -> Monitored | None:
    """Of several rows of one household that of whoever is monitored stays, with all its risks."""
    if not rows:
        return None
    kept, *others = sorted(rows, key=_weight, reverse=True)
    for gone in others:
        for risk in queries.risks(session, gone.id):
            risk.monitored = kept.id
        session.flush()
        session.delete(gone)
        session.flush()  # its place is free before the other row takes it
    return kept


def _weight(row: Monitored) -> tuple[bool, bool]:
    return row.standing is Standing.MONITORED, row.identified_on is not None
