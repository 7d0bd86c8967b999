"""The register as somebody sees it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import name_has
from kit.errors import NotFound
from kit.seal import seal
from schemas.codes import DirectoryKind, Level, RiskCause, Stratum
from schemas.monitored import HouseholdListed, ListedWords, Standing
from services.casework.households import queries as households_queries
from services.casework.households.models import Household
from services.casework.identification.models import Identification
from services.casework.identification.queries import place_names
from services.casework.monitored.forms import MonitoredFilter
from services.casework.monitored.models import Monitored, MonitoredRisk
from services.casework.monitored.policy import policy


def rows_of(session: Session, file: Identification) -> Sequence[Monitored]:
    """The rows of a file's household, locked: one, or two where it came into the villages' register
    after it had a file, and had a row of its own before.
    """
    return session.exec(_rows_of(session, file).with_for_update()).all()


def row_of(session: Session, file: Identification) -> str | None:
    """The id of the household's row, to look at."""
    row = session.exec(_rows_of(session, file)).first()
    return row.id if row else None


def _rows_of(session: Session, file: Identification) -> SelectOfScalar[Monitored]:
    whose: list[ColumnElement[bool]] = [col(Monitored.file) == file.id]
    if file.household:
        household = households_queries.present(session, file.household)
        whose.append(col(Monitored.household).in_({file.household, household}))
    if file.id_hash:
        whose.append(col(Monitored.id_hash) == file.id_hash)
    return select(Monitored).where(or_(*whose)).order_by(Monitored.id)


def is_monitored(session: Session, file: Identification) -> bool:
    return any(row.standing is Standing.MONITORED for row in rows_of(session, file))


def rows(actor: Actor, asked: MonitoredFilter) -> SelectOfScalar[Monitored]:
    """What the actor sees of what is asked for."""
    statement = select(Monitored).where(policy.visible(actor, "monitored", Monitored))
    for name in ("standing", "category", "township", "village"):
        if wanted := getattr(asked, name):
            statement = statement.where(getattr(Monitored, name) == wanted)
    if asked.q:
        named = select(Household.id).where(
            or_(name_has(col(Household.head_name), asked.q), Household.number == asked.q.upper())
        )
        files = select(Identification.id).where(Identification.number == asked.q.upper())
        statement = statement.where(
            or_(
                name_has(col(Monitored.head_name), asked.q),
                col(Monitored.national_number) == asked.q,
                col(Monitored.household).in_(named),
                col(Monitored.file).in_(files),
            )
        )
    return statement


def counts(session: Session, statement: SelectOfScalar[Monitored]) -> dict[Standing, int]:
    """How many of these households stand where, in the order of the code list."""
    counted = select(Monitored.standing, func.count()).where(
        col(Monitored.id).in_(statement.with_only_columns(col(Monitored.id)))
    )
    found = dict(session.exec(counted.group_by(Monitored.standing)).all())
    return {standing: found[standing] for standing in Standing if standing in found}


def see(session: Session, actor: Actor, row_id: str) -> Monitored:
    """The row, if the actor may see it."""
    stored = session.get(Monitored, row_id)
    if stored is None:
        raise NotFound("监测对象名册里没有这一户，请核对。")
    policy.require(actor, "monitored_household", stored)
    return stored


def listed(session: Session, row: Monitored, *, gone: bool = False) -> HouseholdListed:
    """The row as others hear of it; only of a household that was identified."""
    assert row.category
    assert row.identified_on
    household = session.get(Household, row.household) if row.household else None
    words = ListedWords(
        head_name=(household.head_name if household else "") or row.head_name,
        number=(household.number if household else None) or row.national_number,
        id_number=(household.id_number if household else None) or row.id_number,
        phone=(household.phone if household else None) or row.phone,
        channel=channel(session, row),
        eliminated_mode=row.eliminated_mode,
        remarks=row.remarks,
    )
    same = "in_ledger", "household", "id_hash", "village", "standing", "category", "identified_on"
    also = "eliminated_on", "persons_eliminated", "lapsed_on", "version"
    return HouseholdListed(
        monitored=row.id,
        gone=gone,
        causes=tuple(row.causes),
        persons=row.persons or (household.size if household else 1),
        sealed=seal(session, words),
        **{name: getattr(row, name) for name in (*same, *also)},
    )


def channel(session: Session, row: Monitored) -> str | None:
    """How the household came to be identified, in words."""
    if row.channel or not row.file:
        return row.channel
    file = session.get(Identification, row.file)
    return file.channel.label if file else None


def risks(session: Session, row_id: str) -> Sequence[MonitoredRisk]:
    statement = select(MonitoredRisk).where(MonitoredRisk.monitored == row_id)
    return session.exec(statement.order_by(col(MonitoredRisk.on), MonitoredRisk.id)).all()


def files(session: Session, row: Monitored) -> Sequence[Identification]:
    """All files of the household, the latest first."""
    whose: list[ColumnElement[bool]] = [col(Identification.id) == row.file]
    if row.household:
        whose.append(col(Identification.household) == row.household)
    order = col(Identification.opened_on).desc(), col(Identification.number).desc()
    return session.exec(select(Identification).where(or_(*whose)).order_by(*order)).all()


@dataclass(frozen=True)
class Line:
    """A household of the register with its names."""

    row: Monitored
    head_name: str
    number: str | None
    township: str
    village: str
    group: str | None
    persons: int | None
    channel: str | None = None


@dataclass
class PlaceCounts:
    """Households of a place: monitored now, eliminated, lapsed; the monitored by category and cause."""

    code: str
    name: str
    standings: Counter[Standing] = field(default_factory=Counter)
    categories: Counter[Stratum] = field(default_factory=Counter)
    causes: Counter[RiskCause | None] = field(default_factory=Counter)

    @property
    def filter(self) -> str:
        """What the register is filtered by, to show these households."""
        return "township" if self.code.endswith("000") else "village"

    def add(
        self, standing: Standing, category: Stratum, cause: RiskCause | None, count: int
    ) -> None:
        self.standings[standing] += count
        if standing is Standing.MONITORED:
            self.categories[category] += count
            self.causes[cause] += count


def lines(session: Session, found: Sequence[Monitored]) -> list[Line]:
    """A whole page's rows with what the villages' register says now."""
    known = households_queries.known(session, [row.household for row in found if row.household])
    villages = place_names(session, {row.village for row in found})
    towns = directory.names(session, (DirectoryKind.TOWNSHIP,), {row.township for row in found})
    ids = [row.file for row in found if row.file and not row.channel]
    files = session.exec(select(Identification).where(among(Identification.id, ids)))
    channels = {file.id: file.channel.label for file in files}
    return [
        _line(
            row,
            known.get(row.household or ""),
            (towns[row.township], villages[row.village]),
            row.channel or channels.get(row.file or ""),
        )
        for row in found
    ]


def _line(
    row: Monitored, household: Household | None, places: tuple[str, str], channel: str | None
) -> Line:
    return Line(
        row,
        (household.head_name if household else "") or row.head_name,
        (household.number if household else None) or row.national_number,
        *places,
        household.group_no if household else None,
        household.size if household else row.persons,
        channel,
    )


def places(session: Session, actor: Actor, level: Level) -> list[PlaceCounts]:
    """The monitored households of each township or village, by category and by primary cause."""
    place: Any = col(Monitored.township if level is Level.TOWNSHIP else Monitored.village)
    cause: Any = literal_column("causes[1]")  # the primary one
    standings = (Standing.MONITORED, Standing.ELIMINATED, Standing.LAPSED)
    grouped: Any = place, Monitored.standing, Monitored.category, cause
    counted: Any = *grouped, func.count()
    statement: Any = (
        select(*counted)
        .where(policy.visible(actor, "monitored_places", Monitored))
        .where(col(Monitored.standing).in_(standings), col(Monitored.category).is_not(None))
        .group_by(*grouped)
    )
    found: dict[str, PlaceCounts] = {}
    rows = session.execute(statement).all()
    codes = {row[0] for row in rows}
    called = (
        place_names(session, codes)
        if level is Level.VILLAGE
        else directory.names(session, (DirectoryKind.TOWNSHIP,), codes)
    )
    for code, standing, category, first, count in rows:
        counts = found.setdefault(code, PlaceCounts(code, called[code]))
        counts.add(standing, category, RiskCause(first) if first else None, count)
    return [found[code] for code in sorted(found)]
