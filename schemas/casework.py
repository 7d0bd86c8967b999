"""Events that casework publishes: a household's way from the lead to the register."""

from datetime import date
from typing import Annotated

from schemas.codes import LeadChannel, NotAdmittedReason, RiskCause, Stratum
from schemas.event import Event
from schemas.texts import Code, Reason, Sealed, Words

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
