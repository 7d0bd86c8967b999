"""Events that casework publishes: a household's way from the lead to the register."""

from datetime import date

from schemas.codes import LeadChannel
from schemas.event import Event
from schemas.texts import Code

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
