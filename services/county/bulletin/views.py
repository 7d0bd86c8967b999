"""What the doors of the bulletin answer; which fields, the policy says by role."""

from datetime import date, datetime, timedelta

from pydantic import BaseModel, Field

from rulebook.months import local_date
from schemas.codes import Content, Timeliness
from services.county.bulletin.models import BulletinState, NamedFor, NameKind, NameState
from services.county.figures import Figures


class BulletinLine(BaseModel, from_attributes=True):
    """A bulletin in the list."""

    month: str
    state: BulletinState
    cut_off: datetime
    drafted_on: date
    reply_due: date
    issued_on: date | None
    sha256: str | None

    @property
    def figures_until(self) -> date:
        """The last day that is counted: the cut-off is the first instant of the next."""
        return local_date(self.cut_off) - timedelta(1)


class BulletinBrief(BulletinLine):
    """A draft as those read it whom it proposes to name."""

    version: int
    pack: str
    issued_by: str | None
    entered_on: date | None


class BulletinOut(BulletinBrief):
    figures: Figures | None = None
    demands: str = ""


class Fact(BaseModel):
    """What somebody is named for; `origin`: the event behind it, `order`: the order's id."""

    text: str
    due: str | None
    on: str | None
    origin: str | None
    order: str | None = None


class Person(BaseModel):
    level: str
    place: str
    post: str
    name: str


class NameBrief(BaseModel, from_attributes=True):
    """A name as everybody reads it."""

    id: str
    month: str
    kind: NameKind
    code: str
    parent: str | None
    label: str
    timeliness: NamedFor
    facts: list[Fact]
    responsible: list[Person]
    explanation: str | None
    explained_on: date | None
    explained_by: str | None
    on_behalf: str | None
    state: NameState


class NameOut(NameBrief):
    """With how it was decided."""

    version: int | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = None


class NameShown(NameOut):
    """`explained_account`: what the page's buttons are asked about, told to nobody."""

    explained_account: str | None = Field(default=None, exclude=True)
    kind_label: str
    state_label: str
    timeliness_label: str


class ErratumOut(BaseModel, from_attributes=True):
    month: str
    number: int
    text: str
    on: date
    by: str
    sha256: str


class BulletinFile(BulletinOut):
    """The bulletin as the actor may see it."""

    state_label: str
    names: list[NameShown]
    errata: list[ErratumOut]


class EventBehind(BaseModel, from_attributes=True):
    """A reporter's month, with the source and id of the event behind its state."""

    month: str
    kind: str
    code: str
    timeliness: Timeliness
    content: Content | None
    due: date | None
    reported_on: date | None
    written_on: date | None
    entered_on: date | None
    entered_reason: str | None
    exempt_reason: str | None
    supplements: int
    origin: str | None
