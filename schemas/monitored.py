"""Events of casework about its register: who is monitored, and how that goes on."""

from datetime import date
from typing import Annotated

from schemas.casework import TOPIC
from schemas.codes import Coded, LeadChannel, RiskCause, Stratum
from schemas.event import Event, Seals, Value
from schemas.texts import Code, Sealed


class Standing(Coded):
    """What a household is in the register of monitored households."""

    NONE = "none", "未纳入监测"
    IDENTIFYING = "identifying", "正在识别"
    MONITORED = "monitored", "监测中"
    ELIMINATED = "eliminated", "风险已消除"
    LAPSED = "lapsed", "自然减少"


class Decrease(Coded):
    """Why a household is none any more (自然减少); never an elimination."""

    DIED = "died", "整户死亡"
    MOVED_AWAY = "moved_away", "迁出"
    MERGED = "merged", "并户"


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


class ListedWords(Value):
    """What a row of the register of monitored households says that is personal."""

    head_name: str
    number: str | None = None  # 户编号
    id_number: str | None = None
    phone: str | None = None
    channel: str | None = None
    eliminated_mode: str | None = None
    remarks: str | None = None


class HouseholdListed(Event, type="casework.household.listed.v1", topic=TOPIC, about="monitored"):
    """A household's row of the register of monitored households as it stands since; told again when it
    changes: the highest `version` counts.
    """

    monitored: Code
    version: int
    gone: bool = False  # the row is there no more: one with another's, or taken back
    in_ledger: bool = False  # it stands in the ledger that the county handed over
    household: Code | None = None  # None: in no register of the villages
    id_hash: Code | None = None
    village: Code
    standing: Standing
    category: Stratum
    causes: tuple[RiskCause, ...] = ()  # the primary one first
    persons: int
    identified_on: date
    eliminated_on: date | None = None
    persons_eliminated: int | None = None  # None: all of them
    lapsed_on: date | None = None
    sealed: Annotated[Sealed, Seals(ListedWords)]


class DecreaseWords(Value):
    """What was said of a household's natural decrease."""

    text: str


class HouseholdLapsed(Event, type="casework.household.lapsed.v1", topic=TOPIC, about="monitored"):
    """A household is none any more (自然减少): all died, moved away and taken over, merged into another.
    Never an elimination.
    """

    monitored: Code
    household: Code | None = None
    village: Code
    decrease: Decrease
    on: date  # when it was so
    into: Code | None = None  # the household that it was merged into
    sealed: Annotated[Sealed, Seals(DecreaseWords)]
