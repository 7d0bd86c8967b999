"""Value types that several publishers share, and what travels sealed."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.codes import GapItem, RiskCause, Severity
from schemas.event import Seals, Value
from schemas.texts import Code, Reason, Sealed, Words

MeetingPlace = Annotated[str, Words("地点见会议通知")]
Title = Annotated[str, Words("联席会议议题")]  # of an agenda: by number and village, never a name


class Since(Value):
    """Since when the risk is there (B-35): an exact day, about a day, or unknown (`day` None: ask
    first).
    """

    day: date | None = None
    about: bool = False

    def __str__(self) -> str:
        """As people read it."""
        if self.day is None:
            return "不详"
        day = self.day
        return f"{'大约' if self.about else ''}{day.year}年{day.month}月{day.day}日"


class Receipt(Value):
    """When something came: our own clock's receipt, and what somebody authorised entered for a
    paper (补录).
    """

    on: date
    written_on: date | None = None  # the date on the paper, kept beside
    entered_on: date | None = None  # the day of a 补录, when `on` was given by a person
    reason: Reason | None = None


class FindingWords(Value):
    """The personal part of a finding."""

    head_name: str
    id_number: str | None = None
    phone: str | None = None
    size: int | None = None
    risk_point: str | None = None
    matter: str | None = None
    problem: str | None = None  # 发现问题 of a supervision finding
    advice: str | None = None  # 建议 of a supervision finding
    note: str | None = None


class Finding(Value):
    """One household with a risk, as a tier reports it (D5). Names, words and numbers are in
    `sealed`.
    """

    finding: Code
    household: Code
    village: Code
    group: Code | None = None
    id_hash: Code | None = None
    on_register: bool = True  # False: 不在册,待核对
    causes: tuple[RiskCause, ...]  # the first is the primary one
    severity: Severity = Severity.ORDINARY
    since: Since = Since()
    found_on: date
    already_reported: bool = False  # urgent, travelled alone before its list (GT-24)
    struck_out: Reason | None = None  # who struck it out, for what reason (GT-26)
    sealed: Annotated[Sealed, Seals(FindingWords)]


class Verdict(Value):
    """What whoever signs says of one finding: agreed, or struck out with a reason (GT-26)."""

    finding: Code
    agreed: bool
    reason: Reason | None = None


class ReasonWords(Value):
    """Why somebody did something, in his own words: they may name people."""

    reason: str


class Name(Value):
    """A person who serves in the network."""

    name: str
    phone: str | None = None


class Answerable(Value):
    """Who answers for a department (N-18): its head first, an officer directly."""

    head: str = ""
    officer: str = ""
    phone: str | None = None  # the officer's


class Member(Value):
    """One person of a household (D3), only ever sealed. `id_pending`: why there is no number;
    `certificate`: the paper's own number where it says more than `id_number`. What is a list in the
    national system (A14) stands in its words, and None is what nobody has said.
    """

    name: str
    id_number: str | None = None
    id_pending: str | None = None
    gender: str | None = None
    relationship: str
    health: str | None = None
    disability: str | None = None
    labour: str | None = None
    phone: str | None = None
    certificate: str | None = None
    certificate_kind: str | None = None
    born: date | None = None
    ethnicity: str | None = None
    education: str | None = None
    student: str | None = None
    school: str | None = None
    dropout_reason: str | None = None
    unschooled_reason: str | None = None
    disease: str | None = None
    work_place: str | None = None
    work_channel: str | None = None
    work_months: int | None = None
    post_months: int | None = None
    residents_insurance: bool | None = None
    employees_insurance: bool | None = None
    serious_illness_insurance: bool | None = None
    medical_aid: bool | None = None
    pension: bool | None = None
    subsistence: str | None = None
    extreme: str | None = None
    registered: bool | None = None
    resident: bool | None = None
    shares_economy: bool | None = None  # whose number divides the income


class HouseholdWords(Value):
    """The personal part of a household in the register."""

    number: str | None = None  # 户编号 of the national system
    head_name: str
    id_number: str | None = None
    phone: str | None = None
    members: tuple[Member, ...] = ()


class NationalWords(Value):
    """What is personal of a household's entry in the national system."""

    number: str  # 户编号


class NeedWords(Value):
    """What a department needs to look the household up in its own system, and nothing else."""

    head_name: str
    id_number: str | None = None
    person_name: str | None = None  # the patient, the pupil
    person_id_number: str | None = None
    village_name: str
    phone: str | None = None  # of the household
    risk_point: str | None = None
    contact: str | None = None  # who helps the household, and from which unit


class ComparedPerson(Value):
    name: str
    id_number: str | None = None


class ComparedWords(Value):
    """Whom a department looks up in its own system; who has not signed is not among them."""

    head_name: str
    persons: tuple[ComparedPerson, ...]


class VisitWords(Value):
    """What the county's office saw at a household's home, as it wrote it down."""

    on: date
    visitors: str
    met: str = ""
    house: str = ""
    water: str = ""
    education: str = ""
    medical: str = ""
    income: str = ""
    note: str = ""


Question = Annotated[str, Words("请核实并解决“{0.gap_item.label}”问题，具体事项已密封")]


class Need(Value):
    """One gap item of a verified case: becomes one order with one question."""

    need: Code  # id, so that the same need never makes two orders
    gap_item: GapItem
    question: Question = Field(
        description="the one question to the department, without personal data"
    )
    department: Code | None = None  # chosen by the office; None: routed by the pack
    sealed: Annotated[Sealed, Seals(NeedWords)]  # whom the department has to look up


class SourceAnswer(Value):
    """What the county's decision says of one finding: the need that deals with it, or why none
    does; neither of them where the decision's own reason says it.
    """

    finding: Code
    need: Code | None = None
    why_not: Reason | None = None  # a code list's words
