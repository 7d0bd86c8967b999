"""Events that county publishes: supervision, cases, the joint meeting, the bulletin."""

from datetime import date
from typing import Annotated

from schemas.codes import RiskCause, Tier
from schemas.event import Event, Seals, Value
from schemas.values import Finding, Name, Need, Receipt, SourceAnswer

TOPIC = "backstop.county"


class TeamNamed(Event, type="county.team.named.v1", topic=TOPIC, about="team"):
    team: str
    name: str
    townships: tuple[str, ...]
    sealed: Annotated[str, Seals(Name)]  # of the team's leader
    last_month: str | None = None  # the last one in which it was there
    successor: str | None = None  # who answers for it since: what it joined, or the office above


class ResponsibleNamed(Event, type="county.responsible.named.v1", topic=TOPIC, about="place"):
    """The first responsible person of a place or unit (N-02, N-18)."""

    place: str  # division or unit code
    post: str
    sealed: Annotated[str, Seals(Name)]


class SupervisionReported(Event, type="county.supervision.reported.v1", topic=TOPIC, about="team"):
    """A supervision team reported straight to the county (N-12); villages read it as a notice
    (B-38).
    """

    team: str
    month: str
    supplement: int = 0
    receipt: Receipt
    late: bool
    nil: bool
    findings: tuple[Finding, ...] = ()


class CaseOpened(Event, type="county.case.opened.v1", topic=TOPIC, about="case"):
    """One household, one case, every source kept (N-13)."""

    case: str
    number: str
    household: str
    village: str
    on: date
    tiers: tuple[Tier, ...]
    findings: tuple[str, ...]
    urgent: bool = False


class CaseJoined(Event, type="county.case.joined.v1", topic=TOPIC, about="case"):
    """The findings of a case changed after it was opened: `joined` came to it, or (None) one was
    taken out. `findings`: all that it has now.
    """

    case: str
    number: str
    household: str
    village: str
    on: date
    joined: str | None = None
    findings: tuple[str, ...]


class CaseVerified(Event, type="county.case.verified.v1", topic=TOPIC, about="case"):
    """The county visited and confirmed the risk; each need becomes an order. Told again when a
    finding came after the decision and was answered: `needs` are those that were added.
    """

    case: str
    number: str
    household: str
    village: str
    on: date
    primary_cause: RiskCause
    causes: tuple[RiskCause, ...]
    urgent: bool = False
    needs: tuple[Need, ...]
    findings: tuple[str, ...]
    answers: tuple[SourceAnswer, ...] = ()


class CaseNotQualified(Event, type="county.case.not-qualified.v1", topic=TOPIC, about="case"):
    case: str
    household: str
    village: str
    on: date
    reason: str  # a code list's words, no personal data
    findings: tuple[str, ...]
    answers: tuple[SourceAnswer, ...] = ()
    void: bool = False  # nothing was decided: a person had joined its one finding wrongly


class CaseReopened(Event, type="county.case.reopened.v1", topic=TOPIC, about="case"):
    """The office took back that a case is not qualified: it is verified anew."""

    case: str
    number: str
    household: str
    village: str
    on: date
    findings: tuple[str, ...]


class CaseSentBack(Event, type="county.case.sent-back.v1", topic=TOPIC, about="case"):
    """Back to the township for a re-check within five working days (D-09)."""

    case: str
    number: str
    household: str
    village: str
    township: str
    on: date
    due: date
    question: str
    findings: tuple[str, ...]


class AgendaLine(Value):
    item: str
    order: str | None = None
    title: str  # by number and village, never a name
    orders: tuple[str, ...] = ()  # all that the item is about; `order` is the first


class MeetingNoticed(Event, type="county.meeting.noticed.v1", topic=TOPIC, about="meeting"):
    """A department gets notice of the joint meeting with its own items (D12)."""

    meeting: str
    on: date
    place: str
    department: str
    lines: tuple[AgendaLine, ...]


class MeetingDecided(Event, type="county.meeting.decided.v1", topic=TOPIC, about="meeting"):
    """One decision of the minutes. With `order`: that order's solve_due moves or its department
    changes; with `case` and `need`: a new order.
    """

    meeting: str
    decision: str
    on: date
    text: str
    department: str | None = None
    due: date | None = None
    order: str | None = None
    case: str | None = None
    household: str | None = None
    village: str | None = None
    need: Need | None = None


class BulletinIssued(Event, type="county.bulletin.issued.v1", topic=TOPIC, about="month"):
    month: str
    issued_on: date
    sha256: str
    erratum: int = 0
