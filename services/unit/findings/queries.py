"""Findings as the actor may see them, with the words a page needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import existing
from schemas.codes import DirectoryKind
from services.unit.directory.models import Household
from services.unit.directory.queries import household, place_of, village_names
from services.unit.findings.models import UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.rules import FindingState
from services.unit.outcomes.queries import cases_of, fate_words


@dataclass(frozen=True)
class FindingView:
    """A finding with the words a page needs."""

    finding: UnitFinding
    household: Household
    place: str
    unit_name: str
    helper_name: str
    case_number: str | None
    fate: str

    @property
    def state(self) -> FindingState:
        return self.finding.state

    @property
    def causes(self) -> str:
        return "、".join(cause.label for cause in self.finding.causes)

    @property
    def severity(self) -> str:
        return self.finding.severity.label

    @property
    def since(self) -> str:
        return str(self.finding.since)


def finding(session: Session, id: str) -> UnitFinding:
    return existing(session, UnitFinding, id, "没有找到这条风险情况。")


def findings(
    session: Session,
    *,
    month: str | None = None,
    unit: str | None = None,
    states: Sequence[FindingState] = (),
) -> list[UnitFinding]:
    """Oldest first; struck-out ones are among them."""
    query = select(UnitFinding)
    if month:
        query = query.where(UnitFinding.month == month)
    if unit:
        query = query.where(UnitFinding.unit == unit)
    if states:
        query = query.where(col(UnitFinding.state).in_(states))
    return list(session.exec(query.order_by(UnitFinding.month, UnitFinding.id)))


def finding_views(
    session: Session,
    actor: Actor,
    *,
    month: str | None = None,
    unit: str | None = None,
    list_id: str | None = None,
    household: str | None = None,
) -> list[FindingView]:
    """What the actor may see of them."""
    query = (
        select(UnitFinding, Household)
        .join(Household, col(Household.id) == col(UnitFinding.household))
        .where(policy.visible(actor, "findings", UnitFinding))
        .order_by(col(UnitFinding.month).desc(), UnitFinding.unit, UnitFinding.id)
    )
    for column, value in (
        (UnitFinding.month, month),
        (UnitFinding.unit, unit),
        (UnitFinding.list_id, list_id),
        (UnitFinding.household, household),
    ):
        if value:
            query = query.where(column == value)
    return _views(session, session.exec(query).all())


def finding_view(session: Session, actor: Actor, id: str) -> FindingView:
    """`NotFound`, or `Forbidden` outside the actor's scope."""
    row = finding(session, id)
    policy.require(actor, "finding", row)
    return _views(session, [(row, household(session, row.household))])[0]


def notices(session: Session, actor: Actor, month: str | None = None) -> list[FindingView]:
    """What helping units have reported to the county in the actor's own place (B-38): to know, not
    to do.
    """
    return [
        view
        for view in finding_views(session, actor, month=month)
        if view.state is FindingState.SIGNED and not view.finding.struck_on
    ]


def past_of_household(session: Session, actor: Actor, household: str) -> list[FindingView]:
    return finding_views(session, actor, household=household)


def _views(session: Session, rows: Sequence[tuple[UnitFinding, Household]]) -> list[FindingView]:
    """A page's findings, their names read at once."""
    villages = village_names(session, [household for _, household in rows])
    units = directory.names(session, DirectoryKind.UNIT, [finding.unit for finding, _ in rows])
    helpers = directory.names(
        session, DirectoryKind.HELPER, [finding.helper for finding, _ in rows]
    )
    cases = cases_of(session, [finding.id for finding, _ in rows])
    return [
        FindingView(
            finding=finding,
            household=household,
            place=place_of(household, villages),
            unit_name=units[finding.unit],
            helper_name=helpers[finding.helper],
            case_number=case.number if (case := cases.get(finding.id)) else None,
            fate=fate_words(session, finding, case),
        )
        for finding, household in rows
    ]
