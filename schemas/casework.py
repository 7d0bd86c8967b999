"""Events that casework publishes: a household's way from the lead to the register."""

from datetime import date
from typing import Annotated

from schemas.codes import LeadChannel, RiskCause, Stratum
from schemas.event import Event, Seals, Value
from schemas.texts import Code, Sealed

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
