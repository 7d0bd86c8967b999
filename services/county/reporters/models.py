"""What each reporter owed and did in a month, and a unit's contacts."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from schemas.codes import Coded, Content, Timeliness
from services.county.former import Dated


class ReporterKind(Coded):
    """Who reports; the office's own dates stand beside everyone's."""

    GROUP = "GROUP", "村民小组"  # code "<village12>/<group>"
    VILLAGE = "VILLAGE", "村"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    UNIT = "UNIT", "帮扶单位"
    TEAM = "TEAM", "督导组"
    OFFICE = "OFFICE", "县级牵头部门"  # code: a `Duty`


class Duty(Coded):
    """What the office itself owes in a month."""

    VERIFY = "verify", "县级核实"
    MEETING = "meeting", "联席会议"
    BULLETIN = "bulletin", "通报"


class ReporterMonth(Dated, table=True):
    """What one reporter owed and did in a month (docs/domain/states.md).

    `content` None: nothing came. `origin` is `source#id` of the event behind the state.
    `reported_on`: the day of the latest state.
    """

    __tablename__ = "reporter_month"
    COUNTED = (
        "timeliness",
        "content",
        "reported_on",
        "findings",
        "supplements",
        "exempt_reason",
        "exempt_on",
    )
    month: str = Field(primary_key=True)
    kind: ReporterKind = coded(ReporterKind, primary_key=True)
    code: str = Field(primary_key=True)
    parent: str | None = Field(
        default=None, index=True
    )  # village of a group, township of a village
    expected: bool = (
        True  # frozen when the month opened; False: it reported although nobody expected it
    )
    due: date | None = None
    timeliness: Timeliness = coded(Timeliness, default=Timeliness.WAITING)
    content: Content | None = coded(Content, default=None)
    reported_on: date | None = None  # day of receipt (signature day for township and unit)
    written_on: date | None = None  # date on the paper
    entered_on: date | None = None  # 补录
    entered_reason: str | None = encrypted(default=None)
    supplements: int = 0
    findings: int = 0
    late_villages: int = 0  # township: villages its sign-off named as missing
    named_missing: str | None = None  # township: their codes, comma-separated
    silent: str | None = None  # village: groups that had not reported, comma-separated
    reason: str | None = encrypted(
        default=None
    )  # why nil or signed although somebody was silent, or unverified
    exempt_reason: str | None = encrypted(default=None)
    exempt_on: date | None = None
    exempt_account: str | None = None  # whose word it was; a team's only
    reminded_on: date | None = None
    origin: str | None = None


class VisitsMonth(Dated, table=True):
    """A unit's contacts of a month (N-09): required is frozen at the opening, the rest comes with
    signature or miss. `told_on`: the day of the latest of these, None before the first.
    """

    __tablename__ = "visits_month"
    COUNTED = ("required", "contacted", "unreached")
    month: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    required: int = 0
    contacted: int = 0
    unreached: int = 0
    told_on: date | None = None
    visit_due: date | None = None
    origin: str | None = None
