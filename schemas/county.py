"""Events that county publishes: supervision, cases, the joint meeting, the bulletin."""

from datetime import date
from typing import Annotated

from schemas.codes import RiskCause, Tier
from schemas.event import Event, InParts, Seals, Value
from schemas.texts import Code, OfficeName, Reason, Sealed, Words
from schemas.values import (
    Finding,
    MeetingPlace,
    Name,
    Need,
    Receipt,
    SourceAnswer,
    Title,
    VisitWords,
)

TOPIC = "backstop.county"


class TeamNamed(Event, type="county.team.named.v1", topic=TOPIC, about="team"):
    team: Code
    name: OfficeName
    townships: tuple[Code, ...]
    sealed: Annotated[Sealed, Seals(Name)]  # of the team's leader
    last_month: Code | None = None  # the last one in which it was there
    successor: Code | None = None  # who answers for it since: what it joined, or the office above


class ResponsibleNamed(Event, type="county.responsible.named.v1", topic=TOPIC, about="place"):
    """The first responsible person of a place or unit (N-02, N-18)."""

    place: Code  # division or unit code
    post: OfficeName
    sealed: Annotated[Sealed, Seals(Name)]


class SupervisionReported(
    Event, InParts, type="county.supervision.reported.v1", topic=TOPIC, about="team"
):
    """A supervision team reported straight to the county (N-12); villages read it as a notice
    (B-38).
    """

    team: Code
    month: Code
    supplement: int = 0
    receipt: Receipt
    late: bool
    nil: bool
    findings: tuple[Finding, ...] = ()
    words: Sealed | None = None  # of its texts


class CaseOpened(Event, type="county.case.opened.v1", topic=TOPIC, about="case"):
    """One household, one case, every source kept (N-13)."""

    case: Code
    number: Code
    household: Code
    village: Code
    on: date
    tiers: tuple[Tier, ...]
    findings: tuple[Code, ...]
    urgent: bool = False


class CaseJoined(Event, type="county.case.joined.v1", topic=TOPIC, about="case"):
    """The findings of a case changed after it was opened: `joined` came to it, or (None) one was
    taken out. `findings`: all that it has now.
    """

    case: Code
    number: Code
    household: Code
    village: Code
    on: date
    joined: Code | None = None
    findings: tuple[Code, ...]


class CaseVerified(Event, type="county.case.verified.v1", topic=TOPIC, about="case"):
    """The county visited and confirmed the risk; each need becomes an order. Told again when a
    finding came after the decision and was answered: `needs` are those that were added.
    """

    case: Code
    number: Code
    household: Code
    village: Code
    on: date
    primary_cause: RiskCause
    causes: tuple[RiskCause, ...]
    urgent: bool = False
    needs: tuple[Need, ...]
    findings: tuple[Code, ...]
    answers: tuple[SourceAnswer, ...] = ()
    # Who decided it, and who entered a finding of it at the county: they do not close its orders.
    accounts: tuple[Code, ...] = ()
    # The office's last visit before: whoever verifies the household goes on from it.
    visit: Annotated[Sealed, Seals(VisitWords)] | None = None
    words: Sealed | None = None  # of its texts


class CaseNotQualified(Event, type="county.case.not-qualified.v1", topic=TOPIC, about="case"):
    case: Code
    household: Code
    village: Code
    on: date
    reason: Reason  # a code list's words
    findings: tuple[Code, ...]
    answers: tuple[SourceAnswer, ...] = ()
    void: bool = False  # nothing was decided: a person had joined its one finding wrongly
    words: Sealed | None = None  # of its texts


class CaseReopened(Event, type="county.case.reopened.v1", topic=TOPIC, about="case"):
    """The office took back that a case is not qualified: it is verified anew."""

    case: Code
    number: Code
    household: Code
    village: Code
    on: date
    findings: tuple[Code, ...]


class CaseSentBack(Event, type="county.case.sent-back.v1", topic=TOPIC, about="case"):
    """Back to the township for a re-check within five working days (D-09)."""

    case: Code
    number: Code
    household: Code
    village: Code
    township: Code
    on: date
    due: date
    question: Annotated[str, Words("请复核，具体问题已密封")]
    findings: tuple[Code, ...]
    words: Sealed | None = None  # of its texts


class AgendaLine(Value):
    item: Code
    order: Code | None = None
    title: Title  # by number and village, never a name
    orders: tuple[Code, ...] = ()  # all that the item is about; `order` is the first


class MeetingNoticed(
    Event, InParts, type="county.meeting.noticed.v1", topic=TOPIC, about="meeting"
):
    """A department gets notice of the joint meeting with its own items (D12)."""

    meeting: Code
    on: date
    place: MeetingPlace
    department: Code
    lines: tuple[AgendaLine, ...]
    words: Sealed | None = None  # of its texts


class MeetingDecided(Event, type="county.meeting.decided.v1", topic=TOPIC, about="meeting"):
    """One decision of the minutes. With `order`: that order's solve_due moves or its department
    changes; with `case` and `need`: a new order.
    """

    meeting: Code
    decision: Code
    on: date
    text: Annotated[str, Words("联席会议决定，内容已密封")]
    department: Code | None = None
    due: date | None = None
    order: Code | None = None
    case: Code | None = None
    household: Code | None = None
    village: Code | None = None
    need: Need | None = None
    words: Sealed | None = None  # of its texts


class BulletinIssued(Event, type="county.bulletin.issued.v1", topic=TOPIC, about="month"):
    month: Code
    issued_on: date
    sha256: Code
    erratum: int = 0
