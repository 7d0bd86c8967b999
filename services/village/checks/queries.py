"""What data checks found, as somebody may see it, and what they are given to look at."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.database.rows import existing
from kit.database.searching import begins
from kit.lists import Column, Listing
from rulebook.divisions import level, township_of
from rulebook.packs.checks import Mender
from rulebook.scopes import ScopeKind
from schemas.codes import CaseDecision, Level
from services.village import directory
from services.village.checks.forms import FindingFilter
from services.village.checks.models import CheckedVillage, DataFinding
from services.village.checks.policy import policy
from services.village.checks.rules import FindingState, kind_label
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.outcomes import queries as outcomes_queries
from services.village.outcomes.models import CaseFate
from services.village.register import queries as register_queries
from services.village.register.models import Household


@dataclass(frozen=True)
class FindingLine:
    """A finding as lists show it."""

    finding: DataFinding
    household: Household
    place: str
    mender: str

    @property
    def kind(self) -> str:
        return kind_label(self.finding.code, self.finding.kind.label, self.finding.lead)


SET = 2_000  # households in memory at a time
FIRST = case((col(DataFinding.state) == FindingState.OPEN.value, 0), else_=1)
FINDINGS = Listing[FindingLine](
    [
        Column("place", "村组", sort=col(DataFinding.village)),
        Column("number", "户编号", lambda line: line.household.number or "无编号"),
        Column(
            "head",
            "户主",
            lambda line: line.household.head_name,
            href=lambda line: f"/village/households/{line.household.id}",
        ),
        Column(
            "sentence",
            "问题",
            lambda line: line.finding.sentence,
            href=lambda line: f"/village/checks/{line.finding.id}",
        ),
        Column("kind", "类别", sort=col(DataFinding.code)),
        Column("mends", "谁来改", lambda line: line.mender, sort=col(DataFinding.mends)),
        Column("state", "状态", lambda line: line.finding.state, sort=col(DataFinding.state)),
        Column("since", "从哪天起", lambda line: line.finding.since, sort=col(DataFinding.since)),
        Column("reason", "说明", lambda line: line.finding.reason),
    ],
    order=[
        FIRST,
        DataFinding.village,
        col(DataFinding.group),
        DataFinding.household,
        DataFinding.id,
    ],
)


def prefix_of(place: str) -> str:
    """What the codes of all its villages begin with."""
    return {Level.COUNTY: place[:6], Level.TOWNSHIP: place[:9]}.get(level(place), place)


def findings(actor: Actor, asked: FindingFilter) -> SelectOfScalar[DataFinding]:
    """A statement: the findings that the actor may see and asks for."""
    place = prefix_of(asked.place) if asked.place else ""
    return select(DataFinding).where(
        policy.visible(actor, "data_findings", DataFinding),
        begins(col(DataFinding.village), place) if place else true(),
        DataFinding.mends == asked.mends if asked.mends else true(),
        DataFinding.state == asked.state if asked.state else true(),
        DataFinding.kind == asked.kind if asked.kind else true(),
    )


def lines(session: Session, rows: Sequence[DataFinding]) -> list[FindingLine]:
    names = directory.names(session)
    known = register_queries.known_households(session, {row.household for row in rows})
    departments = outcomes_queries.departments(session, {row.department for row in rows})
    return [
        FindingLine(
            row,
            known[row.household],
            f"{names.full(row.village)}{row.group + '组' if row.group else ''}",
            departments.get(row.department or "") or row.mends.label,
        )
        for row in rows
    ]


def finding(session: Session, id: str) -> DataFinding:
    return existing(session, DataFinding, id, "没有这个数据核查问题。请从清单里选择。")


def open_count(session: Session, actor: Actor, prefix: str, menders: Collection[Mender]) -> int:
    """How many below a place wait for these."""
    statement = select(func.count()).where(
        policy.visible(actor, "data_findings", DataFinding),
        begins(col(DataFinding.village), prefix),
        DataFinding.state == FindingState.OPEN,
        col(DataFinding.mends).in_(menders),
    )
    return session.exec(statement).one()


class PlaceCount(NamedTuple):
    """What is open and what is done in a place, of what the actor sees."""

    place: str
    open: int
    right: int
    mended: int
    checked_on: date | None


def counts(session: Session, actor: Actor) -> list[PlaceCount]:
    """By township for the county, by village for a township and a village; every place that has
    villages, also the one where nothing was found.
    """
    digits = 9 if actor.scope.kind is ScopeKind.COUNTY else 12
    found: dict[str, dict[FindingState, int]] = {}
    place = func.left(DataFinding.village, digits)
    seen = select(place, DataFinding.state, func.count()).where(
        policy.visible(actor, "data_findings", DataFinding)
    )
    for code, state, count in session.execute(seen.group_by(place, col(DataFinding.state))):
        found.setdefault(code, {})[state] = count
    looked = {row.village: row.on for row in session.exec(select(CheckedVillage)).all()}
    villages = [village.code for village in register_queries.villages_seen(session, actor)]
    wide = actor.scope.kind is ScopeKind.COUNTY
    places = dict.fromkeys(prefix_of(township_of(code)) if wide else code for code in villages)
    return [
        PlaceCount(
            place=code.ljust(12, "0"),
            open=found.get(code, {}).get(FindingState.OPEN, 0),
            right=found.get(code, {}).get(FindingState.RIGHT, 0),
            mended=found.get(code, {}).get(FindingState.MENDED, 0),
            checked_on=_earliest(looked.get(one) for one in villages if one.startswith(code)),
        )
        for code in places
    ]


def _earliest(days: Iterable[date | None]) -> date | None:
    """Since when all were looked at; None where one never was."""
    given = list(days)
    known = [day for day in given if day]
    return min(known) if known and len(known) == len(given) else None


def to_check(session: Session, village: str) -> list[Household]:
    """The register of a village: who is on it and was not merged."""
    statement = select(Household).where(
        Household.village == village, Household.on_register, col(Household.merged_on).is_(None)
    )
    return list(session.exec(statement.order_by(Household.id)).all())


def gone(session: Session, village: str) -> list[DataFinding]:
    """Findings of a village whose households are on the register no more."""
    there = select(Household.id).where(Household.on_register, col(Household.merged_on).is_(None))
    statement = select(DataFinding).where(
        DataFinding.village == village,
        col(DataFinding.household).not_in(there),
        DataFinding.state != FindingState.MENDED,
    )
    return list(session.exec(statement).all())


def of_households(
    session: Session, households: Iterable[str], codes: Iterable[str]
) -> Sequence[DataFinding]:
    statement = select(DataFinding).where(
        among(DataFinding.household, households), among(DataFinding.code, codes)
    )
    return session.exec(statement.order_by(DataFinding.id)).all()


def of_checks(session: Session, codes: Iterable[str]) -> Sequence[DataFinding]:
    """Of the whole county."""
    return session.exec(select(DataFinding).where(among(DataFinding.code, codes))).all()


def whole_register(session: Session) -> Iterator[list[Household]]:
    """Everybody who is on the register, a set at a time in memory."""
    statement = select(Household).where(Household.on_register, col(Household.merged_on).is_(None))
    rows = session.scalars(statement.order_by(Household.id).execution_options(yield_per=SET))
    yield from map(list, rows.partitions())


def leads(session: Session, households: Iterable[str]) -> dict[str, date]:
    """When somebody first reported a household that nobody struck out and the county has not found to
    be without a risk.
    """
    without = select(CaseFate.household).where(CaseFate.decision == CaseDecision.NOT_QUALIFIED)
    statement = (
        select(Finding.household, func.min(Finding.found_on))
        .where(
            among(Finding.household, households),
            col(Finding.village_agreed).is_not(False),
            col(Finding.township_agreed).is_not(False),
            Finding.stage != Stage.WITHDRAWN,
            col(Finding.household).not_in(without),
        )
        .group_by(Finding.household)
    )
    return dict(session.exec(statement).all())
