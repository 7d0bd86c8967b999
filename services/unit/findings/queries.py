"""Findings as the actor may see them, with the words a page needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect
from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import existing
from kit.dates import show_day
from schemas.codes import DirectoryKind, Role
from services.unit.directory.models import Household
from services.unit.directory.queries import entries_of, household, place_of, present, village_names
from services.unit.findings.models import FormerFinding, UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.rules import FindingState
from services.unit.organisation.models import Assignment, Helper
from services.unit.organisation.queries import owned
from services.unit.outcomes.queries import facts_of, fate_words
from services.unit.outcomes.rules import CaseFacts, OrderFacts, end_of


@dataclass(frozen=True)
class FindingView:
    """A finding with the words a page needs."""

    finding: UnitFinding
    household: Household
    place: str
    unit_name: str
    helper_name: str
    facts: CaseFacts | None
    fate: str

    @property
    def state(self) -> FindingState:
        return self.finding.state

    @property
    def case_number(self) -> str | None:
        return self.facts.number if self.facts else None

    @property
    def orders(self) -> tuple[OrderFacts, ...]:
        return self.facts.orders if self.facts else ()

    @property
    def ended_on(self) -> date | None:
        """Struck out, taken back, or at its end at the county; None: it is under way. A risk that the
        county has verified is not over because the unit struck it out later.
        """
        if self.facts and self.facts.is_verified:
            return end_of(self.facts)
        return self.finding.withdrawn_on or self.finding.struck_on or end_of(self.facts)

    @property
    def causes(self) -> str:
        return "、".join(cause.label for cause in self.finding.causes)

    @property
    def verified(self) -> str:
        """Who of the unit looked into it, when and how (N-11)."""
        finding = self.finding
        if finding.verified_on is None or finding.verified_how is None:
            return ""
        return (
            f"{finding.verified_by}，{show_day(finding.verified_on)}，{finding.verified_how.label}"
        )

    @property
    def severity(self) -> str:
        return self.finding.severity.label

    @property
    def since(self) -> str:
        return str(self.finding.since)


def finding(session: Session, id: str) -> UnitFinding:
    return existing(session, UnitFinding, id, "没有找到这条风险情况。")


def finding_of(
    session: Session, unit: str, month: str, household: str, *, hold: bool = False
) -> UnitFinding | None:
    """A unit's one finding of a household in a month, where it has none that of an entry that was
    merged into it; `hold`: nobody else changes it meanwhile.
    """
    query = select(UnitFinding).where(
        UnitFinding.unit == unit,
        UnitFinding.month == month,
        col(UnitFinding.household).in_(entries_of(session, household)),
    )
    query = query.order_by(col(UnitFinding.household) != household, col(UnitFinding.id))
    return session.exec(query.with_for_update() if hold else query).first()


def former(session: Session, finding: str) -> list[FormerFinding]:
    """What stood in it before, newest first."""
    query = select(FormerFinding).where(FormerFinding.finding == finding)
    return list(session.exec(query.order_by(col(FormerFinding.version).desc())))


def present_helper() -> ScalarSelect[str]:
    """Who has to complete a finding: whoever helps the household now, or its successor. NULL: nobody
    does, so it is the unit's clerk's.
    """
    entry = col(UnitFinding.household)
    return (
        select(Helper.code)
        .join(Assignment, col(Assignment.helper) == col(Helper.code))
        .where(
            col(Assignment.household).in_([entry, present(entry)]), col(Helper.left_on).is_(None)
        )
        .order_by(col(Assignment.household) != entry)
        .limit(1)
        .correlate(UnitFinding)
        .scalar_subquery()
    )


def incomplete(session: Session, actor: Actor) -> list[FindingView]:
    """Findings without words (待补充) of all months that are the actor's to complete: a helper's of
    his present households, a clerk's of those that no helper has any more.
    """
    owner = present_helper()
    if actor.role is Role.HELPER:
        return _open_drafts(session, actor, owner == actor.place)
    return _open_drafts(session, actor, owner.is_(None) & _of_owned(session, actor))


def incomplete_at_helpers(session: Session, actor: Actor) -> list[FindingView]:
    """Those of the units that the clerk answers for that helpers have to complete."""
    return _open_drafts(session, actor, present_helper().is_not(None) & _of_owned(session, actor))


def _of_owned(session: Session, actor: Actor) -> ColumnElement[bool]:
    return col(UnitFinding.unit).in_(owned(session, actor))


def _open_drafts(session: Session, actor: Actor, whose: ColumnElement[bool]) -> list[FindingView]:
    query = (
        select(UnitFinding, Household)
        .join(Household, col(Household.id) == col(UnitFinding.household))
        .where(
            whose,
            policy.visible(actor, "complete_finding", UnitFinding),
            UnitFinding.state == FindingState.DRAFT,
            col(UnitFinding.struck_on).is_(None),
            col(UnitFinding.withdrawn_on).is_(None),
        )
    )
    rows = session.exec(query.order_by(UnitFinding.month, UnitFinding.id)).all()
    return _views(session, rows)


def findings(
    session: Session,
    *,
    month: str | None = None,
    unit: str | None = None,
    states: Sequence[FindingState] = (),
    hold: bool = False,
) -> list[UnitFinding]:
    """Oldest first; struck-out ones and those taken back are among them. `hold`: nobody else
    changes them meanwhile.
    """
    query = select(UnitFinding)
    if month:
        query = query.where(UnitFinding.month == month)
    if unit:
        query = query.where(UnitFinding.unit == unit)
    if states:
        query = query.where(col(UnitFinding.state).in_(states))
    query = query.order_by(UnitFinding.month, UnitFinding.id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(query))


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
    if household:
        query = query.where(col(UnitFinding.household).in_(entries_of(session, household)))
    for column, value in (
        (UnitFinding.month, month),
        (UnitFinding.unit, unit),
        (UnitFinding.list_id, list_id),
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


def reported(session: Session, actor: Actor) -> list[FindingView]:
    """All that the actor or his unit ever found, under way first, with what became of each."""
    views = finding_views(session, actor)
    return sorted(views, key=lambda view: view.ended_on is not None)


def past_of_household(session: Session, actor: Actor, household: str) -> list[FindingView]:
    return finding_views(session, actor, household=household)


def _views(session: Session, rows: Sequence[tuple[UnitFinding, Household]]) -> list[FindingView]:
    """A page's findings, their names read at once."""
    villages = village_names(session, [household for _, household in rows])
    units = directory.names(session, DirectoryKind.UNIT, [finding.unit for finding, _ in rows])
    helpers = directory.names(
        session, DirectoryKind.HELPER, [finding.helper for finding, _ in rows]
    )
    facts = facts_of(session, [finding.id for finding, _ in rows])
    return [
        FindingView(
            finding=finding,
            household=household,
            place=place_of(household, villages),
            unit_name=units[finding.unit],
            helper_name=helpers[finding.helper],
            facts=facts.get(finding.id),
            fate=fate_words(finding, facts.get(finding.id)),
        )
        for finding, household in rows
    ]
