"""Events that casework publishes: a household's way from the lead to the register."""

from datetime import date
from typing import Annotated

from schemas.codes import (
    IdentificationEnd,
    LeadChannel,
    NotAdmittedReason,
    NoticeRound,
    ObjectionChannel,
    RiskCause,
    Stratum,
)
from schemas.event import Event, Seals, Value
from schemas.texts import Code, Reason, Sealed, Words
from schemas.values import ComparedWords

TOPIC = "backstop.casework"


class IdentificationOpened(
    Event, type="casework.identification.opened.v1", topic=TOPIC, about="identification"
):
    """A household's identification begins; a further lead joins the file and is not told again."""

    identification: Code
    number: Code
    household: Code | None = None  # None: in no register yet; its verification creates the entry
    id_hash: Code | None = None  # of whoever is in no register
    village: Code
    channel: LeadChannel
    case: Code | None = None  # of the network
    lead_at: date  # the county's decision of the network's case; of others the lead's receipt
    total_due: date | None = None  # None: the pack has no total limit
    pack: Code
    on: date


class VerifiedWords(Value):
    """What of a household's visit is personal; amounts in fen of the whole household, `line` a head."""

    visitors: tuple[str, ...]
    judgement: str
    words: str | None = None
    net: int | None = None
    assessed: int | None = None
    line: int | None = None
    below_line: bool | None = None  # by the pack's formula; None: nothing could be reckoned


class HouseholdVerified(
    Event, type="casework.household.verified.v1", topic=TOPIC, about="identification"
):
    """Two verifiers were at the household's home. Told again when the form is made whole or corrected,
    a category is chosen, a department's value comes: the last one counts.
    """

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None
    village: Code
    version: int
    visited_on: date  # its rules and its line hold from now on
    period_from: date
    period_to: date
    size: int  # how many share income and expenditure
    complete: bool = False  # the form is whole: the village may assess
    causes: tuple[RiskCause, ...] = ()
    category: Stratum | None = None  # as a person proposes it; the county decides
    pack: Code
    on: date
    sealed: Annotated[Sealed, Seals(VerifiedWords)]


class ConsentWords(Value):
    """Whom a household's consent covers, and whom not; names."""

    covered: tuple[str, ...]
    unsigned: tuple[str, ...] = ()  # his data are not compared before he signs
    refused: tuple[str, ...] = ()  # one member's refusal is not the household's


class ConsentSigned(Event, type="casework.consent.signed.v1", topic=TOPIC, about="identification"):
    """A household lets its data be compared. Told again when another member signs: the last counts."""

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None
    village: Code
    signed_on: date
    covered: int
    unsigned: int = 0
    refused: int = 0
    on: date
    sealed: Annotated[Sealed, Seals(ConsentWords)]


class AssessedLine(Value):
    """One household of a meeting's sheet."""

    identification: Code
    household: Code | None = None
    in_favour: int
    against: int
    abstained: int
    stepped_out: int  # relatives who were there and had no vote
    outcome: Code  # CARRIED, NOT_CARRIED, NO_QUORUM; none of them ends anything


class HouseholdsAssessed(
    Event, type="casework.households.assessed.v1", topic=TOPIC, about="assessment"
):
    """A meeting of a village assessed households; told again, `corrected`, when its sheet was mended."""

    assessment: Code
    village: Code
    body: Code
    on: date
    should_attend: int
    attended: int
    corrected: bool = False
    households: tuple[AssessedLine, ...]


class NoticePosted(Event, type="casework.notice.posted.v1", topic=TOPIC, about="notice"):
    """A list of households hangs in public. `replaces`: a wrong sheet that was taken down."""

    notice: Code
    round: NoticeRound
    village: Code | None = None  # None: the township's
    township: Code
    on: date
    closes_from: date
    replaces: Code | None = None
    identifications: tuple[Code, ...]


class NoticeClosed(Event, type="casework.notice.closed.v1", topic=TOPIC, about="notice"):
    """Its days are over for these households; objections may still be open."""

    notice: Code
    on: date
    identifications: tuple[Code, ...]
    objections: int


class ObjectionWords(Value):
    """What was objected, and by whom; nobody's name where it was anonymous."""

    text: str
    name: str | None = None
    phone: str | None = None


class ObjectionReceived(
    Event, type="casework.objection.received.v1", topic=TOPIC, about="objection"
):
    objection: Code
    notice: Code
    identification: Code | None = None  # None: another household ought to stand on the notice
    village: Code | None = None
    township: Code
    channel: ObjectionChannel
    anonymous: bool
    on: date
    due: date | None = None  # None: the pack has no limit
    sealed: Annotated[Sealed, Seals(ObjectionWords)]


class AnswerWords(Value):
    """What the township found."""

    text: str


class ObjectionAnswered(
    Event, type="casework.objection.answered.v1", topic=TOPIC, about="objection"
):
    objection: Code
    notice: Code
    identification: Code | None = None
    upheld: bool
    on: date
    sealed: Annotated[Sealed, Seals(AnswerWords)]


class ComparisonAsked(Event, type="casework.comparison.asked.v1", topic=TOPIC, about="comparison"):
    """A department is asked whether its data say otherwise than a household does (数据比对)."""

    comparison: Code
    identification: Code
    department: Code
    township: Code
    village: Code
    asked_on: date
    due: date | None = None  # None: the pack gives no limit
    sealed: Annotated[Sealed, Seals(ComparedWords)]


class HouseholdReviewed(
    Event, type="casework.household.reviewed.v1", topic=TOPIC, about="identification"
):
    """The township agreed, or not; either way the household goes up to the county."""

    identification: Code
    household: Code | None = None
    village: Code
    township: Code
    agreed: bool
    reason: Reason | None = None  # of not agreeing
    meeting_on: date | None = None  # of the township's Party committee
    on: date
    words: Sealed | None = None  # of its texts


class OpenDoubt(Value):
    """What a department said of a household that nobody has looked into yet."""

    department: Code
    due: date | None = None  # None: the pack has no limit


class HouseholdCompared(
    Event, type="casework.household.compared.v1", topic=TOPIC, about="identification"
):
    """How the comparison of a household's data stands. Told again when a department answers and when a
    doubt was looked into: the last counts.
    """

    identification: Code
    household: Code | None = None
    village: Code
    unanswered: tuple[Code, ...] = ()  # departments
    doubts: tuple[OpenDoubt, ...] = ()
    on: date


class HouseholdIdentified(
    Event, type="casework.household.identified.v1", topic=TOPIC, about="identification"
):
    """The county decided that the household is monitored from this day on."""

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None  # of whoever is in no register
    village: Code
    category: Stratum
    primary_cause: RiskCause
    causes: tuple[RiskCause, ...]  # the primary one first
    persons: int | None = None  # on that day
    pack: Code
    on: date


class HouseholdNotAdmitted(
    Event, type="casework.household.not-admitted.v1", topic=TOPIC, about="identification"
):
    """The county decided that the household is not monitored; it is told on paper."""

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None
    village: Code
    reason: NotAdmittedReason
    explanation: Annotated[str, Words("说明已密封")] | None = None
    on: date
    words: Sealed | None = None  # of its texts


class IdentificationEnded(
    Event, type="casework.identification.ended.v1", topic=TOPIC, about="identification"
):
    """It ends without a decision of the county: the household gave up by its signature (orders of its
    needs go on), or is no more (all died, moved away, joined another).
    """

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None  # of whoever is in no register
    village: Code
    ended: IdentificationEnd
    reason: Reason | None = None
    on: date
    words: Sealed | None = None  # of its texts


class AnnouncementPosted(
    Event, type="casework.announcement.posted.v1", topic=TOPIC, about="announcement"
):
    """The county announced whom it decided to monitor."""

    announcement: Code
    identifications: tuple[Code, ...]
    on: date


class HouseholdEntered(
    Event, type="casework.household.registered.v1", topic=TOPIC, about="identification"
):
    """The household stands in the national system; its file is closed."""

    identification: Code
    household: Code | None = None
    village: Code
    national_number: Annotated[str, Words("户编号已密封")] | None = None
    on: date
    words: Sealed | None = None  # of its texts


class RiskAdded(Event, type="casework.risk.added.v1", topic=TOPIC, about="household"):
    """A household that is monitored already has a new risk: its measures are looked at again."""

    risk: Code
    household: Code
    village: Code
    channel: LeadChannel
    case: Code | None = None  # of the network
    causes: tuple[RiskCause, ...] = ()
    on: date


class NationalCompared(Event, type="casework.national.compared.v1", topic=TOPIC, about="imported"):
    """An export of the national system has reached the register of monitored households: the numbers
    are in it, and what the two say otherwise waits for people.
    """

    imported: Code
    households: int  # of the export that are monitored there
    differing: int
    on: date


class GreenChannelAgreed(
    Event, type="casework.green-channel.agreed.v1", topic=TOPIC, about="identification"
):
    """Help comes first and the procedure is made up until `due`; the household is being identified,
    and is not monitored.
    """

    identification: Code
    household: Code | None = None
    id_hash: Code | None = None  # of whoever is in no register
    village: Code
    case: Code | None = None  # of the network
    cause: RiskCause
    due: date
    pack: Code
    on: date


class GreenMeasureTaken(
    Event, type="casework.green-channel.measure-taken.v1", topic=TOPIC, about="identification"
):
    """A household was helped before its procedure."""

    measure: Code
    identification: Code
    household: Code | None = None
    village: Code
    what: Annotated[str, Words("措施已密封")]
    on: date
    words: Sealed | None = None  # of its texts


class GreenChannelOverdue(
    Event, type="casework.green-channel.overdue.v1", topic=TOPIC, about="identification"
):
    """The procedure was not made up in time: a lead, no verdict, and a matter of the joint meeting."""

    identification: Code
    number: Code
    household: Code | None = None
    village: Code
    agreed_on: date
    on: date  # the last day


class RecoveryDecided(
    Event, type="casework.green-channel.recovery-decided.v1", topic=TOPIC, about="identification"
):
    """After a false statement a person decided whether what was given first is claimed back."""

    identification: Code
    household: Code | None = None
    village: Code
    recovers: bool
    reason: Reason
    on: date
    words: Sealed | None = None  # of its texts
