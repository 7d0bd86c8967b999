"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from schemas.codes import RiskCause, Severity
from services.unit.directory.models import Household
from services.unit.directory.queries import place_name
from services.unit.findings.models import UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.rules import FindingState
from services.unit.organisation.models import Helper, Unit
from services.unit.outcomes.queries import case_of, fate_words


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
        return FindingState(self.finding.state)

    @property
    def causes(self) -> str:
        return "、".join(RiskCause(cause).label for cause in self.finding.causes)

    @property
    def severity(self) -> str:
        return Severity(self.finding.severity).label

    @property
    def since(self) -> str:
        day = self.finding.since_day
        if day is None:
            return "不详"
        return f"{'大约' if self.finding.since_about else ''}{day.year}年{day.month}月{day.day}日"


def finding(session: Session, id: str, *, lock: bool = False) -> UnitFinding:
    found = session.get(UnitFinding, id, with_for_update=lock or None)
    if found is None:
        raise NotFound("没有找到这条风险情况。")
    return found


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
        query = query.where(col(UnitFinding.state).in_([state.value for state in states]))
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
        select(UnitFinding, Household, Unit.name, Helper.name)
        .join(Household, col(Household.id) == col(UnitFinding.household))
        .join(Unit, col(Unit.code) == col(UnitFinding.unit))
        .join(Helper, col(Helper.code) == col(UnitFinding.helper))
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
    return [_view(session, *row) for row in session.exec(query)]


def finding_view(session: Session, actor: Actor, id: str) -> FindingView:
    """`NotFound`, or `Forbidden` outside the actor's scope."""
    one = finding(session, id)
    policy.require(actor, "finding", one)
    household = session.get(Household, one.household)
    unit, helper = session.get(Unit, one.unit), session.get(Helper, one.helper)
    if household is None or unit is None or helper is None:
        raise NotFound("没有找到这条风险情况的农户或单位。")
    return _view(session, one, household, unit.name, helper.name)


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


def _view(
    session: Session, finding: UnitFinding, household: Household, unit: str, helper: str
) -> FindingView:
    case = case_of(session, finding.id)
    return FindingView(
        finding=finding,
        household=household,
        place=place_name(session, household),
        unit_name=unit,
        helper_name=helper,
        case_number=case.number if case else None,
        fate=fate_words(session, finding, case),
    )
