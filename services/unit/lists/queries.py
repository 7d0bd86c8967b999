"""A unit's lists of a month, what is missing in them, and what of all months waits."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from services.unit.directory.models import Household
from services.unit.findings.models import UnitFinding
from services.unit.findings.rules import OPEN, FindingState
from services.unit.lists.models import UnitList
from services.unit.lists.policy import policy
from services.unit.months.models import Month, UnitMonth
from services.unit.months.queries import month as month_of
from services.unit.organisation.queries import owned
from services.unit.visits.queries import Contact, contacts, progress_of
from services.unit.visits.rules import ContactState, Progress


def lists_of(session: Session, unit: str, month: str) -> list[UnitList]:
    """The month's list and its supplements, in order."""
    query = (
        select(UnitList)
        .where(UnitList.unit == unit, UnitList.month == month)
        .order_by(col(UnitList.supplement))
    )
    return list(session.exec(query))


def sent_lists(session: Session, unit: str, month: str) -> list[UnitList]:
    """The same; `NotFound` while there is none."""
    if lists := lists_of(session, unit, month):
        return lists
    raise NotFound("这个月还没有报送名单；请先由经办人报送。")


def unsigned_lists(session: Session, actor: Actor) -> list[UnitList]:
    """Those that the actor may sign, of all months, oldest first."""
    query = select(UnitList).where(
        policy.visible(actor, "sign_list", UnitList), col(UnitList.signed_on).is_(None)
    )
    return list(session.exec(query.order_by(UnitList.month, col(UnitList.supplement))))


def months_without_list(session: Session, actor: Actor) -> list[UnitMonth]:
    """The months whose list the actor owes for a unit: none sent, not exempt, and no bulletin has named
    it.
    """
    query = (
        select(UnitMonth)
        .join(Month, col(Month.month) == col(UnitMonth.month))
        .where(
            col(UnitMonth.unit).in_(owned(session, actor)),
            col(UnitMonth.exempted_on).is_(None),
            col(Month.closed_on).is_(None),
            ~select(UnitList.id)
            .where(UnitList.unit == UnitMonth.unit, UnitList.month == UnitMonth.month)
            .exists(),
        )
    )
    return list(session.exec(query.order_by(UnitMonth.month)))


def to_send(session: Session, actor: Actor) -> list[UnitFinding]:
    """What the actor owes to the next list of its month: of all months, oldest first."""
    query = select(UnitFinding).where(
        col(UnitFinding.unit).in_(owned(session, actor)), col(UnitFinding.state).in_(OPEN)
    )
    findings = session.exec(query.order_by(UnitFinding.month, UnitFinding.id))
    return [finding for finding in findings if finding.is_to_send]


@dataclass(frozen=True)
class Review:
    """What is missing in a unit's month, to be read before its list is sent or signed (F-12).
    Households are named by their heads; `late`: it is signed after its due day.
    """

    progress: Progress
    neglected: list[str]
    unreached: list[str]
    incomplete: list[str]  # stays behind
    ready: list[str]  # goes with the next list
    unverified: list[str]  # of those that go, and of those that wait for the signature
    struck_out: list[str]
    withdrawn: list[str]
    due: date
    late: bool

    @property
    def without_contact(self) -> list[str]:
        return [*self.neglected, *self.unreached]

    @property
    def is_whole(self) -> bool:
        return not (self.without_contact or self.incomplete or self.unverified or self.late)


def review(session: Session, unit: str, month: str, on: date) -> Review:
    expected = [
        contact
        for contact in contacts(session, month, unit=unit)
        if contact.required and not contact.exempt_reason
    ]
    query = (
        select(UnitFinding, Household.head_name)
        .join(Household, col(Household.id) == col(UnitFinding.household))
        .where(UnitFinding.unit == unit, UnitFinding.month == month)
        .order_by(UnitFinding.id)
    )
    named = list(session.exec(query))
    unsigned = [(finding, name) for finding, name in named if finding.state != FindingState.SIGNED]
    due = month_of(session, month).report_due
    return Review(
        progress=progress_of(session, unit, month),
        neglected=_heads(expected, ContactState.NEGLECTED),
        unreached=_heads(expected, ContactState.UNREACHED),
        incomplete=[
            name for finding, name in unsigned if finding.is_open and not finding.is_to_send
        ],
        ready=[name for finding, name in unsigned if finding.is_to_send],
        unverified=[
            name
            for finding, name in unsigned
            if finding.is_unverified and finding.state != FindingState.DRAFT
        ],
        struck_out=[name for finding, name in unsigned if finding.struck_on],
        withdrawn=[name for finding, name in named if finding.withdrawn_on],
        due=due,
        late=on > due,
    )


def _heads(expected: list[Contact], state: ContactState) -> list[str]:
    return [contact.head_name for contact in expected if contact.state is state]
